"""JSON to models and back: lenient when reading, strict when writing.

One job, and the owner of two libraries: msgspec (the JSON codec, and the fast path straight into models) and
cattrs (the patient path for a row that does not fit). A row is decoded on its own, so one odd row never loses
its page, and keeps its raw text, so that fields the model does not know are there when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import attrs
import cattrs
import msgspec

from .errors import DecodeError

Raw: TypeAlias = msgspec.Raw
"""A piece of JSON text, checked but not decoded yet."""

_BOM: Final = b"\xef\xbb\xbf"
_STRING_OR_TRAILING_COMMA: Final = re.compile(rb'("(?:[^"\\]|\\.)*+"?)|,(?=\s*[}\]])', re.DOTALL)
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,300}")
_BOOLEANS: Final = {"0": False, "1": True, "false": False, "true": True}


@attrs.frozen(kw_only=True)
class Malformed:
    """A value that fits no field and was set aside instead of losing its row.

    Args:
        path: Where it stood, such as `$.agents[3].system_status`.
        reason: What was wrong with it.
        value: The value itself, or the whole row where no model could be made of it.
    """

    path: str
    reason: str
    value: Any = attrs.field(repr=False)


class Model:
    """The base of every model: keeps the row it was read from."""

    __slots__ = ("_malformed", "_raw")
    _raw: Raw | bytes
    _malformed: tuple[Malformed, ...]

    @property
    def extra(self) -> Mapping[str, Any]:
        """All fields of the row that the model does not know, read-only; empty for a model made by hand.

        A value that cannot be decoded, such as text that is not UTF-8, stands there as bytes.
        """
        raw = getattr(self, "_raw", None)
        if raw is None:
            return MappingProxyType({})
        row = shallow(raw)
        for name in _field_names(type(self)):
            row.pop(name, None)
        return MappingProxyType({name: _loads_or_bytes(value) for name, value in row.items()})

    @property
    def malformed(self) -> tuple[Malformed, ...]:
        """The fields whose value did not fit and that are therefore None here; usually empty."""
        return getattr(self, "_malformed", ())

    def __reduce__(self) -> tuple[Any, ...]:
        values = {name: getattr(self, name) for name in _field_names(type(self))}
        raw = getattr(self, "_raw", None)
        return _rebuild, (type(self), values, None if raw is None else bytes(raw), self.malformed)


M = TypeVar("M", bound=Model)
V = TypeVar("V")


def _rebuild(kind: type[M], values: dict[str, Any], raw: bytes | None, malformed: tuple[Malformed, ...]) -> M:
    model = kind(**values)
    if raw is not None:
        object.__setattr__(model, "_raw", raw)
    if malformed:
        object.__setattr__(model, "_malformed", malformed)
    return model


_keep_raw: Final = cast("Any", Model).__dict__["_raw"].__set__
"""Sets the raw row of a model, frozen though it is."""


def _field_names(kind: type[Any]) -> list[str]:
    return [field.name for field in attrs.fields(kind)]


def to_dict(model: Model) -> dict[str, Any]:
    """Return a model as the vendor would write it: its fields, and unchanged what it does not know.

    Args:
        model: Any model.

    Returns:
        A new dict; odd values that were set aside stand in it as they came.
    """
    row = attrs.asdict(model)  # type: ignore[arg-type]  # every Model is an attrs class
    row.update(model.extra)
    row.update((fault.path.removeprefix("$."), fault.value) for fault in model.malformed)
    return row


def encode(value: object) -> bytes:
    """Return `value` as compact JSON bytes."""
    return msgspec.json.encode(value)


def loads(data: bytes | Raw) -> Any:
    """Decode JSON text into dicts, lists, text, numbers, booleans and None.

    Raises:
        DecodeError: Not JSON, not UTF-8, NaN or Infinity, or nested too deeply.
    """
    return _decode(data, msgspec.json.decode)


def _loads_or_bytes(data: Raw) -> Any:
    try:
        return loads(data)
    except DecodeError:
        return bytes(data)


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


def as_int(value: Any) -> int:
    """Return `value` as an integer without loss: numbers, booleans and digits in text.

    Raises:
        ValueError: It is none of these.
    """
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value.strip())
    raise ValueError(f"expected an integer, got {type(value).__name__}")


def _as_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, (int, str)) else ""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    raise ValueError(f"expected a boolean, got {type(value).__name__}")


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"expected text, got {type(value).__name__}")


def _as_int_or_text(value: Any) -> int | str:
    return value if isinstance(value, str) else as_int(value)


def _hook(kind: Any, coerce: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def structure(value: Any, wanted: Any) -> Any:
        return None if value is None and wanted != kind else coerce(value)

    return structure


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=False)
    hooks: dict[Any, Callable[[Any], Any]] = {
        str: _as_text,
        int: as_int,
        bool: _as_bool,
        int | str: _as_int_or_text,
    }
    for kind, coerce in hooks.items():
        hook = _hook(kind, coerce)
        if isinstance(kind, type):
            converter.register_structure_hook(kind, hook)
        converter.register_structure_hook_func(frozenset({kind, kind | None}).__contains__, hook)
    return converter


_CONVERTER: Final = _converter()


def _value(row: Mapping[str, Any], field: Any) -> Any:
    if field.name not in row:
        raise ValueError("missing")
    return _CONVERTER.structure(row[field.name], field.type)


class Loader(Generic[M]):
    """Reads rows of one model.

    Args:
        model: The model class.
    """

    __slots__ = ("_fields", "_model", "_read")

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._read = msgspec.json.Decoder(model, strict=False).decode
        resolved: Any = attrs.resolve_types(cast("Any", model))
        self._fields = attrs.fields(resolved)

    @property
    def model(self) -> type[M]:
        """The model class."""
        return self._model

    def load(self, raw: Raw | bytes, *, path: str = "$", strict: bool = False) -> M | Malformed:
        """Read one row.

        Args:
            raw: The row's JSON text.
            path: Where the row stands, for messages.
            strict: Raise instead of setting odd values aside.

        Returns:
            The model; or `Malformed` where a field that the model cannot be without does not fit.

        Raises:
            DecodeError: `strict`, and a value does not fit; `paths` names them all.
        """
        try:
            model: M = self._read(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._load_leniently(raw, path, strict)
        _keep_raw(model, raw)
        return model

    def load_all(
        self, raws: list[Raw], *, path: str = "$", strict: bool = False
    ) -> tuple[tuple[M, ...], tuple[Malformed, ...]]:
        """Read many rows; the hot path of every listing.

        Args:
            raws: The rows' JSON texts.
            path: Where the array of them stands, for messages.
            strict: Raise instead of setting odd values aside.

        Returns:
            The models, and the rows of which none could be made.

        Raises:
            DecodeError: `strict`, and a value does not fit; `paths` names them all.
        """
        read, keep_raw = self._read, _keep_raw
        models: list[M] = []
        malformed: list[Malformed] = []
        for index, raw in enumerate(raws):
            try:
                model = read(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                loaded = self._load_leniently(raw, f"{path}[{index}]", strict)
                if isinstance(loaded, Malformed):
                    malformed.append(loaded)
                else:
                    models.append(loaded)
                continue
            keep_raw(model, raw)
            models.append(model)
        return tuple(models), tuple(malformed)

    def _load_leniently(self, raw: Raw | bytes, path: str, strict: bool) -> M | Malformed:
        try:
            row = loads(raw)
        except DecodeError:
            return self._set_aside(path, "not JSON", bytes(raw), strict)
        if not isinstance(row, dict):
            return self._set_aside(path, f"expected an object, got {type(row).__name__}", row, strict)
        fields = cast("dict[str, Any]", row)
        values: dict[str, Any] = {}
        faults: list[Malformed] = []
        fatal: Malformed | None = None
        for field in self._fields:
            required = field.default is attrs.NOTHING
            if field.name not in fields and not required:
                continue
            try:
                values[field.name] = _value(fields, field)
            except (ValueError, TypeError) as error:
                fault = Malformed(path=f"$.{field.name}", reason=str(error), value=fields.get(field.name))
                faults.append(fault)
                if required:
                    fatal = Malformed(path=f"{path}.{field.name}", reason=str(error), value=row)
        if strict and faults:
            found = {f"{path}{fault.path[1:]}": fault.reason for fault in faults}
            text = "; ".join(f"{where}: {reason}" for where, reason in found.items())
            raise DecodeError(f"a row does not fit: {text}", paths=tuple(found))
        return fatal or _rebuild(self._model, values, bytes(raw), tuple(faults))

    def _set_aside(self, path: str, reason: str, value: Any, strict: bool) -> Malformed:
        if strict:
            raise DecodeError(f"a row does not fit: {path}: {reason}", paths=(path,))
        return Malformed(path=path, reason=reason, value=value)
