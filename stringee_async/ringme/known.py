"""What a client and its views have learnt of their exchange: how objects are spelt, and how the host looks names up.

An extension is called by its id or as `@name`, the client's own realm by its id or as `@me`. Which belong together is
learnt from responses; before that, `@370` and the number 370 count as one. Source: the vendor's page on realms and
names.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import attrs

from .ids import ME

_MOST: Final = 100_000
"""Names that are kept at most."""

Form = Literal["short", "whole"]
"""How a name is asked for: as people write it (`370`), or as the vendor lists it (`000*370`)."""


def short(name: str) -> str:
    """Return a name without domain and without the prefixes that the vendor puts before it."""
    return name.partition("@")[0].rpartition("*")[2]


@attrs.define(eq=False)
class NameFilter:
    """What is known of the filter `name=` of a host's list of extensions.

    Args:
        ignored: Whether the host lists everybody, whatever it is asked for.
        proven: The forms of which the host has found one: if it then finds nothing, there is nothing.
        refuted: The forms of which it has not found one that is there.
        prefixes: What all names of a client begin with, by the client's id in paths.
    """

    ignored: bool = False
    proven: set[Form] = attrs.field(factory=set[Form])
    refuted: set[Form] = attrs.field(factory=set[Form])
    prefixes: dict[str, str] = attrs.field(factory=dict[str, str])

    @property
    def form_known(self) -> bool:
        """Whether there is nothing more to learn."""
        return self.ignored or bool(self.proven) or len(self.refuted) > 1


class Known:
    """The memory of one client and its views."""

    def __init__(self) -> None:
        self.names = NameFilter()
        self._own_client: str | None = None
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def learn_client(self, client_id: object) -> None:
        """Note the id that `@me` stands for, if it is one."""
        if isinstance(client_id, int):
            self._own_client = str(client_id)

    def learn_extension(self, extension_id: int, name: str | None) -> None:
        """Note which name an extension has."""
        if name is None or "\ufffd" in name or len(self._ids) >= _MOST:
            return
        self._ids[short(name)] = key = str(extension_id)
        self._names[key] = short(name)

    def canonical(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields of a natural key, values of a path and of a body by name, with ids in one spelling."""
        spelt = dict(fields)
        if "client_id" in spelt:
            spelt["client_id"] = self._client(spelt["client_id"])
        if "extension_id" in spelt:
            spelt["extension_id"] = self._extension(spelt["extension_id"])
        return spelt

    def others(self, fields: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        """Return the same with every other spelling that was used before the canonical one was known."""
        spelt = self.canonical(fields)
        ways: list[list[tuple[str, Any]]] = []
        if spelt.get("client_id") == ME and self._own_client is not None:
            ways.append([("client_id", ME), ("client_id", self._own_client)])
        name = self._names.get(spelt.get("extension_id", ""))
        if name is not None:
            ways.append([("extension_id", spelt["extension_id"]), ("extension_id", name)])
        return [{**spelt, **dict(way)} for way in itertools.product(*ways)][1:]

    def _client(self, client_id: object) -> str:
        text = _digits(client_id)
        return ME if text == self._own_client else text

    def _extension(self, extension_id: object) -> str:
        text = _digits(extension_id)
        if not text.startswith("@"):
            return text
        name = short(text[1:])
        return self._ids.get(name, name)


def _digits(given: object) -> str:
    """Return an id as text; digits without zeros before them."""
    text = str(given)
    return str(int(text)) if text.isascii() and text.isdigit() else text
