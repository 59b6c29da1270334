"""`stringee-async emulator`: a local contact centre to try things against, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import signal
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from .command import shown
from .emulator_options import (
    EventUrl,
    FaultShares,
    Open,
    Outages,
    Page,
    Port,
    PushUrl,
    RateLimit,
    RecordingDelay,
    Ring,
    SmsPushUrl,
    StateFile,
    Talk,
    WebhookHosts,
)
from .output import note
from .streams import write
from .wording import counted

if TYPE_CHECKING:
    from ..emulator import Emulator, Fault


LOG_LIMIT: Final = 1000
"""Requests that the page can show."""

_CREATES: Final = (
    "agents.create",
    "groups.create",
    "queues.create",
    "group_agents.add",
    "group_routings.create",
    "ivr_trees.create",
    "ivr_nodes.create",
    "ivr_keypresses.create",
    "numbers.create",
)

SMS_SECONDS: Final = 1.0
"""Seconds until a text message is delivered."""

LATE_COMMIT: Final = 0.15
"""Seconds until a create is carried out whose connection was dropped at once."""


def _parts(text: str, pattern: str, option: str, form: str) -> re.Match[str]:
    """Take the value of an option apart."""
    match = re.fullmatch(pattern, text.strip())
    if match is None:
        raise typer.BadParameter(f"must be {form}", param_hint=option)
    return match


def _rate_limit(text: str) -> tuple[int, float]:
    """Read `REQUESTS/SECONDS`."""
    positive = r"(?=.*[1-9])\d+(?:\.\d+)?"
    match = _parts(text, rf"([1-9]\d*)/({positive})", "--rate-limit", "REQUESTS/SECONDS, such as 300/10")
    return int(match[1]), float(match[2])


def _outages(texts: list[str]) -> list[tuple[float, float, str]]:
    """Read `SECONDS@AFTER[:KIND]`."""
    pattern = r"(\d+(?:\.\d+)?)@(\d+(?:\.\d+)?)(?::(close|refuse|swallow))?"
    form = "SECONDS@AFTER or SECONDS@AFTER:KIND with close, refuse or swallow, such as 2@10:refuse"
    matches = [_parts(text, pattern, "--outage", form) for text in texts]
    return [(float(match[1]), float(match[2]), match[3] or "close") for match in matches]


def _rates(texts: list[str], faults: bool) -> dict[str, list[tuple[Fault, float]]]:
    """Read `[OPERATION:]FAULT@SHARE`, on top of the usual bad weather if `faults` says so."""
    from ..emulator import Fault, FaultError

    pattern = r"(?:(.+):)?([a-z_0-9]+)@(\d*\.?\d+)"
    form = "FAULT@SHARE or OPERATION:FAULT@SHARE, such as lost_answer@0.1 or agents.create:lost_answer@0.5"
    rates = bad_weather() if faults else {}
    for text in texts:
        match = _parts(text, pattern, "--fault", form)
        try:
            fault = Fault.named(match[2])
        except FaultError as error:
            raise typer.BadParameter(str(error), param_hint="--fault") from None
        rates.setdefault(match[1] or "*", []).append((fault, float(match[3])))
    return rates


def emulator(
    port: Port = 8700,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    latency: Annotated[float, typer.Option(min=0.0, help="Seconds before each response.")] = 0.0,
    rate_limit: RateLimit = None,
    faults: Annotated[
        bool, typer.Option("--faults/--no-faults", help="Let calls go wrong now and then.")
    ] = False,
    outage: Outages = None,
    fault: FaultShares = None,
    ring: Ring = 0.0,
    talk: Talk = None,
    recording_delay: RecordingDelay = 0.0,
    event_url: EventUrl = None,
    push_url: PushUrl = None,
    sms_push_url: SmsPushUrl = None,
    webhook_host: WebhookHosts = None,
    state: StateFile = None,
    page: Page = True,
    open_page: Open = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same keys, ids and faults.")] = 1,
) -> None:
    """Run a local contact centre until Ctrl-C; prints the environment variables to export, for every vendor.

    It checks credentials like the real services, and keeps what is created in memory, or with --state in a file. Its page,
    whose address is printed, shows what it holds and what arrives, and makes things go wrong.
    """
    if open_page and not page:
        raise typer.BadParameter("there is no page with --no-page", param_hint="--open")
    outages, rates = _outages(outage or []), _rates(fault or [], faults)
    limit = None if rate_limit is None else _rate_limit(rate_limit)
    server = _made(
        state, seed=seed, host=host, port=port, latency=latency, rate_limit=limit, fault_rates=rates,
        request_log_limit=LOG_LIMIT if page else 1, webhook_hosts=tuple(webhook_host or ()), page=page,
    )  # fmt: skip
    _play(server, ring, talk, recording_delay)
    _tell(server, event_url, push_url, sms_push_url)
    _run(server, outages, f"{host}:{port}", open_page=open_page)
    note(f"stopped after {counted(server.count(), 'request')}")


def _made(state: Path | None, **settings: Any) -> Emulator:
    """Make the emulator, with what a file holds if there is one; a file that cannot be read ends the command."""
    from ..emulator import Emulator, FaultError, StateError

    if state is not None and not state.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {state.parent}", param_hint="--state")
    try:
        if state is None or not state.exists():
            return Emulator(state_file=state, **settings)
        return Emulator.load(state, **settings)
    except FaultError as error:
        raise typer.BadParameter(str(error), param_hint="--fault") from None
    except StateError as error:
        note(f"error: {error}", "red")
    except OSError as error:
        note(f"error: cannot read {state}: {_reason(error)}", "red")
    note("The file was left as it is. Name another one, or move it away to begin with nothing.")
    raise typer.Exit(1)


def _play(server: Emulator, ring: float, talk: float | None, recording_delay: float) -> None:
    """Say how long calls take."""
    for settings in (server.stringee_settings, server.ringme_settings):
        settings.ring_seconds, settings.talk_seconds = ring, talk
        settings.recording_delay = recording_delay
    server.ringme_settings.recorded = server.itniotech_settings.recorded = True
    server.itniotech_settings.call_seconds = ring + (talk or 0.0)
    server.itniotech_settings.recording_delay = recording_delay
    server.itniotech_settings.sms_seconds = SMS_SECONDS


def _tell(server: Emulator, event_url: str | None, push_url: str | None, sms_push_url: str | None) -> None:
    """Say where events and records go; what is not given is as the state has it."""
    hint = "--event-url"
    try:
        if event_url is not None:
            server.state.stringee.event_url = event_url
            server.state.stringee.call_settings["event_url"] = event_url
        hint = "--push-url"
        if push_url is not None:
            server.state.itniotech.push_url = push_url
        hint = "--sms-push-url"
        if sms_push_url is not None:
            server.state.itniotech.sms.push_url = sms_push_url
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=hint) from None


def _run(server: Emulator, outages: list[tuple[float, float, str]], address: str, *, open_page: bool) -> None:
    """Run the server until Ctrl-C, or say why it cannot listen."""
    try:
        shown(lambda: asyncio.run(_serve(server, outages, open_page=open_page)))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        note(f"error: cannot listen on {address}: {_reason(error)}", "red")
        note("Choose another port with --port; --port 0 takes a free one.")
        raise typer.Exit(1) from None


def _reason(error: OSError) -> str:
    """Return the system's own words, where the error has the system's number."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else str(error)


