"""The base of every model: a frozen value made of a row, which keeps the whole row.

With `json_codec` and `decoding` the owner of msgspec. A model is an attrs class, so that tools for attrs work with
it, and a msgspec struct, so that msgspec decodes a row straight into it (`as_struct`). It keeps the text of its row,
or its page and its index there while most of the page is kept, so that callers can read the fields that it does not
declare. Its fields have the vendor's names, unless the vendor's base class says otherwise (`Model._vendor_name`).
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_type_hints

import attrs
import msgspec

from .errors import DecodeError
from .json_codec import PageText, Raw, RowText, fields_apart, loads_mended
from .plain import Plain, to_dict
from .struct_values import namespace_of

__all__ = [
    "NAMED",
    "Kept",
    "Malformed",
    "Model",
    "as_struct",
    "detach",
    "keep_page",
    "keep_text",
    "model",
    "rebuild",
    "shared_fields",
    "to_dict",
    "vendor_names",
]


NAMED: Final = MappingProxyType({"named": True})
"""Metadata of a field that tells one row from another: a blank one is malformed."""


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


class Model(Plain):
    """The base of every model: keeps the row it was read from."""

    __slots__ = ()
    if TYPE_CHECKING:  # they are stored by `Kept`
        _raw: RowText | None
        _index: int
        _malformed: tuple[Malformed, ...] | None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        """Return what the vendor calls a field, given as an `attrs.Attribute`; replaced by vendors of other style."""
        return cast("str", field.name)

    @classmethod
    def _names(cls) -> Mapping[str, str]:
        return vendor_names(cls)

    @property
    def extra(self) -> Mapping[str, Any]:
        """All fields of the row that the model does not know, read-only; empty for a model made by hand.

        A value that cannot be decoded, such as text that is not UTF-8, stands there as bytes.
        """
        row = self._row_texts()
        if row is None:
            return MappingProxyType({})
        for name in vendor_names(type(self)).values():
            row.pop(name, None)
        return MappingProxyType({name: _loads_or_bytes(value) for name, value in row.items()})

    @property
    def malformed(self) -> tuple[Malformed, ...]:
        """The fields whose value did not fit: they are None here, or have text with U+FFFD in it; usually empty."""
        return self._malformed or ()

    def unreadable(self, *fields: str) -> bool:
        """Return whether one of these fields is not what the vendor sent, because that could not be read.

        A row whose key cannot be read may be the wanted one; "not found" is then not proven.

        Args:
            fields: Names of fields as the model calls them; without any, all fields count.
        """
        if not self._malformed:
            return False
        names = vendor_names(type(self))
        wanted = {f"$.{names[field]}" for field in fields or names}
        return not wanted.isdisjoint(fault.path for fault in self._malformed)

    def _plain(self) -> dict[str, Any]:
        values = attrs.asdict(self, value_serializer=_exact)  # type: ignore[arg-type]  # every Model is an attrs class
        row = {theirs: values[name] for name, theirs in vendor_names(type(self)).items()}
        row.update(self.extra)
        row.update((fault.path.removeprefix("$."), fault.value) for fault in self.malformed)
        return {
            name: value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            for name, value in row.items()
        }

    def _row_text(self) -> Raw | bytes | None:
        return self._raw[self._index] if isinstance(self._raw, PageText) else self._raw

    def _row_texts(self) -> dict[str, Raw] | None:
        """Return what came, field by field, as text; None for a model made by hand."""
        raw = self._row_text()
        return None if raw is None else fields_apart(raw)

    def __reduce__(self) -> tuple[Any, ...]:
        raw = self._row_text()
        values = {field.name: getattr(self, field.name) for field in attrs.fields(cast("Any", type(self)))}
        return rebuild, (type(self), values, None if raw is None else bytes(raw), self.malformed)

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        fields = attrs.fields(cast("Any", type(self)))
        return ((field.name, getattr(self, field.name)) for field in fields if field.repr)


M = TypeVar("M", bound=Model)


_EVOLVE: Final = attrs.evolve.__code__


class _Kind(type(msgspec.Struct)):  # type: ignore[misc]  # the type of structs is not exported by name
    """The type of model classes; what a model keeps is not among the arguments that `help` shows."""

    def __call__(cls, *args: Any, **values: Any) -> Any:
        """Make a model by hand. One that `attrs.evolve` makes of another keeps what that one kept."""
        made = super().__call__(*args, **values)
        # `evolve` hands over the fields and nothing else, so the model that they come from is looked up where it was
        # called. A test notices if attrs changes the name there; then `extra` of the copy would be empty.
        caller = sys._getframe(1)
        if caller.f_code is _EVOLVE:
            source: Any = caller.f_locals.get("inst")
            if type(source) is cls:
                _keep_what(made, source)
        return made

    @property
    def __signature__(cls) -> inspect.Signature:
        whole: inspect.Signature = super().__signature__
        shown = [parameter for name, parameter in whole.parameters.items() if not name.startswith("_")]
        return whole.replace(parameters=shown)


class Kept(msgspec.Struct, metaclass=_Kind, kw_only=True, gc=False, rename="\u2028{}".format):
    """What a model keeps beside its fields. Never decoded: no response can contain these names."""

    _raw: None = None
    _index: None = None
    _malformed: None = None


_set_raw: Final[Callable[[Model, object], None]] = cast("Any", Kept)._raw.__set__
_set_index: Final[Callable[[Model, object], None]] = cast("Any", Kept)._index.__set__
_set_malformed: Final[Callable[[Model, object], None]] = cast("Any", Kept)._malformed.__set__
"""They set what a model keeps, frozen though it is."""


def as_struct(kind: type[M]) -> type[M]:
    """Store the fields of a model as msgspec does; a class decorator, above that of attrs.

    Setting the fields of a frozen attrs class one by one is most of what decoding costs, and Python's collector goes
    through every object that has slots. Structs are filled by the decoder itself, and those that hold plain values
    need not be collected. All that attrs made of the class stays: fields, equality, text, frozenness; only weak
    references to such a model cannot be made.
    """
    namespace = namespace_of(kind)
    bases = (*kind.__bases__, Kept)
    rename = dict(vendor_names(kind))
    return cast("type[M]", _Kind(kind.__name__, bases, namespace, rename=rename, kw_only=True, gc=False))


if TYPE_CHECKING:
    from attrs import frozen as model  # what checkers must see, so that `attrs.evolve` takes a model
    from attrs import frozen as shared_fields
else:

    def shared_fields(**_: Any) -> Callable[[type[M]], type[M]]:
        """Make a class the base of models that share its fields; by itself it is stored as nothing."""
        return _resolved

    def model(**options: Any) -> Callable[[type[M]], type[M]]:
        """Make a class a model: `@model(kw_only=True)`, a frozen attrs class that is stored as `as_struct` says."""
        return lambda kind: as_struct(attrs.frozen(**options)(_with_shared(kind)))


def _resolved(kind: type[M]) -> type[M]:
    """Read the types of a class's fields where they can be read: in its own module."""
    hints = get_type_hints(kind)
    kind.__annotations__ = {name: hints[name] for name in kind.__annotations__}
    return kind


