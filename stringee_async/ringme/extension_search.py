"""How an extension is found by its name: asked for by `name=`, compared again here, and searched for in the whole list.

The filter is known from one client of the vendor's; whether a host honours it, and whether it compares names with the
vendor's prefix or without, is not documented. So an empty response proves nothing until the host has found a name in
that form: until then the whole list is read, and the host is tried once with a name that is in it. A host that ignores
the filter is noticed once for each client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from ..core.errors import PagingError
from ..core.find_unique import find_unique, only
from ..core.keyed_lock import Hold
from ..core.paging import Paged
from ..core.shared_listings import shared_listings
from .extension_models import Extension
from .known import Form, NameFilter, short

_FEW: Final = 3
"""A page of no more rows is the last one of a search; no host is known to serve so few where it has more."""


@attrs.frozen(kw_only=True)
class NameSearch:
    """One search.

    Args:
        filter: What is known of the host.
        client: The client's id in paths.
        name: The name, with the vendor's prefix or without, and without domain.
        listing: Returns the whole list for None, and what the host finds for a name.
        lock: Held by one search of the client at a time.
    """

    filter: NameFilter
    client: str
    name: str
    listing: Callable[[str | None], Paged[Extension]]
    lock: Hold

    async def run(self) -> Extension | None:
        """Return the extension of the name, or None if there is none."""
        shared = shared_listings.get()
        if shared is not None and not shared.few:
            return await find_unique(self.listing(None), self._matches, {"name": self.name}, _id)
        if self.filter.form_known:
            return await self._found()
        # While nothing is known of the host, what the first search learns spares the others.
        async with self.lock:
            return await self._found()

    async def _found(self) -> Extension | None:
        form = self._form()
        if form is None:
            return await self._in_the_whole_list(_Seen())
        rows = await self._ask(self._asked(self.name, form))
        matching = [row for row in rows or () if is_named(row.name, self.name)]
        if matching:
            self.filter.proven.add(form)
        if matching or (rows is not None and form in self.filter.proven):
            return only(matching, "name", _id, "extensions.find")
        seen = _Seen()
        found = await self._in_the_whole_list(seen)
        if rows is not None:
            await self._learn(form, found or seen.sample)
            if found is not None:
                self.filter.refuted.add(form)
        return found

    def _form(self) -> Form | None:
        """Return the form in which to ask; None if it is known that asking is no use."""
        names = self.filter
        usable: list[Form] = ["short"]
        if "*" in self.name or self.client in names.prefixes:
            usable.append("whole")
        usable = [form for form in usable if form in names.proven] or [
            form for form in usable if form not in names.refuted
        ]
        return usable[0] if usable and not names.ignored else None

    def _asked(self, name: str, form: Form) -> str:
        if form == "short":
            return short(name)
        return name if "*" in name else self.filter.prefixes.get(self.client, "") + name

    async def _ask(self, asked: str) -> list[Extension] | None:
        """Return what the host finds for a name; None if it ignores the question, or the response is not certain."""
        rows: dict[int, Extension] = {}
        try:
            async for page in self.listing(asked).pages():
                rows.update((row.id, row) for row in page.items)
                if page.malformed or not page.proven or any(row.unreadable("name") for row in page.items):
                    return None
                if any(asked.casefold() not in (row.name or "").casefold() for row in page.items):
                    self.filter.ignored = True
                    return None
                if len(page.items) <= _FEW:
                    break
        except PagingError:
            return None
        return list(rows.values())

    async def _in_the_whole_list(self, seen: _Seen) -> Extension | None:
        def matches(extension: Extension) -> bool:
            seen.note(extension)
            return self._matches(extension)

        found = await find_unique(self.listing(None), matches, {"name": self.name}, _id)
        if len(seen.prefixes) == 1:
            self.filter.prefixes[self.client] = next(iter(seen.prefixes))
        return found

    def _matches(self, extension: Extension) -> bool:
        return is_named(extension.name, self.name)

    async def _learn(self, form: Form, sample: Extension | None) -> None:
        """Find out in which form the host finds names, by one that is in the list; the form just tried comes first."""
        if sample is None or sample.name is None:
            return
        forms: tuple[Form, ...] = ("short", "whole") if form == "short" else ("whole", "short")
        for tried in forms:
            if tried in self.filter.refuted or (tried == form and is_named(sample.name, self.name)):
                continue  # not found just now, although it is there
            rows = await self._ask(self._asked(sample.name, tried))
            if rows is None:
                return
            if any(row.id == sample.id for row in rows):
                self.filter.proven.add(tried)
                return
            self.filter.refuted.add(tried)


class _Seen:
    """What the rows of a whole list show: the prefixes of their names, and one row to try the host with."""

    def __init__(self) -> None:
        self.prefixes: set[str] = set()
        self.sample: Extension | None = None

    def note(self, extension: Extension) -> None:
        name = extension.name
        if name is not None and not extension.unreadable("name"):
            self.prefixes.add(name[: len(name) - len(short(name))])
            self.sample = extension


def _id(extension: Extension) -> str:
    return str(extension.id)


def is_named(listed: str | None, name: str) -> bool:
    """Return whether a listed name is this one, given with or without the prefixes that the vendor adds."""
    return listed is not None and (listed == name or listed.endswith(f"*{name}"))
