"""The noun `webhook` of every vendor: a small server that verifies, stores and prints what the vendor sends.

The secret comes from the environment or the profile, never from the line; it is in no output.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import attrs
import typer

from ..core.near_names import near_names
from .account import WEBHOOK_SECRETS, find_webhook_secret
from .calls import there
from .command import command
from .command_context import CommandContext, imported
from .crud import Given, body_of
from .derived_options import option
from .moments import age
from .output import Form, OutputFormat, note, show_document, show_record
from .streams import OutputError, ReaderGoneError
from .wording import counted

if TYPE_CHECKING:
    from aiohttp import web

    from ..core.inbox_events import StoredEvent
    from ..core.inbox_store import SqliteStore

_HOST: Final = "127.0.0.1"
_GRACE: Final = 5.0
_LONGEST: Final = 60
"""Characters of a value that a line shows."""
_REFUSED: Final = {
    400: "it holds no event",
    404: "the secret at the end of its path is wrong or missing",
    405: "its method is none that the vendor uses",
    413: "it is too large",
    500: "it could not be stored",
    503: "the inbox is not ready",
}
"""Why a request was refused, where the inbox does not log it."""

_Port = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")
]
_Database = Annotated[Path, typer.Option("--db", metavar="FILE", help="Where events are stored.")]
_Json = Annotated[bool, typer.Option("--json", help="Print each event as a line of JSON.")]
_Age = Annotated[str, typer.Option("--older-than", metavar="AGE", help="Age of the events, such as 30d.")]
_LISTEN: Final = (
    "Print each event that the vendor sends, verified and stored, until Ctrl-C.\n\nListens on this computer only: have a "
    "proxy or a tunnel lead the vendor's requests here. What is not verified is refused, and standard error says why. {secret} "
    "Example: stringee-async webhook listen --port 8800 --db inbox.db"
)
_TEXTS: Final = {
    "dead-letters": "List the events that could not be handled, with the reason.",
    "replay": "Have the events that could not be handled printed by the next `webhook listen`.",
    "purge": "Delete old events that were handled or set aside, and overwrite them. Example: stringee-async webhook purge "
    "--older-than 30d --db inbox.db",
}
_SECRETS: Final = {
    "signing_key": "{variable}, or signing_key in the profile, holds the key that the vendor signs with.",
    "path_secret": "The vendor signs nothing: {variable}, or path_secret in the profile, holds the secret that must be the last "
    "part of the path, 16 characters or more.",
}


@attrs.frozen(kw_only=True)
class Webhook:
    """The noun `webhook` of a vendor.

    Args:
        context: What its commands work with.
        sources: What can be listened for, each with its `EventSource` as `module:name` of this package; the first by default.
        help: What the noun is, in one line.
    """

    context: type[CommandContext[Any]]
    sources: Mapping[str, str]
    help: str = "Webhooks: what the vendor sends to your server."

    def app(self) -> typer.Typer:
        """Return its commands."""
        app = typer.Typer()
        name, variable = WEBHOOK_SECRETS[self.context.vendor]
        text = _LISTEN.format(secret=_SECRETS[name].format(variable=variable))
        listened = [option("port", _Port, 8800), option("database", _Database, Path("inbox.db"))]
        listened.append(option("as_json", _Json, False))
        if len(self.sources) > 1:
            listened.append(option("events", self._events(), next(iter(self.sources))))
        stored = [option("database", _Database, Path("inbox.db"))]
        aged = [option("age", _Age), *stored]
        for verb, parameters, run in (
            ("listen", listened, self._listen),
            ("dead-letters", stored, _dead_letters),
            ("replay", stored, _replay),
            ("purge", aged, _purge),
        ):
            words = text if verb == "listen" else _TEXTS[verb]
            command(app, verb, sends=False)(body_of(self.context, parameters, run, words))
        return app

    def _events(self) -> Any:
        names = ", ".join(self.sources)
        return Annotated[str, typer.Option("--events", help=f"Which events: one of {names}.")]

    async def _listen(self, context: CommandContext[Any], given: Given) -> None:
        chosen = given.get("events") or next(iter(self.sources))
        if chosen not in self.sources:
            hint = near_names(chosen, self.sources, "must be one of")
            raise typer.BadParameter(hint, param_hint="--events")
        secret = find_webhook_secret(context.vendor, context.options.profile, context.options.config)
        form = Form(OutputFormat.NDJSON) if given["as_json"] else context.form
        await _Listener(imported(self.sources[chosen]), form).run(
            given["database"], given["port"], {WEBHOOK_SECRETS[context.vendor][0]: secret}
        )


class _Listener:
    """Serves one inbox until it is told to stop."""

    def __init__(self, source: Any, form: Form) -> None:
        self._source = source
        self._form = form
        self._stop = asyncio.Event()
        self._failure: OutputError | ReaderGoneError | None = None

    async def run(self, database: Path, port: int, door: Mapping[str, Any]) -> None:
        """Listen until Ctrl-C, or until the reader of standard output has left."""
        from aiohttp import web

        from ..core.inbox import Inbox

        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError):  # Windows has KeyboardInterrupt only
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._stop.set)
        inbox: Inbox[Any] = Inbox(database, self._handle, events=self._source, grace=_GRACE)
        handler = inbox.aiohttp_handler(**cast("Any", door))
        async with inbox:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", self._telling(handler))
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            try:
                await _bound(web.TCPSite(runner, _HOST, port), port)
                self._announce(runner.addresses[0][1], database, door)
                await self._stop.wait()
            finally:
                await runner.cleanup()
        if self._failure is not None:
            raise self._failure

    def _announce(self, port: int, database: Path, door: Mapping[str, Any]) -> None:
        path = "PATH_SECRET" if "path_secret" in door else ""
        note(f"Listening on http://{_HOST}:{port}/{path}; events are kept in {database}. Ctrl-C ends it.")

    def _telling(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return a handler that says on standard error why it refuses a request."""

        async def handle(request: web.Request) -> web.StreamResponse:
            response = await handler(request)
            if response.status in _REFUSED:
                note(f"warning: a webhook was refused: {_REFUSED[response.status]}", "yellow")
            return response

        return handle

    async def _handle(self, event: Any) -> None:
        try:
            for one in _each(event):
                self._print(one)
        except (OutputError, ReaderGoneError) as failure:
            self._failure = failure
            self._stop.set()
            raise

    def _print(self, event: Any) -> None:
        from ..core.model import to_dict

        moment, kind, row = datetime.now(UTC), type(event).__name__, to_dict(event)
        if self._form.for_people:
            show_record({}, f"{moment.astimezone():%H:%M:%S} {kind} {_line(row)}", self._form)
        else:
            received = moment.isoformat(timespec="milliseconds")
            show_document({"event": kind, "received": received, **row}, Form(OutputFormat.NDJSON))


