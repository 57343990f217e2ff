"""Client of the Lambda Runtime API: blocking HTTP/1.1 on one kept connection.

On `_socket`, the C module under `socket`, because importing `socket` (selectors, enum) costs a third of a cold start.
"""

import sys

try:
    from _socket import AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY
    from _socket import socket as Socket
except ImportError:  # a Python other than CPython
    from socket import AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY
    from socket import socket as Socket

_API = "/2018-06-01/runtime/"
_USER_AGENT = "lambda-fixtures-python/{}.{}.{}".format(*sys.version_info[:3])
_SEND_AT_ONCE = 64 * 1024  # for a smaller body, appending it to the head is cheaper than a second packet
_XRAY_CAUSE_LIMIT = 1024 * 1024


class RuntimeApiError(RuntimeError):
    """The Runtime API refused a request, or closed the connection."""


class RuntimeApiClient:
    """The four calls of the Runtime API a runtime makes.

    @see contract 1.1
    """

    def __init__(self, address: str) -> None:
        """address is AWS_LAMBDA_RUNTIME_API: host:port, the host may be an IPv6 address in brackets."""
        self._address = address
        host, _, port = address.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._common = "Host: {}\r\nUser-Agent: {}\r\n".format(address, _USER_AGENT)
        self._next = "GET {}invocation/next HTTP/1.1\r\n{}\r\n".format(_API, self._common).encode()
        self._socket = None
        self._received = b""  # bytes after the last answer

    def next(self):
        """Waits for an invocation: (headers with lower-case names, body as bytes or bytearray)."""
        status, headers, body = self._exchange(self._next, b"")
        if status != 200:
            raise RuntimeApiError("Failed to get next: {} {!r}".format(status, bytes(body)))
        if not headers.get("lambda-runtime-aws-request-id"):
            raise RuntimeApiError("Failed to get next: no Lambda-Runtime-Aws-Request-Id in the answer")
        return headers, body

    def post_response(self, request_id: str, body: bytes, content_type: str) -> None:
        # For 413 the platform has told the caller, and the environment lives on (contract 1.3).
        self._post("invocation/{}/response".format(request_id), body, {"Content-Type": content_type}, also_accepted=413)

    def post_error(self, request_id: str, body: bytes, xray_cause: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        if len(xray_cause) < _XRAY_CAUSE_LIMIT:
            headers["Lambda-Runtime-Function-XRay-Error-Cause"] = xray_cause.decode()
        self._post("invocation/{}/error".format(request_id), body, headers)

    def post_init_error(self, body: bytes, error_type: str) -> None:
        self._post("init/error", body, {"Lambda-Runtime-Function-Error-Type": error_type})

    def _post(self, path: str, body: bytes, headers: "dict[str, str]", also_accepted: int = 0) -> None:
        lines = "".join("{}: {}\r\n".format(name, value) for name, value in headers.items())
        head = "POST {}{} HTTP/1.1\r\n{}{}Content-Length: {}\r\n\r\n".format(_API, path, self._common, lines, len(body))
        status, _, answer = self._exchange(head.encode(), body)
        if not 200 <= status < 300 and status != also_accepted:
            raise RuntimeApiError("Failed to post {}: {} {!r}".format(path, status, bytes(answer)))

    def _connect(self):
        connection = Socket(AF_INET6 if ":" in self._host else AF_INET, SOCK_STREAM)
        connection.settimeout(None)  # overrides socket.setdefaulttimeout
        connection.connect((self._host, self._port))
        connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._received = b""
        return connection

    def _exchange(self, head: bytes, body: bytes):
        reused = self._socket is not None
        try:
            return self._exchange_once(head, body)
        except (OSError, EOFError):
            self._socket = None
            if not reused:
                raise RuntimeApiError("The Lambda Runtime API at {} closed the connection".format(self._address)) from None
        return self._exchange_once(head, body)  # the kept connection was closed while idle

    def _exchange_once(self, head: bytes, body: bytes):
        if self._socket is None:
            self._socket = self._connect()
        if len(body) < _SEND_AT_ONCE:
            self._socket.sendall(head + body)
        else:
            self._socket.sendall(head)
            self._socket.sendall(body)
        status, headers = self._read_head()
        return status, headers, self._read(int(headers["content-length"]))

    def _read_head(self):
        received = self._received
        while b"\r\n\r\n" not in received:
            more = self._socket.recv(_SEND_AT_ONCE)
            if not more:
                raise EOFError
            received += more
        head, _, self._received = received.partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "replace").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip(" \t")
        return int(lines[0].split(" ", 2)[1]), headers

    def _read(self, length: int):
        received = self._received
        if len(received) >= length:
            self._received = received[length:]
            return received[:length]
        body = bytearray(length)
        body[: len(received)] = received
        self._received = b""
        rest = memoryview(body)[len(received) :]
        while rest:
            count = self._socket.recv_into(rest)
            if not count:
                raise EOFError
            rest = rest[count:]
        return body
