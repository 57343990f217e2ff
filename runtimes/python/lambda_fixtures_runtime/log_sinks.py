"""Writes log records and errors to standard output, or in frames to the descriptor _LAMBDA_TELEMETRY_LOG_FD.

@see contract 4.3
"""

import itertools
import os
import sys
import time

JSON_FORMAT = (os.environ.get("AWS_LAMBDA_LOG_FORMAT") or "").upper() == "JSON"
_FRAME_TYPE = 0xA55A0002 if JSON_FORMAT else 0xA55A0003
_TEXT_FRAME_TYPE = 0xA55A0003
# PIPE_BUF of Linux and macOS, without the header.
_PART_BYTES = (4096 if sys.platform == "linux" else 512) - 16
_MORE = 0x80


def frame_type(levelno: int, json_format: bool = JSON_FORMAT) -> bytes:
    """Frame type of a log level in the telemetry protocol."""
    tens = min(50, max(0, levelno)) // 10
    base = 0xA55A0002 if json_format else _TEXT_FRAME_TYPE
    return (base | ((tens + 1) << 2 if tens else 0)).to_bytes(4, "big")


class Unbuffered:
    """Standard output or error without a buffer: what a function wrote has left the process when it answers or dies."""

    def __init__(self, stream) -> None:
        self.stream = stream

    def __enter__(self):
        return self

    def __exit__(self, *exc_info) -> None:
        pass

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, text) -> None:
        self.stream.write(text)
        self.stream.flush()

    def writelines(self, lines) -> None:
        self.stream.writelines(lines)
        self.stream.flush()


class StandardSink:
    """Writes to standard output. Carriage returns keep the lines of one error together as one log event."""

    def log(self, text: str, frame_type=None) -> None:
        sys.stdout.write(text)

    def log_error(self, lines: "list[str]") -> None:
        sys.stdout.write("\r".join(lines) + "\n")


class FramedSink:
    """Writes frames, big-endian: type (4 bytes), length (4), microseconds since 1970 (8), text.

    The descriptor is the pipe of stdout and stderr, into which other processes may write as well. The kernel keeps only short writes
    in one piece, so a longer text is written in parts: frames with a key in place of the time, and all but the last with _MORE in the
    type.
    """

    def __init__(self, fd: int) -> None:
        self._file = os.fdopen(fd, "wb", 0)
        self._messages = itertools.count()

    def log(self, text: str, frame_type=None) -> None:
        body = text.encode("utf8")
        kind = frame_type or _TEXT_FRAME_TYPE.to_bytes(4, "big")
        if len(body) <= _PART_BYTES:
            return self._write(kind, time.time_ns() // 1000, body)
        # Less than any time.
        key = -(1 << 63) + (os.getpid() << 32) + (next(self._messages) & 0xFFFFFFFF)
        starts = range(0, len(body), _PART_BYTES)
        for start in starts:
            part = kind if start == starts[-1] else kind[:3] + bytes([kind[3] | _MORE])
            self._write(part, key, body[start : start + _PART_BYTES])

    def log_error(self, lines: "list[str]") -> None:
        self.log("\n".join(lines), frame_type(40))

    def _write(self, kind: bytes, when: int, body: bytes) -> None:
        self._file.write(kind + len(body).to_bytes(4, "big") + when.to_bytes(8, "big", signed=True) + body)


_sink = None


def set_up() -> None:
    """Unbuffers the standard streams and opens the sink. Hides the variable that names its descriptor from the function."""
    global _sink
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None:
            setattr(sys, name, Unbuffered(stream))
    fd = os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD", None)
    _sink = StandardSink() if fd is None else FramedSink(int(fd))


def sink():
    """The sink of this process."""
    return _sink


def flush() -> None:
    """Flushes what was written to sys.stdout.buffer, past Unbuffered. A stream that the function has closed must not fail the answer."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
