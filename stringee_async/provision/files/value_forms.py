"""What a value of a specification may be: text, number, list, map. Each form reads a node; `schema` describes it.

The declarations of `file_form` consist of these, so that the reader and the JSON Schema cannot disagree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

import attrs

from ...core.errors import ConfigError
from ...core.fields import international
from ...core.near_names import near_names
from ...core.validation import Check, phone_number
from .nodes import Node
from .problems import Problem

_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NULLS: Final = frozenset({"null", "~"})
_FLAGS: Final = MappingProxyType(
    {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
)
_IS_CREDENTIAL: Final = (
    "looks like a credential; none may stand in a specification: put it into the environment or a profile"
)
_CREDENTIAL: Final = re.compile(r"secret|passw|pwd|token|apikey|privatekey|credential|authorization")
NODE: Final = "(node)"
"""The key under which a map that is read tells its node."""


class _Unreadable:
    """The type of `UNREADABLE`."""


UNREADABLE: Final = _Unreadable()
"""In place of a value in which a problem was found."""


@attrs.frozen(kw_only=True)
class Reader:
    """What reading needs besides the node.

    Args:
        problems: Where problems are noted.
        phone_code: The calling code of numbers that begin with 0, or None.
    """

    problems: list[Problem]
    phone_code: str | None = None

    def wrong(self, node: Node, text: str) -> _Unreadable:
        """Note a problem at a node."""
        self.problems.append(node.problem(text))
        return UNREADABLE

    def check(self, node: Node, check: Check, value: object) -> Any:
        """Return what a field's rule makes of a value."""
        name = re.sub(r"\[[0-9]+\]$", "", node.path).rpartition(".")[2]
        try:
            return check(name, value)
        except ConfigError as error:
            return self.wrong(node, error.message.removeprefix(f"{name} "))


class Form(Protocol):
    """What a value may be."""

    def read(self, node: Node, reader: Reader) -> Any:
        """Return the value, or `UNREADABLE`."""
        ...


@attrs.frozen(kw_only=True)
class TextForm:
    """A text, checked by the rule of its field. Digits need no quotes.

    Args:
        check: The rule.
        null: Whether null may be given.
        key: Whether it identifies something, and is brought into one Unicode form.
        trim: Whether blanks around it do not matter.
    """

    check: Check
    null: bool = False
    key: bool = False
    trim: bool = False

    def read(self, node: Node, reader: Reader) -> Any:
        """Return the text as it was typed, or what the rule makes of it."""
        if self.null and ((node.kind == "null") or (node.kind == "plain" and node.text.casefold() in _NULLS)):
            return None
        if node.empty:
            return reader.wrong(node, "has no value; give one, or leave the key out")
        if node.kind not in {"plain", "text", "number"}:
            return reader.wrong(node, f"must be text, got {node.shown}; put text in quotes")
        text = unicodedata.normalize("NFC", node.text) if self.key else node.text
        value: object = text.strip() if self.trim else text
        if self.check is phone_number:
            value = international(value, reader.phone_code)
        return reader.check(node, self.check, value)


@attrs.frozen(kw_only=True)
class FlagForm:
    """True or false."""

    check: Check

    def read(self, node: Node, reader: Reader) -> Any:
        """Return the flag; `yes`, `no`, `on` and `off` without quotes are taken too."""
        value = _FLAGS.get(node.text.casefold()) if node.kind in {"flag", "plain"} else None
        if value is None:
            return reader.wrong(node, f"must be true or false, got {_given(node)}")
        return reader.check(node, self.check, value)


@attrs.frozen(kw_only=True)
class WholeForm:
    """A whole number, checked by the rule of its field."""

    check: Check

    def read(self, node: Node, reader: Reader) -> Any:
        """Return the number."""
        if node.kind not in {"number", "plain"} or not _WHOLE.fullmatch(node.text) or len(node.text) > 20:
            return reader.wrong(node, f"must be a whole number, got {_given(node)}")
        return reader.check(node, self.check, int(node.text))


@attrs.frozen(kw_only=True)
class PercentForm:
    """A number from 0 to 100."""

    def read(self, node: Node, reader: Reader) -> Any:
        """Return the number."""
        if node.kind in {"number", "plain"} and _NUMBER.fullmatch(node.text) and 0 <= float(node.text) <= 100:
            return float(node.text)
        return reader.wrong(node, f"must be a number from 0 to 100, got {_given(node)}")


def _given(node: Node) -> str:
    """Return what was given, as far as it may be shown: short words and numbers."""
    if node.kind in {"plain", "number"} and re.fullmatch(r"[\w.+-]{1,8}", node.text):
        return node.text
    return "a text in quotes" if node.kind == "text" else node.shown