async def _serve(server: Emulator, outages: list[tuple[float, float, str]], *, open_page: bool) -> None:
    """Listen until a signal to end, then write the state."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows has KeyboardInterrupt only
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    try:
        await _listen(server, outages, stop, open_page=open_page)
    except asyncio.CancelledError:  # Ctrl-C on Windows
        await _keep(server)
        raise
    await _keep(server)


async def _listen(
    server: Emulator, outages: list[tuple[float, float, str]], stop: asyncio.Event, *, open_page: bool
) -> None:
    """Listen, say where, and wait."""
    async with server:
        write(
            "".join(f"export {name}={shlex.quote(value)}\n" for name, value in server.environment().items())
        )
        note(f"Listening on {server.url}. Copy the lines above into another terminal; Ctrl-C ends it.")
        note(
            f"--vendor chooses whose commands to run there. ITNIO TECH's --app-id is {server.state.itniotech.app_id}."
        )
        if server.state.stringee.event_url is not None:
            note(
                f"Events of Stringee's calls are signed: export STRINGEE_SIGNING_KEY={server.state.stringee.signing_key}"
            )
        if server.page:
            note(f"Page: {server.url}/_emulator/")
        if open_page:
            webbrowser.open(f"{server.url}/_emulator/")
        for seconds, after, kind in outages:
            server.outage(seconds, kind=cast("Any", kind), after=after)
            note(f"An outage ({kind}) of {seconds:g} s begins in {after:g} s.")
        await stop.wait()


async def _keep(server: Emulator) -> None:
    """Write the state to its file, if it has one."""
    if server.state_file is None:
        return
    try:
        note(f"The state is in {await server.save()}.")
    except OSError as error:
        note(f"error: cannot write {server.state_file}: {_reason(error)}; it is as it was", "red")
        raise typer.Exit(1) from None


def bad_weather() -> dict[str, list[tuple[Fault, float]]]:
    """Return probabilities of faults by operation, for `Emulator(fault_rates=...)`.

    On every call: 0.8 % HTTP 503, 0.5 % connection reset before the server acts, 0.2 % HTTP 429 with a pause.
    On every create beside that: 3 % carried out with the response lost, 1 % carried out late.
    """
    from ..emulator.faults import Fault

    creates = [(Fault.lost_answer(), 0.03), (Fault.late_commit(LATE_COMMIT), 0.01)]
    return {
        "*": [(Fault.status(503), 0.008), (Fault.reset_before(), 0.005), (Fault.retry_after(0.3), 0.002)],
        **dict.fromkeys(_CREATES, creates),
    }
