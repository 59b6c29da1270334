"""The steps of the demo, each shown as the command that does it, with what that command writes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from .branches import indented
from .demo_menu import MENU_LENGTH, NUMBER, build_menu
from .output import Form, note, show_document
from .provisioning_output import save_files
from .run_display import running
from .streams import write

if TYPE_CHECKING:
    from ..core.session_state import Stats
    from ..emulator import Emulator
    from ..provision.plan import Plan
    from ..provision.planning.verified import Verified
    from ..provision.report import Report
    from ..provision.spec import Spec
    from ..stringee.client import StringeeClient
    from .stringee.ivr import Ivr

_FAULTS: Final = {
    "lost_answer": "responses lost",
    "late_commit": "carried out late",
    "reset_before": "connections reset",
    "status": "HTTP 503",
    "retry_after": "HTTP 429",
}
"""The emulator's kinds of fault in words."""


@attrs.frozen(kw_only=True)
class Ending:
    """What the demo led to.

    Args:
        plans: All plans, in order.
        reports: All reports, in order.
        differs: The plan that `verify` made.
        held: How many of each the emulator holds.
        double: What it holds twice.
        menu: What answers the number.
        stats: The client's numbers.
        faults: How many faults of each kind were met.
        seconds: How long it took.
    """

    plans: tuple[Plan, ...]
    reports: tuple[Report, ...]
    differs: Verified
    held: dict[str, int]
    double: tuple[str, ...]
    menu: Ivr
    stats: Stats
    faults: dict[str, int]
    seconds: float

    @property
    def good(self) -> bool:
        """Whether everything is there as it should be, once."""
        return not self.differs and not self.double and not any(report.exit_code for report in self.reports)

    def show(self, form: Form) -> None:
        """Write how it ended; the steps before were written as they came."""
        if form.for_people:
            write("\n".join(self._lines()) + "\n")
        else:
            show_document(self._document(), form)

    def _lines(self) -> list[str]:
        stats, faults = self.stats, sorted(self.faults.items(), key=lambda fault: -fault[1])
        met = ", ".join(f"{count} {_FAULTS.get(kind, kind)}" for kind, count in faults) or "none"
        held = ", ".join(f"{count:,} {kind}" for kind, count in self.held.items())
        verdict = "All there: nothing missing, nothing double." if self.good else "Not as the file says."
        adopted = f"{stats.adopted:,} creates whose response was lost and that were found, not made twice"
        return [
            f"{stats.requests:,} requests in {self.seconds:.1f} s, {stats.retries:,} retries, {adopted}.",
            f"Faults met: {met}.",
            *(f"double: {text}" for text in self.double),
            f"{verdict} The emulator holds {held}.",
        ]

    def _document(self) -> dict[str, Any]:
        return {
            "good": self.good,
            "seconds": round(self.seconds, 3),
            **attrs.asdict(self.stats),
            "faults": self.faults,
            "plans": [{"units": len(plan.units), "digest": plan.digest} for plan in self.plans],
            "reports": [report.to_json() for report in self.reports],
            "left": len(self.differs.units),
            "held": self.held,
            "double": list(self.double),
            "ivr": self.menu.document(),
        }