@attrs.frozen(kw_only=True)
class ListForm:
    """A list of values of one form.

    Args:
        item: The form of its elements.
        single: Whether one element may stand without the list.
    """

    item: Form
    single: bool = False

    def read(self, node: Node, reader: Reader) -> Any:
        """Return a list of the elements that could be read."""
        if self.single and node.kind not in {"list", "null"} and not node.empty:
            value = self.item.read(node, reader)
            return UNREADABLE if value is UNREADABLE else [value]
        if node.empty:
            return reader.wrong(node, "has no value; write [] for an empty list, or leave the key out")
        if node.kind != "list":
            return reader.wrong(node, f"must be a list, got {node.shown}")
        values = [self.item.read(each, reader) for each in node.items]
        return [value for value in values if value is not UNREADABLE]


@attrs.frozen(kw_only=True)
class Entry:
    """One key of a map.

    Args:
        form: What its value may be.
        text: What it is, for people.
        required: Whether it must be there.
    """

    form: Form
    text: str
    required: bool = False


@attrs.frozen(kw_only=True)
class MapForm:
    """A map with known keys.

    Args:
        entries: Its keys.
        bare: The key whose value may stand in place of the map, as a bare text (or, of a section, as a bare list).
        vendors: The vendors whose own fields it may have, as `x-VENDOR`.
    """

    entries: Mapping[str, Entry]
    bare: str | None = None
    vendors: tuple[str, ...] = ()

    def read(self, node: Node, reader: Reader) -> Any:
        """Return a dict of what could be read, and the node itself, unless a required key could not."""
        if node.kind != "map" and self.bare is not None:
            value = self.entries[self.bare].form.read(node, reader)
            return UNREADABLE if value is UNREADABLE else {self.bare: value, NODE: node}
        if node.kind != "map":
            what = (
                "has no value; give one, or leave the key out"
                if node.empty
                else f"must be a map with {self._some_keys()}, got {node.shown}"
            )
            return reader.wrong(node, what)
        found: dict[str, Any] = {NODE: node}
        for key, member in node.members.items():
            entry = self.entries.get(key)
            if entry is not None:
                found[key] = entry.form.read(member, reader)
            elif key.removeprefix("x-") in self.vendors and key.startswith("x-"):
                found[key] = FOREIGN.read(member, reader)
            else:
                reader.problems.append(node.problem_of(key, self._unknown(key)))
        for key, entry in self.entries.items():
            if entry.required and key not in node.members:
                reader.wrong(node, f"{key} is missing")
        readable = {key: value for key, value in found.items() if value is not UNREADABLE}
        whole = all(key in readable for key, entry in self.entries.items() if entry.required)
        return readable if whole else UNREADABLE

    def _some_keys(self) -> str:
        """Return the first keys that the map may have."""
        names = [f"{name}:" for name in self.entries]
        return ", ".join(names[:4]) + (" and so on" if len(names) > 4 else "")

    def _unknown(self, key: str) -> str:
        if is_credential(key):
            return _IS_CREDENTIAL
        if key == "<<":
            return "merge keys are not read; write the values out, or use defaults"
        known = [*self.entries, *(f"x-{vendor}" for vendor in self.vendors)]
        return f"unknown key; {near_names(key, known, 'known are')}"


def is_credential(key: str) -> bool:
    """Return whether a key names something that must not be written into a file."""
    return _CREDENTIAL.search(re.sub(r"[^a-z]", "", key.casefold())) is not None


@attrs.frozen
class ForeignForm:
    """Fields that one vendor has, by its own names: any value that JSON can hold, but no credentials."""

    def read(self, node: Node, reader: Reader) -> Any:
        """Return a dict."""
        if node.kind != "map":
            return reader.wrong(node, f"must be a map of the vendor's own fields, got {node.shown}")
        return self._value(node, reader)

    def _value(self, node: Node, reader: Reader) -> Any:
        if node.kind == "map":
            for key in node.members:
                if is_credential(key):
                    reader.problems.append(node.problem_of(key, _IS_CREDENTIAL))
            return {key: self._value(member, reader) for key, member in node.members.items()}
        if node.kind == "list":
            return [self._value(each, reader) for each in node.items]
        return plain_value(node)


FOREIGN: Final = ForeignForm()


def plain_value(node: Node) -> str | int | float | bool | None:
    """Return a scalar whose type is declared nowhere, as YAML 1.2 and JSON read it."""
    text = node.text
    if node.kind == "null" or (node.kind == "plain" and text.casefold() in {*_NULLS, ""}):
        return None
    if node.kind == "flag" or (node.kind == "plain" and text in {"true", "false"}):
        return text == "true"
    if node.kind == "text" or len(text) > 400:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
