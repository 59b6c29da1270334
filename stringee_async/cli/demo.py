"""`stringee-async demo`: a contact centre from a file, planned, applied, changed and verified, against the emulator."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from .command import run, shown
from .emulator import bad_weather
from .options import Output, PhoneCountry
from .output import Form, OutputFormat, note
from .provisioning_options import Concurrency, Errors
from .trouble import show_unknown
from .vendor import Vendor

if TYPE_CHECKING:
    from ..core.unknown_writes import UnknownWrite
    from ..emulator import Emulator
    from ..stringee.client import StringeeClient
    from .demo_story import Ending

SERVER_LIMIT: Final = (500, 1.0)
"""Requests in seconds that the emulator allows."""

CLIENT_LIMIT: Final = 480
"""Requests per second that the client allows itself: a little less, because they do not travel equally fast."""

LATENCY: Final = 0.01
"""Seconds before each response of the emulator."""

SETTLE: Final = 0.6
"""Seconds after which a create that is not listed was not carried out; above the emulator's slowest."""

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE...]",
        exists=True,
        help="A specification of your own; by default the 500 people that ship with the package.",
        show_default=False,
    ),
]


Keep = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar="FOLDER",
        help="Leave specification, roster, picture and reports in this folder, to play with.",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed draws the same faults.")]
WithFaults = Annotated[
    bool, typer.Option("--faults/--no-faults", help="Lose responses, drop connections, refuse calls.")
]


def demo(
    files: Files = None,
    keep: Keep = None,
    seed: Seed = 1,
    concurrency: Concurrency = 64,
    faults: WithFaults = True,
    errors: Errors = None,
    phone_country: PhoneCountry = None,
    output: Output = OutputFormat.TABLE,
) -> None:
    """Bring a contact centre up from a file in a local emulator that loses responses, and prove that nothing is double.

    Plans, applies, plans again (nothing to do); then people join, leave and move, which is planned and applied too; then it
    verifies, and with --keep draws the picture. Nothing leaves this computer. Exits with 1 if anything is missing, double or wrong in
    the end. Example: stringee-async demo --keep centre
    """
    left: list[UnknownWrite] = []
    form = Form(output)

    async def work() -> Ending:
        with _folder(keep) as folder:
            return await _told(
                files or (),
                folder,
                form,
                left,
                seed,
                concurrency,
                faults,
                phone_country,
                kept=keep is not None,
            )

    try:
        ending = run(work, Vendor.STRINGEE, errors)
    finally:
        show_unknown(left, Vendor.STRINGEE, gone=True)
    shown(lambda: ending.show(form))
    if not ending.good:
        raise typer.Exit(1)


@contextlib.contextmanager
def _folder(keep: Path | None) -> Generator[Path]:
    """Return the folder that the demo writes to; one that is not kept is removed."""
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="stringee-async-demo-") as made:
        yield Path(made)


async def _told(
    files: Sequence[Path],
    folder: Path,
    form: Form,
    left: list[UnknownWrite],
    seed: int,
    concurrency: int,
    faults: bool,
    phone_country: str | None,
    *,
    kept: bool,
) -> Ending:
    """Carry the demo out; where that is stopped, `left` gets what may have been done."""
    from ..emulator import Emulator
    from .demo_story import Story

    rates = bad_weather() if faults else None
    emulator = Emulator(
        seed=seed, latency=LATENCY, rate_limit=SERVER_LIMIT, fault_rates=rates, request_log_limit=1
    )
    started = time.monotonic()
    async with emulator, _client(emulator, concurrency) as client:
        weather = f"faults by seed {seed}" if faults else "no faults"
        note(f"Emulator at {emulator.url}, {SERVER_LIMIT[0]} requests per second, {weather}.\n")
        rate = CLIENT_LIMIT / SERVER_LIMIT[1]
        story = Story(emulator, client, folder, form, concurrency, rate, phone_country, kept=kept)
        try:
            return await story.told(files, started)
        except BaseException:
            left.extend(client.unknown_writes())
            raise


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
