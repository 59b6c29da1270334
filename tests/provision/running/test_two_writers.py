"""Two applies of one specification without a common lock: what both have made is named by at least one of them.

The vendor takes everything twice, and shows a client at once what it wrote itself, and 2 seconds later what others wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from stringee_async.provision.adapter import Done
from stringee_async.provision.report import Report
from stringee_async.provision.run_events import Waiting
from stringee_async.provision.running.apply_setting import Setting
from stringee_async.provision.running.applying import Applying
from stringee_async.provision.running.local_runner import LocalRunner
from stringee_async.provision.running.state_folder import StateFolder
from stringee_async.provision.things import Reading, Ref, Scope
from stringee_async.provision.unit import Unit

from ...kit import virtual
from ...kit.bulk_runs import now
from ..worlds import Centre
from .test_applying import SETTLE, Distant, Inline, people

LAG = 2.0


@pytest.fixture(autouse=True)
def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stringee_async.core.sqlite_file.ThreadPoolExecutor", Inline)


class Writer(Distant):
    """One of two clients of an account."""

    def __init__(self, centre: Centre, born: dict[str, tuple[Writer, float]]) -> None:
        super().__init__(centre, settle=SETTLE)
        self._born = born

    @contextlib.contextmanager
    def _view(self) -> Iterator[None]:
        """Show what this client sees; what is added stays."""
        whole = self.centre.rows
        hidden = {
            id for id, (writer, since) in self._born.items() if writer is not self and now() < since + LAG
        }
        self.centre.rows = seen = {
            id: row for id, row in whole.items() if id not in hidden and hidden.isdisjoint(row.key)
        }
        try:
            yield
        finally:
            self.centre.rows = whole
            for id, row in seen.items():
                if id not in whole:
                    whole[id] = row
                    self._born[id] = self, now()

    def reading(self, scope: Scope | None = None) -> Reading:
        """Return what this client sees."""
        with self._view():
            return super().reading(scope)

    def carry_out(self, unit: Unit) -> Done:
        """Carry out a unit on what this client sees."""
        with self._view():
            return super().carry_out(unit)


@pytest.mark.parametrize("later", [0.0, 0.5, 1.0, 1.9, 2.1, 3.5, 6.0])
@virtual
async def test_what_both_have_made_is_named_by_one_of_them(later: float, tmp_path: Path) -> None:
    centre, born = Centre(), dict[str, tuple[Writer, float]]()

    async def run(number: int) -> Report:
        await asyncio.sleep(number * later)
        folder = StateFolder(tmp_path / str(number))
        setting = Setting(adapter=Writer(centre, born), folder=folder, runner=LocalRunner(), concurrency=2)
        return await Applying(setting, people(12)).run()

    reports = await asyncio.gather(run(0), run(1))
    found: Counter[Ref] = Counter((row.kind, centre.names(row)) for row in centre.rows.values())
    twice = {f"{kind} {'/'.join(key)}" for (kind, key), number in found.items() if number > 1}
    named = {text.partition(" is there")[0] for report in reports for text in report.duplicates}
    assert named == twice
    assert bool(twice) == (later < 4.0)
    assert (2 in {report.exit_code for report in reports}) == bool(twice)


@virtual
async def test_a_run_that_creates_nothing_waits_for_nothing(tmp_path: Path) -> None:
    centre, seen = Centre(), list[Waiting]()

    for name in ("old", "new"):
        for row in centre.rows.values():
            row.fields.update({"name": name} if row.kind == "agent" and row.key < ("u12",) else {})
        setting = Setting(
            adapter=Writer(centre, {}),
            folder=StateFolder(tmp_path),
            runner=LocalRunner(),
            emit=lambda event: seen.append(event) if isinstance(event, Waiting) else None,
        )
        seen.clear()
        report = await Applying(setting, people(20)).run()
        assert (report.exit_code, report.left) == (0, 0)
    assert (report.counts, seen) == ({"change agent": 4}, [])
