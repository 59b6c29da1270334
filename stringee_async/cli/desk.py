"""What a command works with: the client, and ways to write its results.

One job: listings, results and failures look the same in every command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer

from .output import OutputFormat, note, show_record, show_rows

if TYPE_CHECKING:
    from ..core.convert import Model
    from ..core.ensure import Ensured
    from ..core.errors import SdkError
    from ..core.paging import Paged
    from ..stringee.client import StringeeClient

M = TypeVar("M", bound="Model")

_DELETES_AT_ONCE: Final = 16


class Desk:
    """What a command works with.

    Args:
        client: The client, open while the command runs.
        form: How results are written.
    """

    def __init__(self, client: StringeeClient, form: OutputFormat) -> None:
        self.client = client
        self.form = form

    async def listing(self, listing: Paged[M], columns: Sequence[str], first: int | None) -> None:
        """Write a listing, all of it or its first rows.

        Args:
            listing: The listing.
            columns: Fields that a table shows.
            first: Stop after this many rows.
        """
        from ..core.convert import to_dict

        rows: list[dict[str, Any]] = []
        async for item in listing:
            rows.append(to_dict(item))
            if len(rows) == first:
                break
        show_rows(rows, columns, self.form)
        if self.form is OutputFormat.TABLE:
            more = ", more may follow" if len(rows) == first else ""
            note(f"{len(rows)} row{'' if len(rows) == 1 else 's'}{more}")
        if listing.drift is not None:
            certain = "every row that stayed is here" if listing.drift.certain else "rows may be missing"
            note(f"The list changed while it was read; {certain}.", "yellow")

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
        """Delete objects by id, several at once, and write what became of each.

        Args:
            what: The noun.
            ids: The ids; one that is named twice is deleted once.
            call: Deletes one.

        Raises:
            typer.Exit: With code 1 after at least one failure.
        """
        from ..core.bulk import bulk
        from ..core.errors import SdkError

        rows: list[dict[str, str]] = []
        async with bulk(
            call, list(dict.fromkeys(ids)), concurrency=_DELETES_AT_ONCE, ordered=True
        ) as outcomes:
            async for outcome in outcomes:
                if outcome.error is not None and not isinstance(outcome.error, SdkError):
                    raise outcome.error
                text = "" if outcome.error is None else str(outcome.error)
                rows.append({"result": "failed" if text else "deleted", "id": outcome.item, "error": text})
                if self.form is OutputFormat.TABLE and not text:
                    self.done(what, "deleted", id=outcome.item)
                if outcome.error is not None:
                    show_error(outcome.error, f"{what} {outcome.item}: ")
        if self.form is not OutputFormat.TABLE:
            show_rows(rows, (), self.form)
        if any(row["error"] for row in rows):
            raise typer.Exit(1)


def show_error(error: SdkError, prefix: str = "") -> None:
    """Write an error of ours and what to do next to standard error.

    Args:
        error: The error.
        prefix: What it happened to.
    """
    from .advice import advice

    note(f"error: {prefix}{error}", "red")
    text = advice(error)
    if text:
        note(text)
