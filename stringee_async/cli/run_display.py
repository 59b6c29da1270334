"""Shows on standard error how far reading and applying are: a bar on a terminal, plain lines otherwise.

Nothing but results goes to standard output. A display whose reader has left is silent, and the run goes on.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn

from .interruption import ended_alike
from .output import Form, OutputFormat
from .run_lines import LineWriter
from .streams import ReaderGoneError, is_quiet
from .tables import console
from .wording import counted

if TYPE_CHECKING:
    from ..core.client import Client
    from ..provision.adapter import Progress as ReadProgress
    from ..provision.run_events import Event

_PLAIN_PAUSE: Final = 5.0
"""Seconds between two lines where there is no terminal."""
_BAR_WIDTH: Final = 16
_WAITS: Final = {
    "settle": "waiting until the list shows what was created",
    "outage": "waiting for the vendor, which cannot be reached",
}


@contextlib.contextmanager
def reading() -> Generator[ReadProgress]:
    """Show how much of the live state was read; yields what is told of it."""
    target = console(error=True)
    with ended_alike():
        if not _can_redraw(target):
            yield lambda _kind, _count: None
            return
        with _bar(target, SpinnerColumn(), TextColumn("{task.description}")) as bar:
            task = bar.add_task("reading", total=None)
            counts: dict[str, int] = {}

            def told(kind: str, count: int) -> None:
                counts[kind] = count
                bar.update(task, description=f"reading: {_listed(counts)}")

            yield told


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(counted(count, kind.replace("_", " ")) for kind, count in counts.items())


def _can_redraw(target: Console) -> bool:
    return not is_quiet() and target.is_terminal and not target.is_dumb_terminal


def _bar(target: Console, *columns: ProgressColumn) -> Progress:
    """Return a line that is redrawn on standard error, and erased in the end.

    It must not take over standard output: what is written there while it is shown are results.
    """
    return Progress(*columns, console=target, transient=True, redirect_stdout=False)


class RunDisplay:
    """What every display of a run knows: how far it is, how fast requests leave, what it waits for.

    Args:
        client: Whose requests are counted.
        limit: How many requests a second may leave; None if there is no limit of our own.
    """

    def __init__(self, client: Client, limit: float | None) -> None:
        self._client = client
        self._limit = limit
        self._since, self._sent = time.monotonic(), client.stats().requests
        self._silent = False
        self.done = self.total = 0
        self.states: Counter[str] = Counter()
        self.wait = ""
        self.quota = 0.0
        """Seconds that the run has waited for the rate limit."""

    def take(self, event: Event) -> None:
        """Take in what has happened, and show it."""
        from ..provision.run_events import Planned, Settled, Waiting

        if isinstance(event, Planned):
            self.total = len(event.plan.units)
            self._since, self._sent = time.monotonic(), self._client.stats().requests
        elif isinstance(event, Settled):
            self.done, self.total, self.wait = event.done, event.total, ""
            self.states[event.outcome.state] += 1
        elif isinstance(event, Waiting) and event.reason == "quota":
            self.quota += event.seconds
        elif isinstance(event, Waiting):
            self.wait = _WAITS.get(event.reason, f"waiting ({event.reason})")
            if event.seconds:
                self.wait += f", {event.seconds:.0f} s"
        if not self._silent:
            try:
                self.show()
            except ReaderGoneError:
                self._silent = True

    def show(self) -> None:
        """Show it."""

    def numbers(self) -> str:
        """Return rate, time left and what is not as planned, in words."""
        parts = [f"{self.rate():.0f} requests/s"]
        if self.done < self.total and (self._limit or self.done):
            parts.append(f"about {_span(self.left())} left")
        parts += [
            f"{self.states[name]:,} {name.replace('_', ' ')}"
            for name in ("failed", "unknown", "not_tried")
            if self.states[name]
        ]
        if self.quota >= 1:
            parts.append(f"waited {_span(self.quota)} for the rate limit")
        if self.wait:
            parts.append(self.wait)
        return ", ".join(parts)

    def rate(self) -> float:
        """Return how many requests a second have left."""
        return (self._client.stats().requests - self._sent) / max(time.monotonic() - self._since, 0.001)

    def left(self) -> float:
        """Return how many seconds the rest takes: by the client's own limit, or at the rate of now."""
        open_units = self.total - self.done
        per_second = self._limit or self.rate()
        calls = (self._client.stats().requests - self._sent) / self.done if self.done else 1.0
        return open_units * calls / max(per_second, 0.001)


def _span(seconds: float) -> str:
    """Return a span of time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


class PlainDisplay(RunDisplay):
    """A line now and then."""

    def __init__(self, client: Client, limit: float | None, target: Console) -> None:
        super().__init__(client, limit)
        self._target = target
        self._last = time.monotonic()

    def show(self) -> None:
        """Write a line, if the last one is old."""
        if time.monotonic() - self._last > _PLAIN_PAUSE:
            self._last = time.monotonic()
            self._target.print(f"{self.done:,} of {self.total:,}, {self.numbers()}", markup=False)


class LineDisplay(RunDisplay):
    """A JSON object for each event, on standard output."""

    def __init__(self, client: Client, limit: float | None) -> None:
        super().__init__(client, limit)
        self._lines = LineWriter()

    def take(self, event: Event) -> None:
        """Write what has happened."""
        super().take(event)
        self._lines.take(event)


class BarDisplay(RunDisplay):
    """A bar on a terminal."""

    def __init__(self, client: Client, limit: float | None, bar: Progress) -> None:
        super().__init__(client, limit)
        self._bar = bar
        self._task = bar.add_task("reading again", total=None, numbers="")

    def show(self) -> None:
        """Redraw it."""
        self._bar.update(
            self._task,
            description="applying" if self.total else "reading again",
            total=self.total or None,
            completed=self.done,
            numbers=self.numbers(),
        )


@contextlib.contextmanager
def running(client: Client, form: Form, *, limit: float | None = None) -> Generator[RunDisplay]:
    """Show how far a run is, as it fits the form of the output and standard error."""
    target = console(error=True)
    if form.kind is OutputFormat.NDJSON:
        yield LineDisplay(client, limit)
    elif is_quiet():
        yield RunDisplay(client, limit)
    elif not _can_redraw(target):
        yield PlainDisplay(client, limit, target)
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(_BAR_WIDTH),
            MofNCompleteColumn(),
            TextColumn("{task.fields[numbers]}", markup=False),
        )
        with _bar(target, *columns) as bar:
            yield BarDisplay(client, limit, bar)
