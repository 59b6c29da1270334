"""The command `quota`: who shares the quota of several processes now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import typer

from ..core.errors import ConfigError
from .command import command
from .command_context import CommandContext
from .crud import Given, body_of
from .options import QUOTA_VARIABLE
from .output import OutputFormat, RowWriter, note, show_document
from .streams import write
from .wording import counted

if TYPE_CHECKING:
    from ..shared_quota import QuotaState

_TEXT = (
    "Show who shares the quota now: how much is used, who waits, and the vendor's last request for a pause.\n\n"
    "Needs --quota-url, and no credentials; sends nothing to the vendor."
)
_COLUMNS = ("process", "since", "seen", "permits", "interactive", "bulk")


def register(root: typer.Typer, context: type[CommandContext[Any]]) -> None:
    """Register the command for the vendor of a context."""
    command(root, "quota", sends=False)(body_of(context, [], _quota, _TEXT))


async def _quota(context: CommandContext[Any], given: Given) -> None:  # noqa: ARG001 - it has no options of its own
    from ..shared_quota import RedisRateLimiter

    url = context.options.quota_url
    if url is None:
        raise ConfigError(
            f"no shared quota is configured: give --quota-url or set {QUOTA_VARIABLE}, the same for every process that "
            "shares it, such as redis://HOST:6379/0?limit=300/10&processes=8; a single process needs none"
        )
    async with RedisRateLimiter(url) as limiter:
        state = await limiter.state()
    kind = context.form.kind
    if kind in {OutputFormat.JSON, OutputFormat.NDJSON}:
        show_document(attrs.asdict(state), context.form)
        return
    writer = RowWriter(_COLUMNS, context.form, _COLUMNS)
    for sharer in state.sharers:
        writer.add(attrs.asdict(sharer))
    if context.form.for_people:
        write("".join(f"{line}\n" for line in _lines(state)))
    writer.close()
    if not state.sharers:
        note("No process has told of itself in the last 15 seconds.")


def _lines(state: QuotaState) -> list[str]:
    number = len(state.sharers)
    processes = f"{number} process{'' if number == 1 else 'es'}"
    waiting = sum(one.interactive + one.bulk for one in state.sharers)
    paused = f"all pause for {state.paused:.1f} s more" if state.paused else "no pause"
    last = "none in the last day"
    if state.paused_at is not None:
        last = f"{state.paused_at:%Y-%m-%d %H:%M:%S} UTC, {state.paused_for:g} s, told to {state.paused_by}"
    return [
        f"quota      {state.name}: {state.requests} requests in {state.per:g} s",
        f"used       {state.used} in the current window",
        f"sharing    {processes}; {counted(waiting, 'call')} waiting",
        f"now        {paused}",
        f"last 429   {last}",
    ]
