"""A customer's web app with an inbox, in a process of its own: `web_app.py FRAMEWORK VENDOR FOLDER PORT SECRET`.

Its handler fails twice, counted over restarts, then hangs until the file `RECOVERED` is there, and writes a line for each event
that it handles. `SECRET` is Stringee's signing
key, or the last part of the path for the vendors that sign nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from stringee_async import itniotech, ringme, stringee
from stringee_async.webhooks import Inbox

LOG, DATABASE, RECOVERED = "handled.txt", "events.db", "recovered"
FAILURES = 2
VENDORS: dict[str, tuple[Any, str, Callable[[Any], str]]] = {
    "stringee": (stringee.EVENTS, "signing_key", lambda event: getattr(event, "call_status", "recording")),
    "ringme": (ringme.EXTENSION_EVENTS, "path_secret", lambda event: event.event_type),
    "itniotech": (itniotech.CALL_RECORDS, "path_secret", lambda event: event.called),
}
"""Of each vendor: its events, how they are known to be its own, and what is written of one."""


def inbox_of(vendor: str, folder: Path) -> Inbox[Any]:
    events, _, mark = VENDORS[vendor]
    log = folder / LOG

    def write(line: str) -> None:
        with log.open("a") as file:
            file.write(f"{line}\n")

    async def handle(event: Any) -> None:
        so_far = log.read_text().splitlines() if log.exists() else []
        if so_far.count("failed") < FAILURES:
            write("failed")
            raise ValueError("the customer's database is away")
        if not (folder / RECOVERED).exists():
            await asyncio.Event().wait()
        write(mark(event))

    return Inbox(folder / DATABASE, handle, events=events, first_wait=0.1, poll=0.1)


async def aiohttp_app(inbox: Inbox[Any], port: int, options: Any) -> None:
    from aiohttp import web

    app = web.Application()
    app.cleanup_ctx.append(inbox.cleanup_ctx)
    app.router.add_route("*", "/hook/{secret}", inbox.aiohttp_handler(**options))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def starlette_app(inbox: Inbox[Any], port: int, options: Any) -> None:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Mount

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with inbox:
            yield

    app = Starlette(lifespan=lifespan, routes=[Mount("/hook", app=inbox.asgi_app(**options))])
    config = uvicorn.Config(app, port=port, ws="none", lifespan="on", log_config=None, proxy_headers=False)
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    framework, vendor, folder, port, secret = sys.argv[1:]
    serve = {"aiohttp": aiohttp_app, "starlette": starlette_app}[framework]
    asyncio.run(serve(inbox_of(vendor, Path(folder)), int(port), {VENDORS[vendor][1]: secret}))
