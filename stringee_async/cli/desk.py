"""What a command works with: the client, and ways to write its results.

One job: listings, results and failures look the same in every command, whoever the vendor is. Each vendor has a
desk of its own, whose class tells a command which client to open.
"""

from __future__ import annotations

import abc
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar, cast

import attrs
import typer

from .output import OutputFormat, Row, note, show_fields, show_record, show_rows
from .vendor import Vendor

if TYPE_CHECKING:
    from ..core.client import Client
    from ..core.ensure import Ensured
    from ..core.errors import SdkError
    from ..core.model import Model
    from ..core.paging import Paged
    from .account import Account

C = TypeVar("C", bound="Client")
M = TypeVar("M", bound="Model")

_AT_ONCE: Final = 16


class Desk(abc.ABC, Generic[C]):
    """What a command works with.

    Args:
        client: The client, open while the command runs.
        form: How results are written.
    """

    vendor: ClassVar[Vendor]

    def __init__(self, client: C, form: OutputFormat) -> None:
        self.client = client
        self.form = form

    @classmethod
    @abc.abstractmethod
    def open(cls, account: Account) -> C:
        """Return a new client for an account."""

    def row(self, item: Model) -> dict[str, Any]:
        """Return what is shown of an object: its fields by the SDK's names, and those that the SDK does not know."""
        row = {field.name: getattr(item, field.name) for field in attrs.fields(cast("Any", type(item)))}
        row.update(item.extra)
        row.update((fault.path.removeprefix("$."), fault.value) for fault in item.malformed)
        return row

    async def listing(self, listing: Paged[M], columns: Sequence[str], first: int | None) -> None:
        """Write a listing, all of it or its first rows.

        Args:
            listing: The listing.
            columns: Fields that a table shows.
            first: Stop after this many rows.
        """
        self.rows([self.row(item) for item in await taken(listing, first)], columns, first)
        if listing.drift is not None:
            certain = "every row that stayed is here" if listing.drift.certain else "rows may be missing"
            note(f"The list changed while it was read; {certain}.", "yellow")

    def rows(self, rows: Sequence[Row], columns: Sequence[str], first: int | None = None) -> None:
        """Write rows, and for people how many there are.

        Args:
            rows: The rows.
            columns: Fields that a table shows.
            first: How many were asked for, or None for all.
        """
        show_rows(rows, columns, self.form)
        if self.form is OutputFormat.TABLE:
            more = ", more may follow" if len(rows) == first else ""
            note(f"{len(rows)} row{'' if len(rows) == 1 else 's'}{more}")

    def record(self, item: Model, **facts: object) -> None:
        """Write one object with all of its fields.

        Args:
            item: The object.
            facts: What to show before its own fields.
        """
        show_fields({**facts, **self.row(item)}, self.form)

    def done(self, what: str, verb: str, **facts: str) -> None:
        """Write that something was done.

        Args:
            what: The noun, such as `"agent"`.
            verb: The past tense, such as `"created"`.
            facts: Its id or ids.
        """
        show_record({"result": verb, **facts}, " ".join((verb, what, *facts.values())), self.form)

    def ensured(self, what: str, result: Ensured, **facts: str) -> None:
        """Write what an `ensure` did.

        Args:
            what: The noun.
            result: What it returned.
            facts: Ids to show in place of the result's own.
        """
        verb = "created" if result.created else "updated" if result.changed else "found"
        self.done(what, verb, **(facts or {"id": result.id}))

    async def delete(self, what: str, ids: Sequence[str], call: Callable[[str], Awaitable[None]]) -> None:
        """Delete objects by id; see `each`.

        Args:
            what: The noun.
            ids: The ids.
            call: Deletes one.

        Raises:
            typer.Exit: With code 1 after at least one failure.
        """
        await self.each(what, "deleted", ids, call)

    async def each(
        self, what: str, verb: str, ids: Sequence[str], call: Callable[[str], Awaitable[None]]
    ) -> None:
        """Do something to objects by id, several at once, and write what became of each.

        Args:
            what: The noun.
            verb: The past tense of what is done.
            ids: The ids; one that is named twice is worked on once.
            call: Does it to one.

        Raises:
            typer.Exit: With code 1 after at least one failure.
        """
        from ..core.bulk import bulk
        from ..core.errors import SdkError

        rows: list[dict[str, str]] = []
        async with bulk(call, list(dict.fromkeys(ids)), concurrency=_AT_ONCE, ordered=True) as outcomes:
            async for outcome in outcomes:
                if outcome.error is not None and not isinstance(outcome.error, SdkError):
                    raise outcome.error
                text = "" if outcome.error is None else str(outcome.error)
                rows.append({"result": "failed" if text else verb, "id": outcome.item, "error": text})
                if self.form is OutputFormat.TABLE and not text:
                    self.done(what, verb, id=outcome.item)
                if outcome.error is not None:
                    show_error(outcome.error, self.vendor, f"{what} {outcome.item}: ")
        if self.form is not OutputFormat.TABLE:
            show_rows(rows, (), self.form)
        if any(row["error"] for row in rows):
            raise typer.Exit(1)


async def taken(listing: Paged[M], first: int | None) -> list[M]:
    """Return the rows of a listing, all of them or the first ones.

    Args:
        listing: The listing.
        first: How many at most, from 1; None for all.
    """
    items: list[M] = []
    async for item in listing:
        items.append(item)
        if len(items) == first:
            break
    return items


def show_error(error: SdkError, vendor: Vendor, prefix: str = "") -> None:
    """Write an error of ours and what to do next to standard error.

    Args:
        error: The error.
        vendor: Whose command it ended.
        prefix: What it happened to.
    """
    from .advice import advice

    note(f"error: {prefix}{error}", "red")
    text = advice(error, vendor)
    if text:
        note(text)


def page_size(first: int | None) -> int:
    """Return how many rows to ask for at once: a page that is full, or no more than are wanted."""
    return min(first or 100, 100)