class Story:
    """What the steps work with.

    Args:
        emulator: The vendor of the demo.
        client: Its client.
        folder: Where files are written.
        form: How results are written.
        concurrency: How many units are worked on at once.
        rate: How many requests a second the client sends at most.
        phone_country: Country of phone numbers that begin with 0.
        kept: Whether the folder stays.
    """

    def __init__(
        self,
        emulator: Emulator,
        client: StringeeClient,
        folder: Path,
        form: Form,
        concurrency: int,
        rate: float,
        phone_country: str | None,
        *,
        kept: bool,
    ) -> None:
        self._rate = rate
        self._emulator = emulator
        self._client = client
        self._folder = folder
        self._form = form
        self._concurrency = concurrency
        self._phone_country = phone_country
        self._kept = kept
        self._plans: list[Plan] = []
        self._reports: list[Report] = []

    async def told(self, files: Sequence[Path], started: float) -> Ending:
        """Carry all steps out; `started` is when the demo began, monotonic seconds."""
        paths = list(files) or [self._example()]
        await self._applied(paths)
        await self._planned(paths)
        if not files:
            self._month_later()
            await self._applied(paths)
        spec = self._spec(paths)
        differs = await self._verified(paths, spec)
        menu = await self._answered(spec)
        if self._kept:
            self._drawn(paths, spec)
        await self._emulator.settle()
        held, double = self._held()
        return Ending(
            plans=tuple(self._plans),
            reports=tuple(self._reports),
            differs=differs,
            held=held,
            double=double,
            menu=menu,
            stats=self._client.stats(),
            faults=dict(Counter(fault.kind for _, fault in self._emulator.faults.consumed)),
            seconds=time.monotonic() - started,
        )

    def _example(self) -> Path:
        """Write the example, and return its specification."""
        from ..provision.example_centre import write_example

        centre, roster = write_example(self._folder)
        note(f"Wrote {centre} and {roster}.")
        return centre

    def _month_later(self) -> None:
        from ..provision.example_centre import change_example

        change = change_example(self._folder)
        self._say(
            f"A month later, in roster.csv: {len(change.joined)} people joined, {len(change.left)} left, "
            f"{len(change.moved)} moved to another group, {len(change.renamed)} have a new name.\n"
        )

    async def _planned(self, paths: Sequence[Path]) -> Plan:
        from .. import provision

        spec = self._spec(paths)
        self._command("plan", paths)
        plan = await provision.plan(self._client, spec, state=self._state)
        self._plans.append(plan)
        self._say(plan.render(rate=self._rate) + "\n")
        return plan

    async def _applied(self, paths: Sequence[Path]) -> None:
        from .. import provision
        from ..provision.run_events import Finished

        plan = await self._planned(paths)
        self._command("apply", paths)
        events = provision.apply_events(self._client, plan, concurrency=self._concurrency, state=self._state)
        with running(self._client, self._form, limit=self._rate) as display:
            async with events:
                async for event in events:
                    display.take(event)
                    if isinstance(event, Finished):
                        self._reports.append(event.report)
        self._say(self._reports[-1].render() + "\n")

    async def _verified(self, paths: Sequence[Path], spec: Spec) -> Verified:
        from .. import provision

        self._command("verify", paths)
        left = await provision.verify(self._client, spec, state=self._state)
        self._say(left.render() + "\n")
        return left

    async def _answered(self, spec: Spec) -> Ivr:
        """Put a number with a menu in front of the queues, and show what answers it."""
        menu = await build_menu(self._client, [queue.name for queue in spec.queues or ()])
        self._command("ivr show", [NUMBER])
        self._say("\n".join(indented(menu.branches())) + "\n")
        return menu

    def _drawn(self, paths: Sequence[Path], spec: Spec) -> None:
        from .. import provision

        numbers = {queue.name: [NUMBER] for queue in (spec.queues or ())[:MENU_LENGTH]}
        picture = provision.graph_of(spec, numbers=numbers).render("svg")
        self._command("graph", [*paths, "--to", self._folder / "centre.svg"])
        save_files({"centre.svg": str(picture).encode()}, self._folder, replace=True)

    def _held(self) -> tuple[dict[str, int], tuple[str, ...]]:
        """Return how many of each the emulator holds, and what is there twice: read from its state, not by our client."""
        state = self._emulator.state.stringee
        names = {
            "agents": [agent["stringee_user_id"] for agent in state.agents.values()],
            "groups": [group["name"] for group in state.groups.values()],
            "queues": [queue["name"] for queue in state.queues.values()],
        }
        double = [
            f"{kind}: {name}"
            for kind, found in names.items()
            for name, count in Counter(found).items()
            if count > 1
        ]
        return {kind: len(found) for kind, found in names.items()}, tuple(double)

    def _spec(self, paths: Sequence[Path]) -> Spec:
        from .. import provision

        return provision.load(paths, vendor="stringee", phone_country=self._phone_country)

    @property
    def _state(self) -> Path:
        return self._folder / "state"

    def _command(self, name: str, words: Sequence[object]) -> None:
        """Show the command that does what follows."""
        shown = " ".join(word.name if isinstance(word, Path) else str(word) for word in words)
        self._say(f"$ stringee-async {name} {shown}")

    def _say(self, text: str) -> None:
        if self._form.for_people:
            write(text + "\n")