def _with_shared(kind: type[M]) -> type[M]:
    """Give a class the fields of its bases, near and far; its own stand first. No base is a model by itself."""
    own = dict(kind.__annotations__)
    for base in kind.__mro__[1:]:
        if base in Model.__mro__:
            continue
        for name, hint in vars(base).get("__annotations__", {}).items():
            if name not in own:
                own[name] = hint
                setattr(kind, name, vars(base)[name])
        own_text, shared = (kind.__doc__ or "").rstrip(), (base.__doc__ or "").partition("Args:\n")[2]
        kind.__doc__ = f"{own_text}\n{shared}" if shared else kind.__doc__
    kind.__annotations__ = own
    return kind


def rebuild(kind: type[M], values: dict[str, Any], raw: bytes | None, malformed: tuple[Malformed, ...]) -> M:
    """Make a model of values, and give it the text of its row and what was set aside."""
    kept: dict[str, Any] = {"_raw": raw, "_malformed": malformed or None}
    return kind(**values, **kept)


def _keep_what(made: Model, source: Model) -> None:
    """Give a model the row of another, and what was set aside of it but for the fields that are others now."""
    raw = source._row_text()
    _set_raw(made, None if raw is None else bytes(raw))
    names = vendor_names(type(source))
    same = {f"$.{theirs}" for name, theirs in names.items() if getattr(made, name) is getattr(source, name)}
    _set_malformed(made, tuple(fault for fault in source.malformed if fault.path in same) or None)


def detach(rows: Sequence[object]) -> None:
    """Give the rows of a page that are still held a text of their own, if they are few, so that the page can go.

    The rows are held by this sequence, and else only by those who still want them.

    As long as most of its rows are held, a page is the cheapest way to keep their texts.
    """
    if not rows or not isinstance(rows[0], Kept):
        return
    counts = list(map(sys.getrefcount, rows))
    held = len(rows) - counts.count(_HELD_ONCE)
    if not 0 < held <= len(rows) // 2:
        return
    for row, count in zip(cast("Sequence[Model]", rows), counts, strict=True):
        raw = row._raw if count > _HELD_ONCE else None
        if isinstance(raw, (PageText, Raw)):
            _set_raw(row, bytes(cast("Raw", row._row_text())))


_HELD_ONCE: Final = next(map(sys.getrefcount, (object(),)))
"""References of an object that one sequence holds."""


def keep_text(model: Model, raw: Raw | bytes) -> None:
    """Give a model that was read the text of its row, frozen though it is."""
    _set_raw(model, raw)


def keep_page(models: Sequence[Model], page: PageText) -> None:
    """Give the models of a page their page and place; on the hot path of every listing, so it runs in C."""
    deque(map(_set_raw, models, repeat(page)), maxlen=0)
    deque(map(_set_index, models, range(len(models))), maxlen=0)


def _vendor_names(kind: Any) -> Mapping[str, str]:
    return MappingProxyType({field.name: kind._vendor_name(field) for field in attrs.fields(kind)})


vendor_names: Final[Callable[[Any], Mapping[str, str]]] = functools.cache(_vendor_names)
"""Returns the vendor's name of each field of a model; worked out once for each class."""


def _exact(_: object, __: object, value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _loads_or_bytes(data: Raw) -> Any:
    try:
        value, lost = loads_mended(data)
    except DecodeError:
        return bytes(data)
    return bytes(data) if lost else value
