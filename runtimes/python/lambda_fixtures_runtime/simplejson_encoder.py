"""Encodes what the fast encoder refuses, with simplejson's messages and its rules for subclasses, named tuples, Decimals and bytes."""

import decimal

from .marshalling import encode_string


def encode(value) -> str:
    """JSON text of any value. Raises TypeError or ValueError with simplejson's messages."""
    parts = []
    _write(value, parts.append, set())
    return "".join(parts)


def _write(value, write, parents: "set[int]") -> None:
    if isinstance(value, (str, bytes)):
        write(encode_string(_text(value)))
    elif value is None or value is True or value is False:
        write(_constant(value))
    elif isinstance(value, int):
        write(int.__repr__(value))
    elif isinstance(value, float):
        write(_float(value))
    elif isinstance(value, decimal.Decimal):
        write("NaN" if value.is_nan() else str(value))
    else:
        if id(value) in parents:
            raise ValueError("Circular reference detected")
        parents.add(id(value))
        _write_container(value, write, parents)
        parents.discard(id(value))


def _write_container(value, write, parents: "set[int]") -> None:
    as_dict = None if isinstance(value, list) else getattr(value, "_asdict", None)
    if as_dict is not None and callable(as_dict):
        value = as_dict()
        if not isinstance(value, dict):
            raise TypeError("_asdict() must return a dict, not " + type(value).__name__)
    if isinstance(value, dict):
        separator = "{"
        for key, item in value.items():
            write(separator)
            write(encode_string(_key(key)))
            write(": ")
            _write(item, write, parents)
            separator = ", "
        write("{}" if separator == "{" else "}")
    elif isinstance(value, (list, tuple)):
        separator = "["
        for item in value:
            write(separator)
            _write(item, write, parents)
            separator = ", "
        write("[]" if separator == "[" else "]")
    else:
        raise TypeError("Object of type {} is not JSON serializable".format(type(value).__name__))


def _key(key) -> str:
    if isinstance(key, (str, bytes)):
        return _text(key)
    if isinstance(key, float):
        return _float(key)
    if key is None or key is True or key is False:
        return _constant(key)
    if isinstance(key, int):
        return int.__repr__(key)
    raise TypeError("keys must be str, int, float, bool or None, not " + type(key).__name__)


def _text(value) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str.__str__(value)


def _constant(value) -> str:
    return "null" if value is None else "true" if value else "false"


def _float(value) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)
