"""`stringee-async emulator`: a local contact centre to try things against, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import signal
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from .command import shown
from .output import note
from .streams import write
from .wording import counted

if TYPE_CHECKING:
    from ..emulator import Emulator, Fault


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
    seed: Annotated[int, typer.Option(help="The same seed gives the same keys, ids and faults.")] = 1,
) -> None:
    """Run a local contact centre until Ctrl-C; prints the environment variables to export, for every vendor.

    It keeps what is created in memory, checks credentials like the real services, and forgets all when it ends.
    """
    from ..emulator import Emulator, FaultError

    outages, rates = _outages(outage or []), _rates(fault or [], faults)
    limit = None if rate_limit is None else _rate_limit(rate_limit)
    hosts = tuple(webhook_host or ())
    try:
        server = Emulator(
            seed=seed, host=host, port=port, latency=latency, rate_limit=limit, fault_rates=rates,
            request_log_limit=1, webhook_hosts=hosts,
        )  # fmt: skip
    except FaultError as error:
        raise typer.BadParameter(str(error), param_hint="--fault") from None
    _play(server, ring, talk, recording_delay)
    _tell(server, event_url, push_url, sms_push_url)
    _run(server, outages, f"{host}:{port}")
    note(f"stopped after {counted(server.count(), 'request')}")


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
    """Say where events and records go."""
    hint = "--event-url"
    try:
        server.state.stringee.event_url = event_url
        server.state.stringee.call_settings["event_url"] = event_url
        hint = "--push-url"
        server.state.itniotech.push_url = push_url
        hint = "--sms-push-url"
        server.state.itniotech.sms.push_url = sms_push_url
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=hint) from None


def _run(server: Emulator, outages: list[tuple[float, float, str]], address: str) -> None:
    """Run the server until Ctrl-C, or say why it cannot listen."""
    try:
        shown(lambda: asyncio.run(_serve(server, outages)))
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


async def _serve(server: Emulator, outages: list[tuple[float, float, str]]) -> None:
    """Listen until a signal to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows has KeyboardInterrupt only
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
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
        for seconds, after, kind in outages:
            server.outage(seconds, kind=cast("Any", kind), after=after)
            note(f"An outage ({kind}) of {seconds:g} s begins in {after:g} s.")
        await stop.wait()


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
