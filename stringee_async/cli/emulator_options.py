"""The options of `stringee-async emulator`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
RateLimit = Annotated[
    str | None,
    typer.Option(
        metavar="REQUESTS/SECONDS", help="Respond with 429 above this, such as 300/10.", show_default=False
    ),
]
Outages = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SECONDS@AFTER[:KIND]",
        help="Be out of reach for so many seconds, so many seconds after the start; may be repeated. KIND is "
        "close (the default), refuse or swallow.",
        show_default=False,
    ),
]
FaultShares = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[OPERATION:]FAULT@SHARE",
        help="Let a share of the calls meet a fault, such as lost_answer@0.1 or agents.create:stray_response@1; "
        "may be repeated. docs/reference/emulator.md lists the faults.",
        show_default=False,
    ),
]

Ring = Annotated[float, typer.Option(min=0.0, help="Seconds that a call rings.")]
Talk = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        help="Seconds that a call is talked on; by default until it is stopped.",
        show_default=False,
    ),
]
RecordingDelay = Annotated[
    float, typer.Option(min=0.0, help="Seconds from the end of a call until its recording is ready.")
]
EventUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Post the events of Stringee's calls to this address, on this machine or a --webhook-host.",
        show_default=False,
    ),
]
PushUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Push ITNIO TECH's call records to this address, likewise.", show_default=False
    ),
]

SmsPushUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Push ITNIO TECH's delivery reports to this address, likewise.",
        show_default=False,
    ),
]
WebhookHosts = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST",
        help="Post to this host too, such as that of a container; may be repeated.",
        show_default=False,
    ),
]

StateFile = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FILE",
        dir_okay=False,
        help="Begin with the state in this file, if it exists, and write it there at the end.",
        show_default=False,
    ),
]
Page = Annotated[bool, typer.Option("--page/--no-page", help="Serve a page to look in and to change things.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]
