"""Rows to models: lenient, and cheap.

One job, and with `codec` the owner of msgspec. A page that is as documented is decoded in one go; a page that is not is
decoded row by row, so that one odd row never loses its page, and an odd row patiently (`coerce`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GenericAlias
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import attrs
import msgspec

from .codec import Raw, loads
from .coerce import field_value
from .errors import DecodeError
from .model import Malformed, Model, RowTexts, Windows, rebuild, wire_names

M = TypeVar("M", bound=Model)

ROWS: Final = "rows"
"""In the shape of a page: here stand the rows."""

Shape: TypeAlias = Mapping[str, "type[int | str] | Shape | str"]
"""What a page looks like: names to `int`, `str`, `ROWS`, or a further shape. Every part may be missing."""


def _row_type(model: type[Model]) -> type[msgspec.Struct]:
    """Return the type that msgspec reads the rows of a model into: its fields by their names on the wire."""
    fields: list[Any] = []
    for field in attrs.fields(cast("Any", model)):
        code = field.validator is not None or field.converter is not None
        if code or isinstance(field.default, cast("Any", attrs.Factory)):
            raise TypeError(
                f"{model.__name__}.{field.name}: its validator, converter or factory would not run when a row is read"
            )
        optional = () if field.default is attrs.NOTHING else (field.default,)
        fields.append((field.name, field.type, *optional))
    return msgspec.defstruct(model.__name__, fields, rename=dict(wire_names(model)), kw_only=True, gc=False)


class Loader(Generic[M]):
    """Reads rows of one model.

    Args:
        model: The model class.
    """

    __slots__ = ("_fields", "_model", "_read", "_row_type", "_windows")

    def __init__(self, model: type[M]) -> None:
        self._model = model
        resolved: Any = attrs.resolve_types(cast("Any", model))
        names = wire_names(model)
        self._fields = tuple((names[field.name], field) for field in attrs.fields(resolved))
        self._row_type = _row_type(model)
        self._read: Callable[[Any], Any] = msgspec.json.Decoder(self._row_type, strict=False).decode
        self._windows = Windows(model)

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
            row = self._read(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._load_leniently(raw, path, strict)
        return self._windows.over(row, raw)

    def page(self, shape: Shape) -> Callable[[bytes], Any]:
        """Make a reader of whole pages, for answers that are just as documented.

        Args:
            shape: The answer's shape; `ROWS` must stand in it once.

        Returns:
            A function from the answer's bytes to an object with the names of `shape` as attributes (None where
            missing), nested like it, with a list of models for the rows; or to None if anything at all does not
            fit, so that the answer has to be read in the patient way.
        """
        path = _path_to_rows(shape)
        read = msgspec.json.Decoder(_structure(self._row_type, shape), strict=False).decode
        names = path[:-1]
        last, over_all = path[-1], self._windows.over_all

        def read_page(body: bytes) -> Any:
            try:
                answer: Any = read(body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return None
            block = answer
            for name in names:
                block = getattr(block, name)
                if block is None:
                    return None
            rows: list[Any] | None = getattr(block, last)
            if rows is None:
                return None
            setattr(block, last, over_all(rows, RowTexts(body, path, rows)))
            return answer

        return read_page

    def load_all(
        self, raws: list[Raw], *, path: str = "$", strict: bool = False
    ) -> tuple[tuple[M, ...], tuple[Malformed, ...]]:
        """Read many rows.

        Args:
            raws: The rows' JSON texts.
            path: Where the array of them stands, for messages.
            strict: Raise instead of setting odd values aside.

        Returns:
            The models, and the rows of which none could be made.

        Raises:
            DecodeError: `strict`, and a value does not fit; `paths` names them all.
        """
        models: list[M] = []
        malformed: list[Malformed] = []
        for index, raw in enumerate(raws):
            loaded = self.load(raw, path=f"{path}[{index}]", strict=strict)
            if isinstance(loaded, Malformed):
                malformed.append(loaded)
            else:
                models.append(loaded)
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
        for name, field in self._fields:
            required = field.default is attrs.NOTHING
            if name not in fields and not required:
                continue
            try:
                values[field.name] = field_value(fields, name, field)
            except (ValueError, TypeError) as error:
                faults.append(Malformed(path=f"$.{name}", reason=str(error), value=fields.get(name)))
                if required:
                    fatal = Malformed(path=f"{path}.{name}", reason=str(error), value=row)
        if strict and faults:
            found = {f"{path}{fault.path[1:]}": fault.reason for fault in faults}
            text = "; ".join(f"{where}: {reason}" for where, reason in found.items())
            raise DecodeError(f"a row does not fit: {text}", paths=tuple(found))
        return fatal or rebuild(self._model, values, bytes(raw), tuple(faults))

    def _set_aside(self, path: str, reason: str, value: Any, strict: bool) -> Malformed:
        if strict:
            raise DecodeError(f"a row does not fit: {path}: {reason}", paths=(path,))
        return Malformed(path=path, reason=reason, value=value)


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
    return msgspec.defstruct("Answer", fields)
