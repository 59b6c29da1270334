"""The noun `calls` of every vendor: calls of the past, listed, exported, with their recordings; and calls of now.

Filters are options that follow from the vendor's declarations; what a vendor's calls can be told to do are functions of that
vendor's folder.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from .acts import Act
from .command import command
from .command_context import CommandContext
from .crud import Crud, Given, Run, listed_model
from .derived_options import Derived, option
from .moments import FORMS, age, moment
from .options import without_none
from .output import Form, OutputFormat, note, show_record
from .wording import counted

if TYPE_CHECKING:
    from ..core.call_export import ExportedCalls
    from .call_files import Lines

_SHOWN: Final = ("id", "started", "direction", "from_number", "to_number", "seconds", "agent")
_LIST_SINCE: Final = "1d"
_DATABASES: Final = (".db", ".sqlite", ".sqlite3")
_LINES: Final = (".jsonl", ".ndjson")
_TEXTS: Final[Mapping[str, str]] = {
    "list": "List the calls of a span of time, by default of the last day.",
    "export": "Export calls: with --to into a file that each run goes on with, else to standard output.\n\n"
    "calls.db is an SQLite file with the table `calls`, where each call stands once, in its latest form; calls.csv and "
    "calls.jsonl get the calls that are not in them yet. A run that was stopped or killed loses nothing. Example: "
    "stringee-async calls export --since 30d --to calls.db",
    "save-recordings": "Save the recordings of a span of time into a folder, each named by its call; what is there is "
    "skipped.\n\nExits with 4 if one could not be saved, with 5 if the vendor refuses, with 6 if it cannot be reached. "
    "Recordings that are not there yet are no failure. Example: stringee-async calls save-recordings --since 7d --to recordings",
    "purge": "Delete old calls from a database that `calls export` made, and overwrite them. Example: stringee-async calls "
    "purge --older-than 90d --db calls.db",
    "since": f"From when on: {FORMS}.",
    "until": "Until when, not included; likewise, now if left out.",
}
_Target = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="FILE",
        help="A file .db, .csv or .jsonl; a later run goes on where this one ended.",
        show_default=False,
    ),
]
_Overlap = Annotated[
    str,
    typer.Option(
        "--overlap",
        metavar="AGE",
        help="How much of the last run's span is read again, for calls that are listed late.",
    ),
]
_Folder = Annotated[
    Path, typer.Option("--to", metavar="FOLDER", help="The folder; it is made where it is missing.")
]
_Age = Annotated[
    str, typer.Option("--older-than", metavar="AGE", help="Age of the calls by their start, such as 90d.")
]
_Database = Annotated[
    Path, typer.Option("--db", metavar="FILE", help="The database that `calls export` made.")
]


@attrs.frozen(kw_only=True)
class Calls(Crud):
    """The noun `calls` of a vendor.

    Args:
        filter_texts: The help of filters, by parameter, where the declaration speaks of Python.
        acts: What calls of now can be told to do, by command.
        zone: Hours that the vendor's local time is ahead of UTC; times that are typed without a zone are in it.
    """

    help: str = "Calls: of the past, with exports and recordings, and of now."
    noun: str = "call"
    at: str = "call_records"
    texts: Mapping[str, str] = _TEXTS
    filter_texts: Mapping[str, str] = {}
    acts: Mapping[str, Act] = {}
    zone: int = 0

    def app(self) -> typer.Typer:
        """Return the noun's commands; imports its resource."""
        app = typer.Typer()
        for verb, made in (
            ("list", self._list("list")),
            ("export", self._export()),
            ("save-recordings", self._save_recordings()),
            ("purge", self._purge()),
        ):
            command(app, verb, sends=verb != "purge")(self._body(verb, *made))
        for name, act in self.acts.items():
            act.register(app, name, self.context)
        if self.functions is not None:
            app.registered_commands += self.functions.registered_commands
        return app

    def _taken(self, verb: str) -> dict[str, Derived]:
        """Return the filters; of the two times a text, which is read here."""
        del verb
        found = super()._taken("list")
        zone = f" Without a zone in GMT+{self.zone}." if self.zone else " Without a zone in UTC."
        for name, text in self.filter_texts.items():
            found[name] = attrs.evolve(found[name], text=text)
        for name in ("since", "until"):
            text = _TEXTS[name] + (zone if name == "since" else "")
            found[name] = attrs.evolve(found[name], kind=str, text=text, required=False, default=None)
        return found

    def _filters(self, given: Given) -> dict[str, Any]:
        """Return the keywords of `call_records.list`: times that were typed are read."""
        zone = timezone(timedelta(hours=self.zone))
        for name in ("since", "until"):
            if given.get(name) is not None:
                given[name] = moment(given[name], f"--{name}", zone)
        return without_none(given)

    def _listing(self, context: CommandContext[Any], given: Given) -> Any:
        given["since"] = given.get("since") or _LIST_SINCE
        return context.client.call_records.list(**self._filters(given))

    def _list(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        model = listed_model(self._methods("list")[0])

        async def run(context: CommandContext[Any], given: Given) -> None:
            from ..core.call_export import CORE

            first = given.pop("first")
            columns = _SHOWN if context.form.for_people else CORE
            await context.listing(self._listing(context, given), columns, first, model, row=row_of(context))

        return self._parameters(verb, self._taken(verb), "first"), run

    def _export(self) -> tuple[list[inspect.Parameter], Run]:
        model = listed_model(self._methods("list")[0])

        async def run(context: CommandContext[Any], given: Given) -> None:
            from .call_files import Lines

            target, overlap = given.pop("target"), age(given.pop("overlap"), "--overlap")
            if target is None:
                await self._print(context, given, model)
                return
            times = self._filters(given)
            show = row_of(context)
            result = await _exported(
                target,
                context,
                times,
                overlap,
                Lines(row=show, names=context.names(model), form=context.form),
            )
            _tell(result, target, context.form)

        more = [option("target", _Target, None), option("overlap", _Overlap, "1d")]
        return [*self._parameters("export", self._taken("export")), *more], run

    async def _print(self, context: CommandContext[Any], given: Given, model: Any) -> None:
        from ..core.call_export import CORE

        if given.get("since") is None:
            raise typer.BadParameter("needed where there is no --to", param_hint="--since")
        if context.form.for_people:
            context.form = attrs.evolve(context.form, kind=OutputFormat.CSV)
        await context.listing(self._listing(context, given), CORE, None, model, row=row_of(context))

    def _save_recordings(self) -> tuple[list[inspect.Parameter], Run]:
        async def run(context: CommandContext[Any], given: Given) -> None:
            from .saved_recordings import SavedRecordings

            folder: Path = given.pop("folder")
            await SavedRecordings(context, folder).run(self._listing(context, given))

        found = self._parameters("save-recordings", self._taken("save-recordings"))
        return [*found, option("folder", _Folder)], run

    def _purge(self) -> tuple[list[inspect.Parameter], Run]:
        async def run(context: CommandContext[Any], given: Given) -> None:
            from ..core.call_store import CallStore

            old, path = age(given["age"], "--older-than"), there(given["database"])
            async with CallStore(path) as store:
                count = await store.purge(older_than=old)
            show_record(
                {"result": "deleted", "count": count}, f"deleted {counted(count, 'call')}", context.form
            )

        return [option("age", _Age), option("database", _Database)], run


def row_of(context: CommandContext[Any]) -> Any:
    """Return what shows a call: what the calls of every vendor have, then the vendor's own fields."""
    from ..core.call_export import core_of

    def row(record: Any) -> dict[str, Any]:
        core = core_of(record)
        return {**core, **context.row(record), **core}

    return row


def there(path: Path) -> Path:
    """Return the path of a file that exists."""
    if not path.is_file():
        raise typer.BadParameter(f"there is no file {path}", param_hint="--db")
    return path


async def _exported(
    target: Path, context: CommandContext[Any], times: dict[str, Any], overlap: timedelta, lines: Lines
) -> ExportedCalls:
    """Export into the kind of file that its name tells."""
    from ..core.call_export import export_calls
    from ..core.call_store import CallStore
    from .call_files import CallFile

    suffix, records = target.suffix.lower(), context.client.call_records
    since, until = times.pop("since", None), times.pop("until", None)
    if suffix in _DATABASES:
        async with CallStore(target) as store:
            return await store.update(records, since=since, until=until, overlap=overlap, **times)
    if suffix in _LINES:
        lines = attrs.evolve(lines, names=None)
    elif suffix != ".csv":
        known = ", ".join((*_DATABASES, ".csv", *_LINES))
        raise typer.BadParameter(f"the file's name must end with one of {known}", param_hint="--to")
    async with CallFile(target, lines) as file:
        return await export_calls(records, file, since=since, until=until, overlap=overlap, filters=times)


def _tell(result: ExportedCalls, target: Path, form: Form) -> None:
    since, until = (one.isoformat(timespec="seconds") for one in (result.since, result.until))
    record = {"result": "exported", "new": result.new, "read": result.read, "since": since, "until": until}
    sentence = f"{counted(result.new, 'new call')} of {result.read:,} read; {target.name} has those from {since} to {until}"
    show_record({**record, "to": str(target)}, sentence, form)
    if result.malformed:
        first = result.malformed[0]
        note(
            f"warning: {counted(len(result.malformed), 'row')} skipped, because no call can be read from them; the first is "
            f"{first.path}: {first.reason}",
            "yellow",
        )
