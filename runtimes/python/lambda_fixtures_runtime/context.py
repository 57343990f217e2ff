"""The context object a handler gets as its second argument."""

import os
import sys
import time

_environ = os.environ.get
_W3C_FIELDS = ("traceparent", "tracestate", "baggage")


def _describe(value, fields) -> str:
    return "{}([{}])".format(type(value).__name__, ",".join("{}={}".format(name, getattr(value, name)) for name in fields))


class _Record:
    """A JSON object from a header: its known members are attributes, None if missing."""

    __slots__ = ()

    def __init__(self, members: dict) -> None:
        for name in self.__slots__:
            setattr(self, name, members.get(name))

    def __repr__(self) -> str:
        return _describe(self, self.__slots__)


class CognitoIdentity(_Record):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Record):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Record):
    __slots__ = ("custom", "env", "client")


class LambdaContext:
    """Information about the function and this invocation.

    @see contract 1.2
    """

    def __init__(
        self,
        request_id: str,
        client_context: "dict | None",
        cognito_identity: "dict | None",
        deadline_ms: int,
        invoked_function_arn: "str | None",
        tenant_id: "str | None",
    ) -> None:
        self.aws_request_id = request_id
        self.log_group_name = _environ("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = _environ("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = _environ("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = _environ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = _environ("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = invoked_function_arn
        self.tenant_id = tenant_id
        w3c = client_context.pop("w3c", None) if isinstance(client_context, dict) else None
        self._w3c_fields = (
            {name: w3c[name] for name in _W3C_FIELDS if isinstance(w3c.get(name), str)} if isinstance(w3c, dict) else {}
        )
        self.client_context = None if client_context is None else ClientContext(client_context)
        if self.client_context is not None and self.client_context.client is not None:
            self.client_context.client = Client(self.client_context.client)
        identity = cognito_identity or {}
        self.identity = CognitoIdentity(
            {
                "cognito_identity_id": identity.get("cognitoIdentityId"),
                "cognito_identity_pool_id": identity.get("cognitoIdentityPoolId"),
            }
        )
        self._epoch_deadline_time_in_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out; 0 once it has."""
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def w3c(self) -> "dict[str, str]":
        """The W3C trace context of the invocation."""
        return dict(self._w3c_fields)

    def log(self, message) -> None:
        """Writes a line to the log as it is, without level or time."""
        logging = sys.modules.get("logging")
        for handler in logging.getLogger().handlers if logging else ():
            if hasattr(handler, "log_sink"):
                handler.log_sink.log(str(message))
                return
        from .log_sinks import sink

        sink().log(str(message))

    def __repr__(self) -> str:
        return _describe(self, _REPR_FIELDS)


_REPR_FIELDS = (
    "aws_request_id",
    "log_group_name",
    "log_stream_name",
    "function_name",
    "memory_limit_in_mb",
    "function_version",
    "invoked_function_arn",
    "client_context",
    "identity",
    "tenant_id",
)
