"""Parses events and encodes results as awslambdaric does with simplejson.

Uses `_json`, the C module under `json`, because importing `json` imports `re`, which takes half a cold start.
"""

import os
from marshal import dumps as _marshal

_ASCII_ONLY = os.environ.get("AWS_EXECUTION_ENV") not in (
    "AWS_Lambda_python3.12",
    "AWS_Lambda_python3.13",
    "AWS_Lambda_python3.14",
    "AWS_Lambda_python3.15",
)
_PLAIN = {str, int, float, bool, type(None)}


def _refuse_constant(name):
    raise ValueError("Expecting value")


def _refuse(value):
    raise TypeError


class _ScannerSettings:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse_constant)


try:
    from _json import encode_basestring, encode_basestring_ascii, make_encoder, make_scanner

    encode_string = encode_basestring_ascii if _ASCII_ONLY else encode_basestring
    _scan = make_scanner(_ScannerSettings)

    def _encode(value) -> str:
        return "".join(make_encoder({}, _refuse, encode_string, None, ": ", ", ", False, False, True)(value, 0))

    _encode(_scan("{}", 0)[0])
except Exception:  # a Python with another C module, or none
    import json
    from json.encoder import py_encode_basestring, py_encode_basestring_ascii

    encode_string = py_encode_basestring_ascii if _ASCII_ONLY else py_encode_basestring
    _scan = None
    _encode = json.JSONEncoder(ensure_ascii=_ASCII_ONLY, default=_refuse).encode


def from_json(text: str):
    """Parses JSON text. Raises ValueError with simplejson's messages."""
    if _scan is not None:
        try:
            trimmed = text.strip(" \t\n\r")
            value, end = _scan(trimmed, 0)
            if end == len(trimmed):
                return value
        except (StopIteration, ValueError, SystemError):  # up to 3.12, SystemError stands for an exception that isn't imported yet
            pass
    from .simplejson_decoder import decode

    return decode(text)


def to_json(value) -> str:
    """JSON text of a value. Named tuples become objects, bytes text, and a Decimal keeps its digits.

    Raises TypeError and ValueError with simplejson's messages.
    """
    try:
        if not (type(value) is dict and _PLAIN.issuperset(map(type, value.values()))):
            _marshal(value)  # in C; refuses everything but built-in types, which the fast encoder would get wrong
        return _encode(value)
    except Exception:
        from .simplejson_encoder import encode

        return encode(value)


def unmarshal_event(body, content_type: "str | None"):
    """The event for a handler: parsed JSON, or the bytes if their content type is another.

    Raises ValueError.
    """
    if content_type != "application/json":
        return bytes(body)
    return from_json(str(body, "utf-8").lstrip("\ufeff") if body else "")


def marshal_result(result):
    """(body, content type) for what a handler returned. The body is bytes or JSON text."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    return to_json(result), "application/json"
