"""Pure Python stand-in for awslambdaric's native client, so that the official RIC runs where no wheel of it exists.

Same four functions, same answers, same errors as the native module of awslambdaric 4.2.2.
"""

import http.client
import os

_API = "/2018-06-01/runtime/invocation/"
_connection = None
_user_agent = ""


def initialize_client(user_agent):
    global _user_agent
    _user_agent = user_agent


def next():
    status, headers, body = _request("GET", _API + "next", None, {})
    request_id = _header(headers, "Lambda-Runtime-Aws-Request-Id")
    if status != 200 or not request_id:
        raise RuntimeError("Failed to get next")
    names = (
        "Lambda-Runtime-Trace-Id",
        "Lambda-Runtime-Invoked-Function-Arn",
        "Lambda-Runtime-Client-Context",
        "Lambda-Runtime-Cognito-Identity",
        "Lambda-Runtime-Aws-Tenant-Id",
        "Lambda-Runtime-Invocation-Id",
        "Content-Type",
    )
    values = {name: _header(headers, name) for name in names}
    values["Lambda-Runtime-Aws-Request-Id"] = request_id
    values["Lambda-Runtime-Deadline-Ms"] = int(_header(headers, "Lambda-Runtime-Deadline-Ms") or 0)
    return body, values


def post_invocation_result(invoke_id, result_data, content_type, invocation_id=None):
    _post(invoke_id, "response", result_data, {"Content-Type": content_type}, "Failed to post invocation response")


def post_error(invoke_id, error_response_data, xray_fault, invocation_id=None):
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault.encode()}
    _post(invoke_id, "error", error_response_data.encode(), headers, "Failed to post invocation error")


def _post(invoke_id, what, body, headers, message):
    status, _, _ = _request("POST", _API + invoke_id + "/" + what, body, headers)
    if not 200 <= status < 300:
        raise RuntimeError(message)


def _request(method, path, body, headers):
    global _connection
    if _connection is None:
        _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"], timeout=None)
    try:
        _connection.request(method, path, body, {"User-Agent": _user_agent, **headers})
        response = _connection.getresponse()
        return response.status, response.headers, response.read()
    except (OSError, http.client.HTTPException) as error:
        raise RuntimeError("Failed to get next" if method == "GET" else "Failed to post") from error


def _header(headers, name):
    value = headers.get(name)
    return value.encode("latin-1").decode("utf-8") if value else None