def _each(event: object) -> Sequence[object]:
    """Return what an event holds: several where the vendor sends several at once."""
    return cast("Sequence[object]", event) if isinstance(event, tuple) else (event,)


async def _bound(site: Any, port: int) -> None:
    from ..core.errors import ConfigError

    try:
        await site.start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise ConfigError(
            f"cannot listen on {_HOST}:{port}: {reason}; choose another port with --port, or 0 for a free one"
        ) from None


def _line(row: Mapping[str, Any]) -> str:
    """Return what a person sees of an event: its plain values; links may give access to what they lead to."""
    shown: list[str] = []
    for name, value in row.items():
        plain = cast("dict[str, Any]", value).get("number") if isinstance(value, dict) else value
        if plain in (None, "") or isinstance(plain, list | dict) or "url" in name.lower():
            continue
        text = str(plain)
        shown.append(f"{name}={text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}")
    return " ".join(shown)


@contextlib.asynccontextmanager
async def _opened(database: Path) -> AsyncGenerator[SqliteStore]:
    from ..core.inbox_store import SqliteStore

    store = SqliteStore(there(database))
    await store.open()
    try:
        yield store
    finally:
        await store.aclose()


async def _dead_letters(context: CommandContext[Any], given: Given) -> None:
    async with _opened(given["database"]) as store:
        rows = [_shown(event) async for event in _dead(store)]
    context.rows(rows, ("number", "call_id", "received", "attempts", "error"))


def _shown(event: StoredEvent) -> dict[str, Any]:
    return {
        "number": event.number,
        "call_id": event.call_id,
        "received": event.received_at.isoformat(timespec="seconds"),
        "attempts": event.attempts,
        "error": event.error,
        "query": event.query,
        "body": event.body.decode("utf-8", "backslashreplace"),
    }


async def _replay(context: CommandContext[Any], given: Given) -> None:
    async with _opened(given["database"]) as store:
        numbers = [event.number async for event in _dead(store)]
        count = sum([await store.requeue(number) for number in numbers])
    show_record(
        {"result": "replayed", "count": count},
        f"{counted(count, 'event')} will be handled again",
        context.form,
    )


async def _purge(context: CommandContext[Any], given: Given) -> None:
    before = datetime.now(UTC) - age(given["age"], "--older-than")
    async with _opened(given["database"]) as store:
        count = await store.purge(before=before.timestamp(), states=("handled", "dead"))
    show_record({"result": "deleted", "count": count}, f"deleted {counted(count, 'event')}", context.form)


async def _dead(store: SqliteStore) -> AsyncGenerator[StoredEvent]:
    after = 0
    while page := await store.load("dead", after=after):
        for event in page:
            yield event
        after = page[-1].number
