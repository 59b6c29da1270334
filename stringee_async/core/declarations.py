"""Fields declared once: a `TypedDict` whose types carry the check, the vendor's name and the text for `help`.

A method takes its settings by such a declaration (`**settings: Unpack[AgentSettings[Unset]]`). This file, the owner of
annotated_doc, reads it: it checks values, makes the body of a request, and describes the fields in docstrings.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType, NoneType, SimpleNamespace, UnionType
from typing import Any, Final, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
from annotated_doc import Doc as Doc

from .docstrings import described_in, wrapped
from .errors import ConfigError
from .field_rules import called_number
from .fields import international
from .near_names import near_names
from .unset import Unset
from .validation import Check, extra_fields, phone_number

Absent = TypeVar("Absent")
"""What may stand in place of a value: `Unset` in a create, `Unset | None` in an update. None is sent as null."""

_SETTINGS: Final = re.compile(r"\n( +)(?:settings|filters): [^\n]*")
_NUMBERS: Final = (phone_number, called_number)


class _UnknownFieldError(ConfigError, TypeError):
    """There is no such keyword argument; nothing was sent."""


@attrs.frozen
class VendorName:
    """What the vendor calls a field, where that does not follow from its name."""

    name: str


@attrs.frozen(kw_only=True)
class Needs:
    """A value that makes sense only together with another field; `reason` says in the message what it does."""

    value: object
    field: str
    reason: str


@attrs.frozen(kw_only=True)
class Field:
    """One field of a declaration.

    Args:
        name: Its name as an argument.
        vendor_name: What the vendor calls it.
        check: Returns a value as it is sent.
        text: What it is, for people.
        types: The types of its values, as they are written.
        null: Whether None may be given for a new object too.
        clearable: Whether None may be given for an object that exists.
        needs: Its values that need another field.
    """

    name: str
    vendor_name: str
    check: Check
    text: str
    types: tuple[str, ...]
    null: bool
    clearable: bool
    needs: tuple[Needs, ...] = ()

    @property
    def sentences(self) -> str:
        """Its text, followed by its limits."""
        limits = getattr(self.check, "limits", "")
        return f"{self.text} Must be {limits}." if limits else self.text

    def described(self, *, creating: bool) -> str:
        """Return the line that `help` shows of it."""
        null = self.null if creating else self.clearable
        kinds = " or ".join((*self.types, "None") if null else self.types)
        limits = getattr(self.check, "limits", "")
        return f"{self.name} ({kinds}{', ' if limits else ''}{limits}): {self.text}"


class Fields:
    """All fields of a declaration, by name.

    Args:
        declared: The `TypedDict`; its types are `Annotated` with a check, a `Doc`, and perhaps a `VendorName` or `Needs`.
        vendor_name: Returns what the vendor calls a field that has no `VendorName`.
        null_on_create: Whether what may be None in an update may be so in a create, whatever the types say.
    """

    def __init__(
        self, declared: Any, *, vendor_name: Callable[[str], str] = str, null_on_create: bool = False
    ) -> None:
        self._by_name = _read(declared, vendor_name)
        self._needing = tuple((field, needs) for field in self._by_name.values() for needs in field.needs)
        self._null_on_create = null_on_create

    def __iter__(self) -> Iterator[Field]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Field:
        return self._by_name[name]

    def body(
        self,
        values: Mapping[str, object],
        *,
        creating: bool,
        extra: Mapping[str, object] | None = None,
        phone_code: str | None = None,
        check_needs: bool = True,
    ) -> dict[str, object]:
        """Return the fields that were given under the vendor's names, each checked, and those of `extra`.

        `extra` goes as it is, and a field whose very value stands in it is not checked; what is given by keyword goes
        before it. Without `check_needs`, fields that need each other are left to `complete`.
        """
        body = {} if extra is None else extra_fields(extra)
        known, needing = self._by_name, False
        for name, value in values.items():
            field = known.get(name)
            if field is None:
                self._unknown(name)
            if isinstance(value, Unset):
                continue
            if phone_code is not None and field.check in _NUMBERS:
                value = international(value, phone_code)
            if extra and field.vendor_name in extra and extra[field.vendor_name] == value:
                body[field.vendor_name] = value
            elif value is not None:
                body[field.vendor_name] = field.check(name, value)
            elif field.null or (field.clearable and (self._null_on_create or not creating)):
                body[field.vendor_name] = None
            else:
                raise ConfigError(f"{name} must not be None; leave it out")
            needing = needing or bool(field.needs)
        if needing and check_needs:
            self.complete(body, creating=creating)
        return body

    def complete(self, body: Mapping[str, object], *, creating: bool) -> None:
        """Raise if a field is missing in a new object, or taken from one that exists, that another one needs."""
        for field, needs in self._needing:
            if body.get(field.vendor_name) != needs.value:
                continue
            other = self._by_name[needs.field].vendor_name
            if other not in body if creating else (other in body and body[other] is None):
                verb = "be given" if creating else "not be cleared"
                raise ConfigError(f"{field.name} {needs.value} {needs.reason}, so {needs.field} must {verb}")

    def _unknown(self, name: str) -> NoReturn:
        hint = near_names(name, self._by_name, "it takes", quoted=True)
        raise _UnknownFieldError(f"got an unexpected keyword argument {name!r}; {hint}")


def document_settings(owner: type[Any]) -> None:
    """Add to the docstrings of a class's methods the fields that they take as `**settings` or `**filters`."""
    for method in vars(owner).values():
        taken = _taken(method)
        if taken is None:
            continue
        line = cast("re.Match[str]", _SETTINGS.search(method.__doc__))
        indent = len(line[1]) + 4  # Python 3.13 takes the common part off docstrings
        lines = _lines(get_origin(taken) or taken, indent, creating=get_args(taken) == (Unset,))
        method.__doc__ = f"{method.__doc__[: line.end()]}{lines}{method.__doc__[line.end() :]}"


