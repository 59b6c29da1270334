"""JSON text and what it says: encoding, decoding, and taking an answer apart without decoding all of it.

One job, and with `convert` and `model` the owner of msgspec. Whatever is wrong with a text is one `DecodeError`. What
the values mean is left to `convert` and to the vendors' envelopes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from .errors import DecodeError
from .options import exact_number, exact_text
from .wire import Secret

V = TypeVar("V")

Raw: TypeAlias = msgspec.Raw
"""A piece of JSON text, checked but not decoded yet."""

_BOM: Final = b"\xef\xbb\xbf"
_STRING_OR_TRAILING_COMMA: Final = re.compile(rb'("(?:[^"\\]|\\.)*+"?)|,(?=\s*[}\]])', re.DOTALL)


def encode(value: object) -> bytes:
    """Return `value` as compact JSON bytes; a `Secret` in it is revealed here, at the last moment.

    Subclasses of `str`, `int` and `float`, which configuration loaders and numpy make, are written as what they are.
    """
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return exact_text(value.reveal())
    if isinstance(value, str):
        return exact_text(value)
    number = exact_number(value)
    if number is not None:
        return number
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_plain)


def loads(data: bytes | Raw) -> Any:
    """Decode JSON text into dicts, lists, text, numbers, booleans and None.

    Raises:
        DecodeError: Not JSON, not UTF-8, NaN or Infinity, or nested too deeply.
    """
    return _decode(data, msgspec.json.decode)


_decode_shallow: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_rows: Final = msgspec.json.Decoder(list[Raw]).decode


def shallow(data: bytes | Raw) -> dict[str, Raw]:
    """Decode one JSON object and leave its values as text.

    Raises:
        DecodeError: Not JSON, or not an object.
    """
    return _decode(data, _decode_shallow)


def rows(data: bytes | Raw) -> list[Raw]:
    """Decode one JSON array and leave its elements as text.

    Raises:
        DecodeError: Not JSON, or not an array.
    """
    return _decode(data, _decode_rows)


def _decode(data: bytes | Raw, decode: Callable[[Any], V]) -> V:
    try:
        return decode(data)
    except msgspec.ValidationError as error:
        raise DecodeError(f"the answer is not of the promised shape: {error}", paths=("$",)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_forgiving(bytes(data), decode)


def _decode_forgiving(data: bytes, decode: Callable[[Any], V]) -> V:
    # Byte order marks and trailing commas occur in the vendors' own samples.
    mended = _STRING_OR_TRAILING_COMMA.sub(rb"\1", data.removeprefix(_BOM))
    try:
        return decode(mended)
    except msgspec.ValidationError as error:
        raise DecodeError(f"the answer is not of the promised shape: {error}", paths=("$",)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = "is empty" if not data.strip() else f"is not JSON ({type(error).__name__})"
        raise DecodeError(f"the answer {what}", paths=("$",)) from None


_decode_object: Final = msgspec.json.Decoder(dict[str, Any]).decode


def mapping(data: bytes | Raw) -> dict[str, Any]:
    """Decode one JSON object with all it holds.

    Raises:
        DecodeError: Not JSON, or not an object.
    """
    return _decode(data, _decode_object)
