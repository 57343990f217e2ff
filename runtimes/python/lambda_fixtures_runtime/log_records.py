"""Sets up `logging` as AWS does: its handler on the root logger, its text and JSON lines.

Imported when `logging` is, see search_path.when_logging_is_imported.
"""

import json
import logging
import os
import time

from . import invocation_state
from .log_sinks import JSON_FORMAT, frame_type, sink

DATE_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_LEVEL = {None: "", "TRACE": "DEBUG"}.get(os.environ.get("AWS_LAMBDA_LOG_LEVEL"), os.environ.get("AWS_LAMBDA_LOG_LEVEL")).upper()

# Members of a LogRecord that do not come from the user's `extra`.
_OWN_FIELDS = frozenset(
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno funcName created msecs "
    "relativeCreated thread threadName processName process aws_request_id tenant_id _frame_type".split()
)
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class LambdaLoggerHandler(logging.Handler):
    def __init__(self, log_sink) -> None:
        super().__init__()
        self.log_sink = log_sink

    def emit(self, record) -> None:
        self.log_sink.log(self.format(record))


class LambdaLoggerHandlerWithFrameType(LambdaLoggerHandler):
    def emit(self, record) -> None:
        text = self.format(record)
        self.log_sink.log(text, frame_type=getattr(record, "_frame_type", None) or frame_type(record.levelno, False))


class LambdaLoggerFilter(logging.Filter):
    """Adds the invocation to a record."""

    def filter(self, record) -> bool:
        record.aws_request_id = invocation_state.request_id or ""
        record.tenant_id = invocation_state.tenant_id
        return True


class JsonFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__(datefmt=DATE_FORMAT)

    def format(self, record) -> str:
        record.levelno = min(50, max(0, record.levelno)) // 10 * 10
        record.levelname = logging.getLevelName(record.levelno)
        record._frame_type = frame_type(record.levelno, True)
        line = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.msg if isinstance(record.msg, dict) and not record.args else record.getMessage(),
            "logger": record.name,
            "stackTrace": None,
            "errorType": None,
            "errorMessage": None,
            "requestId": getattr(record, "aws_request_id", None),
            "location": None,
        }
        if record.exc_info:
            import traceback

            line["stackTrace"] = traceback.format_tb(record.exc_info[2])
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
            line["location"] = "{}:{}:{}".format(record.pathname, record.funcName, record.lineno)
        if getattr(record, "tenant_id", None) is not None:
            line["tenantId"] = record.tenant_id
        for name, value in record.__dict__.items():
            if name not in _OWN_FIELDS and name not in line:
                line[name] = value
        return _encode({name: value for name, value in line.items() if value is not None}) + "\n"


def set_up() -> None:
    """Puts AWS's handler on the root logger, whose level stays WARNING unless AWS_LAMBDA_LOG_LEVEL is set."""
    logging.Formatter.converter = time.gmtime
    handler = (LambdaLoggerHandlerWithFrameType if JSON_FORMAT or _LEVEL else LambdaLoggerHandler)(sink())
    if JSON_FORMAT:
        handler.setFormatter(JsonFormatter())
    else:
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    if _LEVEL in logging._nameToLevel:
        root.setLevel(_LEVEL)
    handler.addFilter(LambdaLoggerFilter())
    root.addHandler(handler)
