"""`stringee-async demo`: builds a whole contact centre against the emulator while it misbehaves."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from .command import run, shown
from .emulator import bad_weather
from .options import Output, PhoneCountry
from .output import Form, OutputFormat, note, write_lines
from .streams import read_input, write
from .trouble import show_unknown
from .vendor import Vendor
from .wording import counted

if TYPE_CHECKING:
    from ..core.unknown_writes import UnknownWrite
    from ..emulator import Emulator
    from ..provision.roster import Roster
    from ..stringee.client import StringeeClient
    from .summary import Summary

SERVER_LIMIT: Final = (500, 1.0)
"""Requests in seconds that the emulator allows."""

CLIENT_LIMIT: Final = 480
"""Requests per second that the client allows itself: a little less, because they do not travel equally fast."""

LATENCY: Final = 0.01
"""Seconds before each response of the emulator."""

_STANDARD_INPUT: Final = "-"

SETTLE: Final = 0.6
"""Seconds after which a create that is not listed was not carried out; above the emulator's slowest."""


def _roster_file(path: Path | None) -> Path | None:
    if path is not None and str(path) != _STANDARD_INPUT and not path.is_file():
        raise typer.BadParameter(f"file {path} does not exist")
    return path


RosterFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="ROSTER.csv",
        callback=_roster_file,
        help="Who and what to create, - for standard input; by default the 500 people that ship with the package.",
        show_default=False,
    ),
]
ErrorsFile = Annotated[
    Path | None,
    typer.Option(
        "--errors", metavar="FILE", help="Write everything that is wrong to a file.", show_default=False
    ),
]


def demo(
    roster: RosterFile = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same faults.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, max=10_000, help="Items worked on at once.")] = 64,
    faults: Annotated[
        bool, typer.Option("--faults/--no-faults", help="Lose responses, drop connections, refuse calls.")
    ] = True,
    print_roster: Annotated[
        bool, typer.Option("--print-roster", help="Print the roster that ships with the package, and stop.")
    ] = False,
    errors: ErrorsFile = None,
    phone_country: PhoneCountry = None,
    output: Output = OutputFormat.TABLE,
) -> None:
    """Create a whole contact centre in a local emulator that loses responses, and prove that nothing is double.

    A number with a menu in front of the queues is built too, and shown as a tree. Nothing leaves this computer. The roster is one CSV file; --print-roster gives one to begin your own. Exits
    with 1 if anything is missing, double or wrong in the end.
    """
    from ..provision.roster_file import packaged_text
    from .summary import problems, show_summary

    if print_roster:
        shown(lambda: write(packaged_text()))
        return
    left: list[UnknownWrite] = []

    async def work() -> Summary:
        people = _people(roster, phone_country)
        return await _demo(people, left, seed=seed, concurrency=concurrency, faults=faults)

    try:
        summary = run(work, Vendor.STRINGEE, errors)
    finally:
        show_unknown(left, Vendor.STRINGEE, gone=True)
    shown(lambda: show_summary(summary, Form(output)))
    if errors is not None and not summary.good:
        write_lines([line.plain for line in problems(summary)], errors)
    if not summary.good:
        raise typer.Exit(1)


def _people(roster: Path | None, phone_country: str | None) -> Roster:
    """Read the roster: the one that ships with the package, standard input, or a file."""
    from ..provision.roster_file import packaged_roster, parse_roster, read_roster

    if roster is None:
        return packaged_roster()
    if str(roster) == _STANDARD_INPUT:
        return parse_roster(read_input(), source="standard input", phone_country=phone_country)
    return read_roster(roster, phone_country=phone_country)


async def _demo(
    roster: Roster, left: list[UnknownWrite], *, seed: int, concurrency: int, faults: bool
) -> Summary:
    """Build, list back and compare; where that is stopped, `left` gets what may have been done."""
    from ..emulator import Emulator
    from ..provision.contact_centre import STAGES, provision_contact_centre
    from ..provision.inspection import inspect_contact_centre
    from .demo_menu import build_menu
    from .progress import open_display
    from .summary import Summary

    started = time.monotonic()
    rates = bad_weather() if faults else None
    emulator = Emulator(
        seed=seed, latency=LATENCY, rate_limit=SERVER_LIMIT, fault_rates=rates, request_log_limit=1
    )
    async with emulator, _client(emulator, concurrency) as client:
        _announce(roster, emulator, seed, faults)
        try:
            async with open_display(STAGES, client.stats) as display:
                report = await provision_contact_centre(
                    client, roster, concurrency=concurrency, progress=display.progress
                )
                await emulator.settle()
                inspection = await inspect_contact_centre(client, roster, progress=display.progress)
            menu = await build_menu(client, roster)
        except BaseException:
            left.extend(client.unknown_writes())
            raise
    met = Counter(fault.kind for _, fault in emulator.faults.consumed)
    return Summary(
        report=report,
        inspection=inspection,
        menu=menu,
        stats=client.stats(),
        faults=met,
        seconds=time.monotonic() - started,
    )


def _client(emulator: Emulator, concurrency: int) -> StringeeClient:
    from ..core.options import Timeouts
    from ..core.ratelimit import RateLimit
    from ..stringee.client import StringeeClient

    account = emulator.stringee()
    return StringeeClient(
        account["key_sid"],
        account["key_secret"],
        icc_url=account["icc_url"],
        api_url=account["api_url"],
        rate_limit=RateLimit(CLIENT_LIMIT, SERVER_LIMIT[1]),
        timeouts=Timeouts(settle=SETTLE),
        max_connections=min(concurrency, 64),
    )


def _announce(roster: Roster, emulator: Emulator, seed: int, faults: bool) -> None:
    parts = {
        "agent": roster.agents,
        "group": roster.groups,
        "queue": roster.queues,
        "membership": roster.memberships,
        "routing": roster.routings,
    }
    note(", ".join(counted(len(rows), noun) for noun, rows in parts.items()), "bold")
    weather = f"faults by seed {seed}" if faults else "no faults"
    note(f"Emulator at {emulator.url}, {SERVER_LIMIT[0]} requests per second, {weather}.\n")
