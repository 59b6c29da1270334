"""What a model is: a frozen value made of a row, that forgets nothing of it.

One job: the base of every model. Models keep their row's text, or the page and their place on it, so that fields
which the model does not know are there when somebody asks. Models of rows that were read do not even copy the fields
that they know, but look at the row (`Windows`). A model's fields are called as on the wire, unless its vendor's base
says otherwise (`Model._wire_name`). Reading rows is the business of `convert`.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar, cast

import attrs

from .codec import Raw, loads, shallow
from .codec import rows as row_texts
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

    __slots__ = ("_malformed", "_raw", "_row")
    _row: object
    _raw: RowText
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
        row = self._row_texts()
        if row is None:
            return MappingProxyType({})
        for name in wire_names(type(self)).values():
            row.pop(name, None)
        return MappingProxyType({name: _loads_or_bytes(value) for name, value in row.items()})

    @property
    def malformed(self) -> tuple[Malformed, ...]:
        """The fields whose value did not fit and that are therefore None here; usually empty."""
        return getattr(self, "_malformed", ())

    def _row_texts(self) -> dict[str, Raw] | None:
        """Return what came, field by field, as text; None for a model made by hand."""
        raw = _row_text(self)
        return None if raw is None else shallow(raw)

    if not TYPE_CHECKING:  # a type checker would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            """Return a field of a model made by hand, which has no row to look at."""
            window = getattr(type(self), name, None)
            if isinstance(window, _Window):
                return window.slot.__get__(self)
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )

    def __reduce__(self) -> tuple[Any, ...]:
        raw = _row_text(self)
        values = {
            field.name: getattr(self, field.name) for field in attrs.fields(cast("Any", self.__class__))
        }
        return rebuild, (type(self), values, None if raw is None else bytes(raw), self.malformed)


class RowTexts:
    """The texts of a page's rows, found when the first of them is asked for.

    Args:
        body: The whole answer.
        path: Where the rows stand in it, outermost name first.
        rows: What was read of each, in their order.
    """

    __slots__ = ("_body", "_path", "_rows", "_texts")

    def __init__(self, body: bytes, path: tuple[str, ...], rows: Sequence[object]) -> None:
        self._body = body
        self._path = path
        self._rows = rows
        self._texts: dict[int, Raw] | None = None

    def of(self, row: object) -> Raw:
        """Return the text of one of the rows, which is known by its identity."""
        if self._texts is None:
            block: bytes | Raw = self._body
            for name in self._path:
                block = shallow(block)[name]
            self._texts = {id(row): text for row, text in zip(self._rows, row_texts(block), strict=True)}
        return self._texts[id(row)]


RowText: TypeAlias = Raw | bytes | RowTexts
"""A row's text, or where it is to be found."""


def _row_text(model: Model) -> Raw | bytes | None:
    raw: RowText | None = getattr(model, "_raw", None)
    return raw.of(model._row) if isinstance(raw, RowTexts) else raw


M = TypeVar("M", bound=Model)


def rebuild(kind: type[M], values: dict[str, Any], raw: bytes | None, malformed: tuple[Malformed, ...]) -> M:
    """Make a model of values, and give it the text of its row and what was set aside."""
    model = kind(**values)
    if raw is not None:
        object.__setattr__(model, "_raw", raw)
    if malformed:
        object.__setattr__(model, "_malformed", malformed)
    return model


class _Window(property):
    """A field that looks at the row, where there is one; a model made by hand has its value in the slot."""

    def __init__(self, name: str, slot: Any) -> None:
        super().__init__(attrgetter(f"_row.{name}"), slot.__set__, None, f"The field `{name}`, see above.")
        self.slot = slot


def _install_windows(kind: type[Model]) -> None:
    """Put a window in the place of each slot of a model class, and of its bases."""
    names = {field.name for field in attrs.fields(cast("Any", kind))}
    for owner in kind.__mro__:
        for name in names & owner.__dict__.keys():
            if not isinstance(owner.__dict__[name], _Window):
                setattr(owner, name, _Window(name, owner.__dict__[name]))


_set_row: Final[Callable[[Any, object], None]] = cast("Any", Model).__dict__["_row"].__set__
_set_raw: Final[Callable[[Any, object], None]] = cast("Any", Model).__dict__["_raw"].__set__
"""They set what a model keeps, frozen though it is."""


class Windows(Generic[M]):
    """Makes models that look at a row instead of copying it.

    Nearly all the cost of a frozen model is in setting its fields, one by one, and most readers look at a few of
    them. A model of a row that was read has no field set: the class's fields are properties that look at the row.

    Args:
        model: The model class; no code of its own runs when a row is read, so no validators and converters.
    """

    __slots__ = ("_model",)

    def __init__(self, model: type[M]) -> None:
        _install_windows(model)
        self._model = model

    def over(self, row: object, raw: RowText) -> M:
        """Return the model of a row.

        Args:
            row: What was read, with the model's fields as attributes.
            raw: The row's text.
        """
        model = object.__new__(self._model)
        _set_row(model, row)
        _set_raw(model, raw)
        return model

    def over_all(self, rows: Sequence[object], texts: RowTexts) -> list[M]:
        """Return the models of a page's rows; the hot path of every listing, so all of it runs in C."""
        models = list(map(object.__new__, repeat(self._model, len(rows))))
        deque(map(_set_row, models, rows), maxlen=0)
        deque(map(_set_raw, models, repeat(texts)), maxlen=0)
        return models


def _names_on_the_wire(kind: Any) -> Mapping[str, str]:
    return MappingProxyType({field.name: kind._wire_name(field) for field in attrs.fields(kind)})


wire_names: Final[Callable[[Any], Mapping[str, str]]] = functools.cache(_names_on_the_wire)
"""Returns the name on the wire of each field of a model; worked out once for each class."""


def to_dict(model: Model) -> dict[str, Any]:
    """Return a model as the vendor would write it: its fields by the wire's names, and unchanged what it does not know.

    Args:
        model: Any model.

    Returns:
        A new dict; odd values that were set aside stand in it as they came.
    """
    values = attrs.asdict(model)  # type: ignore[arg-type]  # every Model is an attrs class
    row = {wire: values[name] for name, wire in wire_names(type(model)).items()}
    row.update(model.extra)
    row.update((fault.path.removeprefix("$."), fault.value) for fault in model.malformed)
    return row


def _loads_or_bytes(data: Raw) -> Any:
    try:
        return loads(data)
    except DecodeError:
        return bytes(data)
