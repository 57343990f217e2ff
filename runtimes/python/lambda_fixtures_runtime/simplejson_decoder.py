"""Translates json's messages about invalid JSON to simplejson's. Imported only for such an event."""

import json
import re

_STRING = r'"(?:[^"\\]|\\.)*"'


class _Constant(Exception):
    """NaN or an infinity, which simplejson refuses."""


def decode(text: str):
    """Parses JSON text. Raises ValueError with simplejson's message."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message, position = _translate(error.msg, error.pos, text)
    except _Constant:
        position = next(found.start() for found in re.finditer(_STRING + "|NaN|-?Infinity", text, re.DOTALL) if found[0][0] != '"')
        message = "Expecting value"
    if message == "Extra data":
        (line, column), (end_line, end_column) = _place(text, position), _place(text, len(text))
        places = (line, column, end_line, end_column, position, len(text))
        raise ValueError("Extra data: line {} column {} - line {} column {} (char {} - {})".format(*places)) from None
    raise ValueError("{}: line {} column {} (char {})".format(message, *_place(text, position), position)) from None


def _refuse_constant(name):
    raise _Constant


def _translate(message: str, position: int, text: str) -> "tuple[str, int]":
    before = text[:position].rstrip()
    last, following = before[-1:], text[position : position + 1]
    if message.startswith("Expecting") and last == "," and following in ("]", "}"):
        return "Illegal trailing comma before end of " + ("array" if following == "]" else "object"), len(before) - 1
    if message.startswith("Expecting property name") and last == "{":
        return message + " or '}'", position
    if message == "Expecting value" and last == "[" and not following:
        return message + " or ']'", position
    if message == "Expecting ',' delimiter":
        return "{} or '{}'".format(message, _closing(before)), position
    if message == "Invalid control character at":
        return "Invalid control character {!r} at".format(following), position
    if message.startswith("Invalid \\escape"):
        return "Invalid \\X escape sequence {!r}".format(text[position + 1 : position + 2]), position + 1
    if message.startswith("Invalid \\uXXXX escape"):
        return "Invalid \\uXXXX escape sequence", position - 1
    return message, position


def _closing(text: str) -> str:
    """The character that closes the innermost container that is open at the end of text."""
    expected = []
    for found in re.finditer(_STRING + r"|[][{}]", text, re.DOTALL):
        if found[0] in "[{":
            expected.append("]" if found[0] == "[" else "}")
        elif found[0] in "]}":
            expected.pop()
    return expected[-1]


def _place(text: str, position: int) -> "tuple[int, int]":
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