def settings_of(method: Callable[..., Any]) -> Mapping[str, Field]:
    """Return the fields that a method takes as `**settings` or `**filters`, by name."""
    taken = _taken(method)
    return {} if taken is None else _read(get_origin(taken) or taken, str)


def _taken(method: Any) -> Any:
    """Return the `TypedDict` whose fields a method takes by keyword, or None."""
    hints = getattr(method, "__annotations__", {})
    hint = hints.get("settings", hints.get("filters"))
    if "Unpack[" not in str(hint):
        return None
    holder: Any = SimpleNamespace(__annotations__={"taken": hint})
    (kind,) = get_args(get_type_hints(holder, method.__globals__)["taken"])
    return kind


def document_fields(kind: type[Any], fields: Iterable[Field]) -> None:
    """Add to the docstring of a model the texts of those fields that can be set."""
    text = kind.__doc__ or ""
    named = described_in(text)
    new = [field for field in fields if field.name not in named and hasattr(kind, field.name)]
    arguments = re.search(r"^( *)Args:$", text, re.MULTILINE)
    indent = arguments[1] if arguments else "    "
    lines = [wrapped(f"{field.name}: {field.text}", len(indent) + 4) for field in new]
    kind.__doc__ = "".join([text.rstrip(), *lines, f"\n{indent}"])


@functools.cache
def _lines(declared: Any, indent: int, *, creating: bool) -> str:
    """Return what a docstring tells of the fields that a method takes."""
    fields = _read(declared, str).values()
    return "".join(wrapped(field.described(creating=creating), indent) for field in fields)


@functools.cache
def _read(declared: Any, vendor_name: Callable[[str], str]) -> Mapping[str, Field]:
    hints = get_type_hints(declared, include_extras=True)
    return MappingProxyType({name: _field(name, hint, vendor_name) for name, hint in hints.items()})


def _field(name: str, hint: Any, vendor_name: Callable[[str], str]) -> Field:
    kind, *notes = get_args(hint)
    arms = get_args(kind) if get_origin(kind) in {UnionType, Union} else (kind,)
    null = NoneType in arms
    found: dict[Any, Any] = {type(note): note for note in notes if isinstance(note, (Doc, VendorName, Needs))}
    (check,) = (note for note in notes if type(note) not in found)
    values = [arm for arm in arms if arm not in (Unset, NoneType) and not isinstance(arm, TypeVar)]
    return Field(
        name=name,
        vendor_name=found[VendorName].name if VendorName in found else vendor_name(name),
        check=check,
        text=found[Doc].documentation,
        types=tuple(map(_type_name, values)),
        null=null,
        clearable=null or any(isinstance(arm, TypeVar) for arm in arms),
        needs=tuple(note for note in notes if isinstance(note, Needs)),
    )


def _type_name(kind: Any) -> str:
    return (
        str(kind.__name__)
        if isinstance(kind, type) and not get_args(kind)
        else str(kind).replace("collections.abc.", "")
    )
