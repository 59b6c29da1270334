"""What a command works with: the client, and ways to write results, the same for every command of every vendor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

import attrs

from .each import Each
from .output import Form, Row, RowWriter, note, show_fields, show_record
from .streams import OutputError, ReaderGoneError
from .vendor import Vendor
from .wording import counted

if TYPE_CHECKING:
    from ..core.client import Client
    from ..core.ensure import Ensured
    from ..core.model import Model
    from ..core.paging import Paged
    from ..core.profiles import Account

C = TypeVar("C", bound="Client")
M = TypeVar("M", bound="Model")


@attrs.frozen
class CommandOptions:
    """The options that all commands share, as they were given."""

    form: Form
    profile: str | None = None
    config: Path | None = None
    phone_country: str | None = None
    verbose: bool = False
    quiet: bool = False
    log_file: Path | None = None
    failed: Path | None = None
    quota_url: str | None = attrs.field(default=None, repr=False)


class CommandContext(Generic[C]):
    """What a command works with; the class tells a command which client to open."""

    vendor: ClassVar[Vendor]
    client_class: ClassVar[str]
    """The class of its client, as `module:name` of this package."""

    def __init__(self, client: C, form: Form) -> None:
        self.client = client
        self.form = form
        self.options = CommandOptions(form)

    @classmethod
    def open(cls, account: Account, **options: Any) -> C:
        """Return a new client for an account, with further options of a client."""
        client: C = imported(cls.client_class)(
            account.key, account.secret.reveal(), **account.urls, **options
        )
        return client

    def row(self, item: Model) -> dict[str, Any]:
        """Return what is shown of an object: its fields by the SDK's names, and those that the SDK does not know."""
        row = {field.name: getattr(item, field.name) for field in attrs.fields(cast("Any", type(item)))}
        row.update(item.extra)
        row.update((fault.path.removeprefix("$."), fault.value) for fault in item.malformed)
        return row

    def names(self, kind: type[Model]) -> list[str]:
        """Return the columns of CSV for objects of a kind, whatever their rows hold."""
        return [field.name for field in attrs.fields(cast("Any", kind))]

    async def listing(
        self,
        listing: Paged[M],
        columns: Sequence[str],
        first: int | None,
        kind: type[M],
        row: Callable[[M], Row] | None = None,
    ) -> None:
        """Write a listing, all of it or its first rows; CSV and NDJSON row by row as they come.

        `row` returns what is shown of an object, where that is more than its fields.
        """
        count, writer = 0, RowWriter(columns, self.form, self.names(kind))
        async for item in listing:
            writer.add((row or self.row)(item))
            count += 1
            if count == first:
                break
        writer.close()
        self.counted(count, first)
        self.set_aside(listing)

    def rows(
        self, rows: Sequence[Row], columns: Sequence[str], first: int | None = None, *kinds: type[Model]
    ) -> None:
        """Write rows, and for people how many there are; the columns of CSV are those of the models."""
        names = [name for kind in kinds for name in self.names(kind)]
        writer = RowWriter(columns, self.form, names if kinds else None)
        for row in rows:
            writer.add(row)
        writer.close()
        self.counted(len(rows), first)

    def counted(self, count: int, first: int | None) -> None:
        """Tell people how many rows there are."""
        if self.form.for_people:
            more = ", more may follow" if count == first else ""
            note(f"{counted(count, 'row')}{more}")

    def set_aside(self, listing: Paged[Any]) -> None:
        """Say what a listing that was read does not show: rows that cannot be read, and what moved meanwhile."""
        if skipped := listing.malformed:
            first = skipped[0]
            note(
                f"warning: {counted(len(skipped), 'row')} skipped, because no object can be read from them; the first is "
                f"{first.path}: {first.reason}",
                "yellow",
            )
        if listing.drift is not None:
            certain = "every row that stayed is here" if listing.drift.certain else "rows may be missing"
            note(f"The list changed while it was read; {certain}.", "yellow")

    def record(self, item: Model, **facts: object) -> None:
        """Write one object with all of its fields, after the given facts."""
        show_fields({**facts, **self.row(item)}, self.form)

    def done(self, what: str, verb: str, **facts: str) -> None:
        """Write that something was done, with its ids; to standard error if standard output cannot be written."""
        sentence = " ".join((verb, what, *facts.values()))
        try:
            show_record({"result": verb, **facts}, sentence, self.form)
        except (OutputError, ReaderGoneError):
            note(sentence)
            raise

    def ensured(self, what: str, result: Ensured, **facts: str) -> None:
        """Write what an `ensure` did, with the given ids in place of the result's own."""
        verb = "created" if result.created else "updated" if result.changed else "found"
        self.done(what, verb, **(facts or {"id": result.id}))

    async def remove(self, what: str, call: Awaitable[None], *, missing_ok: bool, **facts: str) -> None:
        """Take one thing out of another, and write it; where it was not there, that is an error or is written."""
        from ..core.errors import NotFoundError

        try:
            await call
        except NotFoundError:
            if not missing_ok:
                raise
            show_record(
                {"result": "absent", **facts}, " ".join((what, *facts.values(), "was not there")), self.form
            )
        else:
            self.done(what, "removed", **facts)

    async def delete(
        self,
        what: str,
        ids: Sequence[str],
        call: Callable[[str], Awaitable[None]],
        *,
        missing_ok: bool = False,
        verb: str = "deleted",
    ) -> None:
        """Delete objects by id; see `each`. Being gone already is an error, or with `missing_ok` is said."""
        from ..core.errors import NotFoundError

        async def gone(item: str) -> str | None:
            try:
                await call(item)
            except NotFoundError:
                if not missing_ok:
                    raise
                return "absent"
            return None

        await self.each(what, verb, ids, gone)

    async def each(
        self, what: str, verb: str, ids: Sequence[str], call: Callable[[str], Awaitable[str | None]]
    ) -> None:
        """Do something to objects by id, several at once, and write what became of each, also when it is stopped.

        An id that is named twice is worked on once. `call` returns another word for what it did, or None for `verb`.
        """
        failed = self.options.failed
        await Each(self.client, self.vendor, self.form, what, verb, call, failed).run(
            list(dict.fromkeys(ids))
        )


def imported(name: str) -> Any:
    """Return what `module:name` names in this package."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(f"..{module}", __package__), attribute)


async def taken(listing: Paged[M], first: int | None) -> list[M]:
    """Return the rows of a listing, all of them or the first ones."""
    items: list[M] = []
    async for item in listing:
        items.append(item)
        if len(items) == first:
            break
    return items


def page_size(first: int | None) -> int:
    """Return how many rows to ask for at once: a page that is full, or no more than are wanted."""
    return min(first or 100, 100)
