"""Rows to models: lenient, and cheap.

With `json_codec` and `model` the owner of msgspec. A page that is as documented is decoded in one go; every other
page is decoded row by row, so that one malformed row never loses its page, and a malformed row value by value
(`coerce`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import attrs
import msgspec

from .coerce import field_value
from .errors import DecodeError
from .json_codec import PageText, Raw, fields_apart, loads, loads_mended
from .model import NAMED, Kept, Malformed, Model, keep_page, keep_text, rebuild, vendor_names

M = TypeVar("M", bound=Model)

ROWS: Final = "rows"
"""Stands for the rows in the shape of a page."""

REPLACED: Final = "holds bytes that are not UTF-8, or half a character; they were replaced"
"""Why a value is listed as malformed although the model has it."""

Shape: TypeAlias = Mapping[str, "type[int | str] | Shape | str"]
"""What a page looks like: names to `int`, `str`, `ROWS`, or a further shape. Every part may be missing."""


class Loader(Generic[M]):
    """Reads rows of one model."""

    __slots__ = ("_fields", "_model", "_named", "_read")

    def __init__(self, model: type[M]) -> None:
        if not issubclass(model, Kept):
            raise TypeError(f"{model.__name__} is not decorated with as_struct")
        names = vendor_names(model)
        self._model: type[M] = model
        self._fields: tuple[tuple[str, Any], ...] = tuple(
            (names[field.name], field) for field in attrs.fields(cast("Any", model))
        )
        self._named: tuple[str, ...] = tuple(
            field.name for _, field in self._fields if NAMED.items() <= field.metadata.items()
        )
        self._read: Callable[[Any], M] = msgspec.json.Decoder(model, strict=False).decode

    @property
    def model(self) -> type[M]:
        """The model class."""
        return self._model

    def load(self, raw: Raw | bytes, *, path: str = "$", strict: bool = False) -> M | Malformed:
        """Return the model of a row, or `Malformed` where a field that the model cannot be without does not fit.

        `strict` raises `DecodeError` for any value that does not fit; `path` says where the row stands.
        """
        return self._load_straight(raw) or self._load_leniently(raw, path, strict)

    def one(self, raw: Raw | bytes, *, path: str = "$") -> M:
        """Return the one object of a response; raise `DecodeError` if it is none."""
        loaded = self.load(raw, path=path)
        if isinstance(loaded, Malformed):
            text = f"the response is no {self._model.__name__}: {loaded.path}: {loaded.reason}"
            raise DecodeError(text, paths=(loaded.path,))
        return loaded

    def page(self, shape: Shape) -> Callable[[bytes], Any]:
        """Return a reader of whole pages, for responses that are just as documented.

        It returns an object with the names of `shape` as attributes (None where missing), nested like it, with a list
        of models for `ROWS`; or None if anything does not fit, so that the response has to be read leniently.
        """
        path = _path_to_rows(shape)
        read = msgspec.json.Decoder(_structure(self._model, shape), strict=False).decode
        names = path[:-1]
        last = path[-1]

        def read_page(body: bytes) -> Any:
            try:
                decoded: Any = read(body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return None
            block = decoded
            for name in names:
                block = getattr(block, name)
                if block is None:
                    return None
            models: list[M] | None = getattr(block, last)
            if models is None or (self._named and any(map(self._is_unnamed, models))):
                return None
            keep_page(models, PageText(body, path))
            return decoded

        return read_page

    def load_all(
        self, raws: list[Raw], *, path: str = "$", strict: bool = False
    ) -> tuple[tuple[M, ...], tuple[Malformed, ...]]:
        """Return the models of many rows, and the malformed rows; see `load`."""
        models: list[M] = []
        malformed: list[Malformed] = []
        for index, raw in enumerate(raws):
            loaded = self._load_straight(raw) or self._load_leniently(raw, f"{path}[{index}]", strict)
            if isinstance(loaded, Malformed):
                malformed.append(loaded)
            else:
                models.append(loaded)
        return tuple(models), tuple(malformed)

    def _load_straight(self, raw: Raw | bytes) -> M | None:
        """Return the model of a row that is as documented, else None."""
        try:
            model = self._read(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if self._is_unnamed(model):
            return None
        keep_text(model, raw)
        return model

    def _is_unnamed(self, model: M) -> bool:
        """Return whether nothing tells a row from others."""
        return any(not getattr(model, name).strip() for name in self._named)

    def _load_leniently(self, raw: Raw | bytes, path: str, strict: bool) -> M | Malformed:
        try:
            row, spoiled = _row(raw)
        except DecodeError:
            return self._set_aside(path, "not JSON", bytes(raw), strict)
        if not isinstance(row, dict):
            return self._set_aside(path, f"expected an object, got {type(row).__name__}", row, strict)
        fields = cast("dict[str, Any]", row)
        values: dict[str, Any] = {}
        faults: list[Malformed] = []
        fatal: Malformed | None = None
        for name, field in self._fields:
            required = field.default is attrs.NOTHING
            fault = spoiled.get(name)
            if name in fields or (required and fault is None):
                try:
                    values[field.name] = _named(field_value(fields, name, field), field)
                except (ValueError, TypeError) as error:
                    fault = Malformed(path=f"$.{name}", reason=str(error), value=fields.get(name))
            if fault is not None:
                faults.append(fault)
                if required and field.name not in values:
                    fatal = Malformed(path=f"{path}.{name}", reason=fault.reason, value=row)
        if strict and faults:
            found = {f"{path}{fault.path[1:]}": fault.reason for fault in faults}
            text = "; ".join(f"{where}: {reason}" for where, reason in found.items())
            raise DecodeError(f"a row does not fit: {text}", paths=tuple(found))
        return fatal or rebuild(self._model, values, bytes(raw), tuple(faults))

    def _set_aside(self, path: str, reason: str, value: Any, strict: bool) -> Malformed:
        if strict:
            raise DecodeError(f"a row does not fit: {path}: {reason}", paths=(path,))
        return Malformed(path=path, reason=reason, value=value)


def _named(value: Any, field: Any) -> Any:
    """Return the value of a field, which is not blank where it tells one row from another."""
    if NAMED.items() <= field.metadata.items() and not value.strip():
        raise ValueError("expected an id, got a blank")
    return value


def _row(raw: Raw | bytes) -> tuple[Any, dict[str, Malformed]]:
    """Return what a row says, and by name the values in it that are not whole; these are mended, or left out."""
    try:
        return loads(raw), {}
    except DecodeError:
        row: dict[str, Any] = {}
        spoiled: dict[str, Malformed] = {}
        for name, text in fields_apart(raw).items():
            try:
                row[name], lost = loads_mended(text)
            except DecodeError:
                value = bytes(text).decode("utf-8", "replace")
                spoiled[name] = Malformed(path=f"$.{name}", reason="not JSON", value=value)
                continue
            if lost:
                spoiled[name] = Malformed(path=f"$.{name}", reason=REPLACED, value=row[name])
        return row, spoiled


def _path_to_rows(shape: Shape) -> tuple[str, ...]:
    for name, part in shape.items():
        if part == ROWS:
            return (name,)
        if isinstance(part, Mapping):
            return (name, *_path_to_rows(part))
    raise ValueError("a page's shape must hold ROWS")


def _structure(row_type: type[Any], shape: Shape) -> type[msgspec.Struct]:
    fields: list[tuple[str, Any, Any]] = []
    for name, part in shape.items():
        kind: Any = part
        if part == ROWS:
            kind = GenericAlias(list, (row_type,))
        elif isinstance(part, Mapping):
            kind = _structure(row_type, part)
        fields.append((name, kind | None, None))
    return msgspec.defstruct("Response", fields)
