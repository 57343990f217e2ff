"""What is posted and logged about an error. Imported at the first error, because it needs `traceback`.

@see contract 1.5, 2.4, 2.6, 4.3
"""

import os
import time
import traceback

from .log_sinks import JSON_FORMAT, sink
from .marshalling import to_json

_NO_BREAK_SPACE = "\u00a0"
_INIT_WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, or can be applied "
    "automatically. "
    "To determine if the runtime has been updated, check the runtime version in the INIT_START log entry. "
    "If this error correlates with a change in the runtime version, you may be able to mitigate this error by temporarily "
    "rolling back to the previous runtime version. "
    "For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


def of_fault(fault, request_id: str = "") -> dict:
    """Error body of a Fault."""
    return _body(fault.message, fault.error_type, fault.trace or [], request_id)


def of_exception(exc_info, request_id: str = "") -> dict:
    """Error body of a user's exception: class, message, and the stack from the first frame outside this runtime."""
    return _body(str(exc_info[1]), exc_info[0].__name__, traceback.format_list(_frames(exc_info[2])), request_id)


def _body(message: str, error_type: str, trace: "list[str]", request_id: str) -> dict:
    body = {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace}
    if os.environ.get("AWS_EXECUTION_ENV") == "AWS_Lambda_python3.8":
        del body["requestId"]  # added in 3.9
    return body


def _frames(tb) -> "list[tuple]":
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(tb)]
    for index, frame in enumerate(frames):
        if "/bootstrap.py" not in frame[0]:
            return frames[index:]
    return frames


def xray_cause_of_fault(fault) -> str:
    """JSON of the X-Ray error cause header for a Fault."""
    return _xray_cause("LambdaValidationError", fault.message, [])


def xray_cause_of_exception(exc_info) -> str:
    """JSON of the X-Ray error cause header for an exception."""
    return _xray_cause(exc_info[0].__name__, str(exc_info[1]), _frames(exc_info[2]))


def _xray_cause(error_type: str, message: str, frames: "list[tuple]") -> str:
    stack = [{"label": name, "path": path, "line": line} for path, line, name, _ in frames]
    return to_json(
        {
            "working_directory": os.getcwd(),
            "exceptions": [{"message": message, "type": error_type, "stack": stack}],
            "paths": list({path for path, _, _, _ in frames}),
        }
    )


def log(body: dict) -> None:
    """Writes an error body to the log in the format of AWS_LAMBDA_LOG_FORMAT."""
    if JSON_FORMAT:
        timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sink().log_error([to_json({"timestamp": timestamp, "level": "ERROR", **body})])
        return
    title = ": ".join(part for part in (body["errorType"], body["errorMessage"]) if part)
    lines = ["[ERROR] " + title if title else "[ERROR]", "Traceback (most recent call last):"]
    for entry in body["stackTrace"]:
        lines.extend(_indent(line) for line in entry.splitlines() or [""])
    sink().log_error(lines)


def _indent(line: str) -> str:
    text = line.lstrip(" ")
    return _NO_BREAK_SPACE * (len(line) - len(text)) + text


def log_init_warning() -> None:
    """Writes the line that AWS writes before an init error."""
    import logging

    logging.warning(_INIT_WARNING)
