"""Finds the handler, then handles invocations one by one until the process ends.

The file's name matters: as in awslambdaric, the stacks that users see have no frames of files that end in /bootstrap.py.
"""

import importlib
import os
import sys

from . import faults, invocation_state, log_sinks
from .client import RuntimeApiClient
from .context import LambdaContext
from .faults import Fault
from .marshalling import marshal_result, to_json, unmarshal_event
from .search_path import when_logging_is_imported


def run(handler: str, runtime_api: str) -> None:
    """Initialises the function and serves it. Never returns: the process exits, with 1 after an init error."""
    log_sinks.set_up()
    when_logging_is_imported(_set_up_logging)
    client = RuntimeApiClient(runtime_api)
    _warn_of_preview_runtime()
    error = None
    try:
        request_handler = find_handler(handler)
    except Fault as fault:
        from . import error_report

        error = error_report.of_fault(fault)
    except Exception:
        from . import error_report

        error = error_report.of_exception(sys.exc_info())
    if error is not None:
        error_report.log_init_warning()
        error_report.log(error)
        log_sinks.flush()
        client.post_init_error(_bytes(to_json(error)), error["errorType"])
        sys.exit(1)
    while True:
        headers, body = client.next()
        handle_event_request(client, request_handler, headers, body)


def _set_up_logging(_logging) -> None:
    from . import log_records

    log_records.set_up()


def _warn_of_preview_runtime() -> None:
    if os.environ.get("AWS_EXECUTION_ENV") == "AWS_Lambda_python3.15" and not os.environ.get("LAMBDA_DISABLE_PREVIEW_WARN"):
        from . import preview

        preview.warn()


def find_handler(handler: str):
    """The function that _HANDLER names as folder/module.function. Raises Fault, or what importing the module raised."""
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault(faults.MALFORMED_HANDLER_NAME, "Bad handler '{}': {}".format(handler, error)) from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = "Cannot use built-in module {} as a handler module".format(module_name)
        raise Fault(faults.BUILT_IN_MODULE_CONFLICT, message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault(faults.IMPORT_MODULE_ERROR, "Unable to import module '{}': {}".format(module_name, error)) from None
    except SyntaxError as error:
        trace = ['  File "{}" Line {}\n    {}'.format(error.filename, error.lineno, error.text)]
        message = "Syntax error in module '{}': {}".format(module_name, error)
        raise Fault(faults.USER_CODE_SYNTAX_ERROR, message, trace) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = "Handler '{}' missing on module '{}'".format(function_name, module_name)
        raise Fault(faults.HANDLER_NOT_FOUND, message) from None


def handle_event_request(client: RuntimeApiClient, request_handler, headers: "dict[str, str]", body) -> None:
    """Handles one invocation and posts its result or error."""
    request_id = headers["lambda-runtime-aws-request-id"]
    invocation_state.request_id = request_id
    invocation_state.tenant_id = headers.get("lambda-runtime-aws-tenant-id") or None
    _set_trace_id(headers.get("lambda-runtime-trace-id"))
    try:
        lambda_context = _create_context(request_id, headers)
        content_type = headers.get("content-type")
        event = _guarded(faults.UNMARSHAL_ERROR, "Unable to unmarshal input", unmarshal_event, body, content_type)
        del body  # up to 6 MiB, which the handler has as an object
        response = request_handler(event, lambda_context)
        result, content_type = _guarded(faults.MARSHAL_ERROR, "Unable to marshal response", marshal_result, response)
    except Fault as fault:
        from . import error_report

        _post_error(client, request_id, error_report.of_fault(fault, request_id), error_report.xray_cause_of_fault(fault))
    except Exception:
        from . import error_report

        exc_info = sys.exc_info()
        error = error_report.of_exception(exc_info, request_id)
        _post_error(client, request_id, error, error_report.xray_cause_of_exception(exc_info))
    else:
        log_sinks.flush()
        client.post_response(request_id, result if isinstance(result, bytes) else result.encode(), content_type)


def _post_error(client: RuntimeApiClient, request_id: str, error: dict, xray_cause: str) -> None:
    from . import error_report

    error_report.log(error)
    log_sinks.flush()
    client.post_error(request_id, _bytes(to_json(error)), _bytes(xray_cause))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _guarded(fault_type: str, message: str, function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        raise Fault(fault_type, "{}: {}".format(message, error)) from None


def _create_context(request_id: str, headers: "dict[str, str]") -> LambdaContext:
    return LambdaContext(
        request_id,
        _parse_header(headers.get("lambda-runtime-client-context"), "Client Context"),
        _parse_header(headers.get("lambda-runtime-cognito-identity"), "Cognito Identity"),
        int(headers.get("lambda-runtime-deadline-ms") or 0),
        headers.get("lambda-runtime-invoked-function-arn"),
        invocation_state.tenant_id,
    )


def _parse_header(text: "str | None", name: str):
    if not text:
        return None
    import json

    return _guarded(faults.LAMBDA_CONTEXT_UNMARSHAL_ERROR, "Unable to parse {} JSON".format(name), json.loads, text)


def _set_trace_id(trace_id: "str | None") -> None:
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
