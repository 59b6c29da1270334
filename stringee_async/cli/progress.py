"""Shows on standard error how far a job is: bars on a terminal, plain lines otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Final

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .tables import console

if TYPE_CHECKING:
    from ..core.session_state import Stats
    from ..provision.contact_centre import Progress, Stage

_FRAME: Final = 0.1
"""Seconds between two pictures on a terminal."""

_PLAIN_PAUSE: Final = 5.0
"""Seconds between two lines about the same stage where there is no terminal."""


class _StageState:
    """One stage as shown: how far, and since when."""

    def __init__(self) -> None:
        self.latest: Progress | None = None
        self.started = 0.0
        self.ended: float | None = None

    def take(self, progress: Progress, now: float) -> bool:
        """Note how far it is; return whether this ended it."""
        if self.latest is None:
            self.started = now
        self.latest = progress
        if progress.done < progress.total or self.ended is not None:
            return False
        self.ended = now
        return True

    def seconds(self, now: float) -> float:
        """How long it has been running, or ran."""
        return (now if self.ended is None else self.ended) - self.started if self.latest else 0.0


class Display:
    """Plain lines: one when a stage ends, and now and then in between."""

    def __init__(self, stages: tuple[Stage, ...], stats: Callable[[], Stats], target: Console) -> None:
        self.stages: dict[Stage, _StageState] = {stage: _StageState() for stage in stages}
        self.stats = stats
        self.target = target
        self._last_line = time.monotonic()

    def progress(self, progress: Progress) -> None:
        """Take in how far a stage is."""
        now = time.monotonic()
        state = self.stages[progress.stage]
        ended = state.take(progress, now)
        if ended or now - self._last_line > _PLAIN_PAUSE:
            self._last_line = now
            failed = f", {progress.failed} not as they should be" if progress.failed else ""
            numbers = f"{progress.done:>6,} of {progress.total:,}"
            self.target.print(f"{progress.stage:<9}{numbers} after {state.seconds(now):.1f} s{failed}")


class LiveDisplay(Display):
    """A picture with a bar for each stage."""

    def progress(self, progress: Progress) -> None:
        """Take in how far a stage is."""
        self.stages[progress.stage].take(progress, time.monotonic())

    def picture(self) -> Group:
        """Return the picture of this moment."""
        now, grid = time.monotonic(), Table.grid(padding=(0, 2))
        for _ in range(3):
            grid.add_column()
        grid.add_column(justify="right")
        for stage, state in self.stages.items():
            grid.add_row(*_row(stage, state, now))
        return Group(grid, Text(), _numbers(self.stats()), Text())


def _row(stage: Stage, state: _StageState, now: float) -> tuple[Text, ProgressBar, Text, Text]:
    latest = state.latest
    if latest is None:
        return Text(stage, "dim"), ProgressBar(total=1, completed=0, width=40), Text(), Text()
    bar = ProgressBar(
        total=latest.total or 1,
        completed=latest.done if latest.total else 1,
        width=40,
        complete_style="cyan",
        finished_style="red" if latest.failed else "green",
    )
    count = Text(f"{latest.done:>5,} / {latest.total:,}")
    if latest.failed:
        count.append(f"  {latest.failed} bad", "red")
    return (
        Text(stage, "bold" if state.ended is None else ""),
        bar,
        count,
        Text(f"{state.seconds(now):.1f} s", "dim"),
    )


def _numbers(stats: Stats) -> Text:
    line = Text()
    for name, value, style in (
        ("calls", stats.requests, "bold"),
        ("on the wire", stats.in_flight, "bold"),
        ("waiting", stats.queued, "bold"),
        ("retries", stats.retries, "bold yellow"),
        ("adopted", stats.adopted, "bold magenta"),
    ):
        line.append("   " if line else "")
        line.append(f"{value:,}", style if value else "dim").append(f" {name}", "dim")
    return line


@contextlib.asynccontextmanager
async def open_display(stages: tuple[Stage, ...], stats: Callable[[], Stats]) -> AsyncGenerator[Display]:
    """Show the display that fits standard error."""
    target = console(error=True)
    if not target.is_terminal:
        yield Display(stages, stats, target)
        return
    async with live_display(stages, stats, target) as display:
        yield display


@contextlib.asynccontextmanager
async def live_display(
    stages: tuple[Stage, ...], stats: Callable[[], Stats], target: Console
) -> AsyncGenerator[LiveDisplay]:
    """Show a picture that is redrawn ten times a second by a task of the same loop."""
    display = LiveDisplay(stages, stats, target)
    with Live(console=target, auto_refresh=False, get_renderable=display.picture) as live:
        ticker = asyncio.create_task(_tick(live))
        try:
            yield display
        finally:
            ticker.cancel()
            live.refresh()


async def _tick(live: Live) -> None:
    while True:
        live.refresh()
        await asyncio.sleep(_FRAME)
