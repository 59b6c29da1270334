"""JSON to models and back: lenient when reading, strict when writing.

One job, and with `codec` the owner of msgspec. A page that is as documented is decoded in one go, straight into models; a page
that is not is decoded row by row, so that one odd row never loses its page, and an odd row patiently (`coerce`).
Models keep their row's text, or the page and their place on it, so that fields which the model does not know are
there when somebody asks. A model's fields are called as on the wire, unless its vendor's base says otherwise
(`Model._wire_name`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import GenericAlias, MappingProxyType
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import attrs
import msgspec

from .codec import Raw, loads, rows, shallow
from .coerce import field_value
from .errors import DecodeError


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
    _raw: Raw | bytes | tuple[RowTexts, int]
    _malformed: tuple[Malformed, ...]

    @classmethod
    def _wire_name(cls, field: Any) -> str:
        """Return what the vendor calls a field, given as an `attrs.Attribute`; replaced by vendors of other style."""
        return cast("str", field.name)

    @property
    def extra(self) -> Mapping[str, Any]:
        """All fields of the row that the model does not know, read-only; empty for a model made by hand.

        A value that cannot be decoded, such as text that is not UTF-8, stands there as bytes.
        """
        raw = _row_text(self)
        if raw is None:
            return MappingProxyType({})
        row = shallow(raw)
        for name in _wire_names(type(self)).values():
            row.pop(name, None)
        return MappingProxyType({name: _loads_or_bytes(value) for name, value in row.items()})

    @property
    def malformed(self) -> tuple[Malformed, ...]:
        """The fields whose value did not fit and that are therefore None here; usually empty."""
        return getattr(self, "_malformed", ())

    def __reduce__(self) -> tuple[Any, ...]:
        values = {name: getattr(self, name) for name in _field_names(type(self))}
        raw = _row_text(self)
        return _rebuild, (type(self), values, None if raw is None else bytes(raw), self.malformed)


class RowTexts:
    """The texts of a page's rows, found when the first of them is asked for.

    Args:
        body: The whole answer.
        path: Where the rows stand in it, outermost name first.
    """

    __slots__ = ("_body", "_path", "_rows")

    def __init__(self, body: bytes, path: tuple[str, ...]) -> None:
        self._body = body
        self._path = path
        self._rows: list[Raw] | None = None

    def __getitem__(self, index: int) -> Raw:
        if self._rows is None:
            block: bytes | Raw = self._body
            for name in self._path:
                block = shallow(block)[name]
            self._rows = rows(block)
        return self._rows[index]


def _row_text(model: Model) -> Raw | bytes | None:
    raw: Raw | bytes | tuple[RowTexts, int] | None = getattr(model, "_raw", None)
    return raw[0][raw[1]] if isinstance(raw, tuple) else raw


M = TypeVar("M", bound=Model)


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


def _names_on_the_wire(kind: Any) -> Mapping[str, str]:
    return MappingProxyType({field.name: kind._wire_name(field) for field in attrs.fields(kind)})


_wire_names: Final[Callable[[Any], Mapping[str, str]]] = functools.cache(_names_on_the_wire)
"""Returns the name on the wire of each field of a model; worked out once for each class."""


def to_dict(model: Model) -> dict[str, Any]:
    """Return a model as the vendor would write it: its fields by the wire's names, and unchanged what it does not know.

    Args:
        model: Any model.

    Returns:
        A new dict; odd values that were set aside stand in it as they came.
    """
    values = attrs.asdict(model)  # type: ignore[arg-type]  # every Model is an attrs class
    row = {wire: values[name] for name, wire in _wire_names(type(model)).items()}
    row.update(model.extra)
    row.update((fault.path.removeprefix("$."), fault.value) for fault in model.malformed)
    return row


def _loads_or_bytes(data: Raw) -> Any:
    try:
        return loads(data)
    except DecodeError:
        return bytes(data)


ROWS: Final = "rows"
"""In the shape of a page: here stand the rows."""

Shape: TypeAlias = Mapping[str, "type[int | str] | Shape | str"]
"""What a page looks like: names to `int`, `str`, `ROWS`, or a further shape. Every part may be missing."""


def _row_type(model: type[M], names: Mapping[str, str]) -> tuple[type[Any], Callable[[Any], M] | None]:
    """Return the type that msgspec reads rows of a model into, and what makes models of it if it is not the model.

    Args:
        model: The model.
        names: The name on the wire of each of its fields.
    """
    if all(name == wire for name, wire in names.items()):
        return model, None
    # msgspec knows no other names for the fields of attrs classes, so the row goes through a struct that has them.
    fields: list[Any] = [
        (field.name, field.type)
        if field.default is attrs.NOTHING
        else (field.name, field.type, field.default)
        for field in attrs.fields(cast("Any", model))
    ]
    struct = msgspec.defstruct(model.__name__, fields, rename=dict(names), kw_only=True)
    as_dict = msgspec.structs.asdict
    return struct, lambda row: model(**as_dict(row))


def _reader(row_type: type[Any], make: Callable[[Any], M] | None) -> Callable[[Any], M]:
    decode: Callable[[Any], Any] = msgspec.json.Decoder(row_type, strict=False).decode
    return decode if make is None else lambda raw: make(decode(raw))


class Loader(Generic[M]):
    """Reads rows of one model.

    Args:
        model: The model class.
    """

    __slots__ = ("_fields", "_make", "_model", "_read", "_row_type")

    def __init__(self, model: type[M]) -> None:
        self._model = model
        resolved: Any = attrs.resolve_types(cast("Any", model))
        names = _wire_names(model)
        self._row_type, self._make = _row_type(model, names)
        self._read = _reader(self._row_type, self._make)
        self._fields = tuple((names[field.name], field) for field in attrs.fields(resolved))

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
        last, make, keep_raw = path[-1], self._make, _keep_raw

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
            models: list[M] | None = getattr(block, last)
            if models is None:
                return None
            if make is not None:
                models = [make(row) for row in models]
                setattr(block, last, models)
            texts = RowTexts(body, path)
            for index, model in enumerate(models):
                keep_raw(model, (texts, index))
            return answer

        return read_page

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
        return fatal or _rebuild(self._model, values, bytes(raw), tuple(faults))

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
