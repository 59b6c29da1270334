"""JSON text: encoding, decoding, and taking a response apart without decoding all of it.

With `decoding` and `model` the owner of msgspec. Whatever is wrong with a text is a `DecodeError`. Text that no decoder
takes because of one bad value is taken apart by `malformed_json`, so that the other values can be read.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

import attrs
import msgspec

from . import malformed_json
from .errors import DecodeError
from .options import exact_number, exact_text
from .secrets import Secret

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
    """Decode JSON text into dicts, lists, text, numbers, booleans and None."""
    return _decode(data, msgspec.json.decode)


_decode_shallow: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_rows: Final = msgspec.json.Decoder(list[Raw]).decode


def shallow(data: bytes | Raw) -> dict[str, Raw]:
    """Decode one JSON object and leave its values as text.

    An array or object in it that holds something that is not JSON, such as NaN or half an emoji, stays text all the
    same; only decoding it fails.
    """
    try:
        return _decode(data, _decode_shallow)
    except DecodeError:
        found = malformed_json.members(bytes(data).removeprefix(_BOM))
        if found is None:
            raise
        return {loads(name): _validated(value) for name, value in found}


def rows(data: bytes | Raw) -> list[Raw]:
    """Decode one JSON array and leave its elements as text, arrays and objects that are not JSON too."""
    try:
        return _decode(data, _decode_rows)
    except DecodeError:
        found = malformed_json.elements(bytes(data).removeprefix(_BOM))
        if found is None:
            raise
        return list(map(_validated, found))


def fields_apart(data: bytes | Raw) -> dict[str, Raw]:
    """Decode one JSON object like `shallow`, whatever stands in it in place of a value."""
    try:
        return shallow(data)
    except DecodeError:
        found = malformed_json.members(bytes(data))
        if found is None:
            raise
        return {loads_mended(name)[0]: Raw(value) for name, value in found}


def _validated(text: bytes) -> Raw:
    """Return an array or object unseen, and every other value if it is JSON but for bad text."""
    if not text.startswith((b"[", b"{")):
        loads_mended(text)
    return Raw(text)


def loads_mended(data: bytes | Raw) -> tuple[Any, bool]:
    """Decode JSON text like `loads`, and replace what is no text in it; return also whether text was lost.

    Bytes that are not UTF-8 and halves of a character (lone surrogates) become U+FFFD. A control character that should
    have been escaped stays what it is.
    """
    try:
        return loads(data), False
    except DecodeError:
        mended, lost = malformed_json.mended(bytes(data))
        return loads(mended), lost


def whole(data: bytes | Raw) -> None:
    """Raise if a text is no whole JSON text; a value in it that is not JSON does not matter."""
    try:
        loads_mended(data)
    except DecodeError:
        fields_apart(data)


def readable(fields: dict[str, Raw]) -> dict[str, Any]:
    """Decode the values of an object, and leave out those that are not JSON."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        with contextlib.suppress(DecodeError):
            found[name] = loads_mended(value)[0]
    return found


_KINDS: Final = re.compile(r"Expected `(\w+)[^`]*`, got `(\w+)`\Z")
_BYTE: Final = re.compile(r"\(byte (\d+)\)")
_WORDS: Final = MappingProxyType(
    {
        "object": "an object",
        "array": "a list",
        "str": "a text",
        "int": "a number",
        "float": "a number",
        "bool": "true or false",
    }
)


def _decode(data: bytes | Raw, decode: Callable[[Any], V]) -> V:
    try:
        return decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_forgiving(bytes(data), decode)


def _decode_forgiving(data: bytes, decode: Callable[[Any], V]) -> V:
    # Byte order marks and trailing commas occur in the vendors' own samples.
    mended = _STRING_OR_TRAILING_COMMA.sub(rb"\1", data.removeprefix(_BOM))
    try:
        return decode(mended)
    except msgspec.ValidationError as error:
        raise DecodeError(_other_shape(error), paths=("$",)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = "is empty" if not data.strip() else f"is not JSON{_position(error)}"
        raise DecodeError(f"the response {what}", paths=("$",)) from None


def _position(error: Exception) -> str:
    """Return in plain words where a text stops being JSON."""
    if isinstance(error, RecursionError):
        return "; it is nested too deeply"
    if "utf-8" in str(error).lower():  # UnicodeDecodeError, or since msgspec 0.23 a DecodeError that says so
        return "; it is not UTF-8"
    byte = _BYTE.search(str(error))
    return f"; it goes wrong at byte {byte[1]}" if byte else "; it breaks off"


def _other_shape(error: msgspec.ValidationError) -> str:
    """Return in plain words what came in place of what."""
    text = "the response is not of the promised shape"
    kinds = _KINDS.match(str(error))
    if kinds is None:
        return text
    promised, came = (_WORDS.get(kind, kind) for kind in kinds.groups())
    return f"{text}: it is {came}, and not {promised}"


_decode_object: Final = msgspec.json.Decoder(dict[str, Any]).decode


def mapping(data: bytes | Raw) -> dict[str, Any]:
    """Decode one JSON object with all it holds."""
    return _decode(data, _decode_object)


@attrs.define(eq=False, repr=False)
class PageText:
    """The texts of the rows at `path` in a response, found when the first of them is asked for."""

    body: bytes
    path: tuple[str, ...]
    _rows: list[Raw] | None = attrs.field(init=False, default=None)

    def __getitem__(self, index: int) -> Raw:
        if self._rows is None:
            block: bytes | Raw = self.body
            for name in self.path:
                block = shallow(block)[name]
            self._rows = rows(block)
        return self._rows[index]


RowText: TypeAlias = Raw | bytes | PageText
"""A row's text, or the page that holds it."""
