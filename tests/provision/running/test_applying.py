"""One run of apply, from the lock to the report: over a centre in memory, on virtual time."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import (
    AuthError,
    GuardError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    PlanError,
    StalePlanError,
)
from stringee_async.core.shared_listings import Later
from stringee_async.core.tally import current_tally
from stringee_async.provision.adapter import Done, Progress
from stringee_async.provision.files.load import load
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning.planned import in_doubt, planned
from stringee_async.provision.report import Report
from stringee_async.provision.run_events import Event, Finished, Planned, Settled, Waiting
from stringee_async.provision.running.applied_events import AppliedEvents
from stringee_async.provision.running.apply_setting import Setting
from stringee_async.provision.running.applying import Applying
from stringee_async.provision.running.journal import Journal
from stringee_async.provision.running.local_runner import LocalRunner
from stringee_async.provision.running.run_lock import run_lock
from stringee_async.provision.running.state_folder import StateFolder
from stringee_async.provision.spec import AgentSpec, GroupSpec, SectionSpec, Spec
from stringee_async.provision.things import Reading, Scope
from stringee_async.provision.unit import Unit

from ...kit import virtual
from ...kit.bulk_runs import now
from ..worlds import Centre, Double

SETTLE = 3.0


def people(count: int, *, group: str = "Sales", manage: Any = "add") -> Spec:
    """Return a specification of some agents in one group."""
    return Spec(
        agents=tuple(AgentSpec(user_id=f"u{n}", name=f"N{n}", groups=(group,)) for n in range(count)),
        groups=(GroupSpec(name=group),),
        agents_section=SectionSpec(manage=manage),
    )


class Distant(Double):
    """A centre whose responses take their time."""

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit; its response comes later."""
        done = await super().do(unit)
        tally = current_tally.get()
        assert tally is not None
        tally.requests += 1
        tally.writes += 1
        await asyncio.sleep(0.1)
        return done


class Shy(Double):
    """An account that is known once a row of it was read."""

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read, and know the account from then on."""
        self.account = "account 1"
        return await super().observe(scope, progress)


class Lagging(Distant):
    """A centre whose listings show what was written 2 seconds later."""

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read what was there 2 seconds ago."""
        if self.done and now() < self.written + 2.0:
            return self.reading_before
        self.reading_before = await super().observe(scope, progress)
        return self.reading_before

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit."""
        self.written = now()
        return await super().do(unit)


class Place:
    """An account in memory, and its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = StateFolder(folder)
        self.centre = Centre()
        self.before: Callable[[Unit], None] = lambda _: None
        self.after: Callable[[Unit], None] = lambda _: None
        self.events: list[Event] = []
        self.runner = LocalRunner()
        self.done: list[str] = []
        self.requests = 0

    def double(self) -> Double:
        """Return a new adapter over the account."""
        double = Distant(
            self.centre,
            settle=SETTLE,
            before=lambda unit: self.before(unit),
            after=lambda unit: self.after(unit),
        )
        double.done = self.done
        return double

    async def plan(self, spec: Spec) -> Plan:
        """Return the plan for a specification."""
        made, _ = await planned(self.double(), spec, self.folder, allow=None, progress=lambda *_: None)
        return made

    def applying(self, asked: Plan | Spec, emit: Callable[[Event], None] | None = None) -> Applying:
        """Return a run."""
        setting = Setting(
            adapter=self.double(), folder=self.folder, runner=self.runner, emit=emit or self.events.append
        )
        return Applying(setting, asked)

    async def apply(self, asked: Plan | Spec) -> Report:
        """Carry out a plan or a specification."""
        return await self.applying(asked).run()

    def known(self) -> None:
        """Give the account a journal, as if runs had been before."""
        self.folder.make()
        with sqlite3.connect(self.folder.journal) as database:
            database.execute("CREATE TABLE IF NOT EXISTS units (x)")

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The reports that were written, oldest first."""
        files = self.folder.reports.glob("*.report.json")
        return [
            json.loads(file.read_text()) for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)
        ]


class Inline:
    """An executor without a thread: virtual time does not wait for threads."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, act: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(act())
        except BaseException as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True) -> None:
        """Do nothing."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr("stringee_async.core.sqlite_file.ThreadPoolExecutor", Inline)
    return Place(tmp_path / "state")


@virtual
async def test_a_specification_is_planned_carried_out_and_proved(place: Place) -> None:
    report = await place.apply(people(5))
    assert (report.exit_code, report.left, report.total, report.duplicates) == (0, 0, 11, ())
    assert report.counts == {"create agent": 5, "create group": 1, "create link": 5}
    assert len(place.centre.rows) == 11
    again = await place.apply(people(5))
    assert (again.exit_code, again.total, again.counts) == (0, 0, {})
    assert len(place.done) == 11
    finished = [event for event in place.events if isinstance(event, Finished)]
    assert [event.report for event in finished] == [report, again]
    assert finished[0].file is not None
    written = json.loads(finished[0].file.read_text())
    assert written["counts"] == report.counts
    assert [row["exit_code"] for row in place.reports] == [0, 0]


@virtual
async def test_files_are_private_and_hold_no_values_of_fields(place: Place) -> None:
    spec = Spec(agents=(AgentSpec(user_id="u.an", name="Secret Name", phone="84901234567", routing="phone"),))
    place.before = _raise(InvalidRequestError("number 84901234567 is taken"))
    report = await place.apply(spec)
    assert report.exit_code == 4
    files = [file for file in place.folder.path.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"journal.sqlite3", "last-applied.json"}
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        data = file.read_bytes()
        assert b"84901234567" not in data
        assert b"Secret Name" not in data


@virtual
async def test_a_plan_of_which_others_did_a_part_is_carried_out_without_it(place: Place) -> None:
    plan = await place.plan(people(3))
    place.centre.add("agent", "u1", name="N1")
    place.centre.add("group", "Sales")
    report = await place.apply(plan)
    assert (report.exit_code, report.dropped, report.total, report.left) == (0, 2, 7, 0)
    assert "create agent u1" not in place.done
    (left,) = [event.plan.units for event in place.events if isinstance(event, Planned)]
    assert len(left) == 5


@virtual
async def test_a_plan_that_no_longer_fits_writes_nothing_and_leaves_a_report(place: Place) -> None:
    plan = await place.plan(people(3))
    place.centre.add("agent", "u1", name="Another")
    with pytest.raises(StalePlanError, match="agent u1 is there now, with other values") as caught:
        await place.apply(plan)
    assert len(caught.value.changes) == 1
    assert place.done == []
    (written,) = place.reports
    assert "agent u1 is there now" in written["stopped"]


@virtual
async def test_a_refused_plan_writes_nothing(place: Place) -> None:
    for number in range(30):
        place.centre.add("agent", f"old{number}", name="x")
    absent = attrs.evolve(
        people(1), absent=attrs.evolve(Spec().absent, agents=tuple(f"old{n}" for n in range(30)))
    )
    plan = await place.plan(absent)
    assert plan.refusals
    for asked in (plan, absent):
        with pytest.raises(GuardError) as caught:
            await place.apply(asked)
        assert caught.value.refusals
    assert place.done == []
    assert [row["exit_code"] for row in place.reports] == [3, 3]


@virtual
async def test_a_plan_for_another_account_writes_nothing(place: Place) -> None:
    plan = attrs.evolve(await place.plan(people(1)), account="account 2")
    with pytest.raises(PlanError, match="made for double account 2"):
        await place.apply(plan)
    assert place.done == []


@virtual
async def test_a_saved_plan_keeps_the_record_of_what_it_applies(place: Place) -> None:
    saved = Plan.from_json(json.loads(json.dumps((await place.plan(people(3))).to_json())))
    assert saved.spec == people(3)
    await place.apply(saved)
    applied = json.loads(place.folder.last_applied.read_text())
    assert applied["agents"] == 3
    assert ["u2"] in applied["refs"]["agent"]


@virtual
async def test_lost_creates_are_found_and_made_once(place: Place) -> None:
    lost: set[str] = set()

    def lose(unit: Unit) -> None:
        if unit.key[0] in {"u1", "u4", "Sales"} and unit.kind != "link" and unit.name not in lost:
            lost.add(unit.name)
            raise Later from OutcomeUnknownError()

    place.after = lose
    report = await place.apply(people(6))
    assert (report.exit_code, report.left, report.duplicates) == (0, 0, ())
    assert len(place.centre.rows) == 13
    assert any(isinstance(event, Waiting) and event.reason == "settle" for event in place.events)


@virtual
async def test_a_run_that_was_cut_off_is_resumed_after_the_settle_time(place: Place) -> None:
    await place.apply(people(1))

    run = asyncio.create_task(place.apply(people(6)))
    place.after = lambda unit: run.cancel() if unit.key == ("u3",) else None
    with pytest.raises(asyncio.CancelledError):
        await run
    place.after = lambda _: None
    assert place.reports[-1]["exit_code"] == 130
    assert await in_doubt(place.double(), place.folder) >= 1
    began = now()
    place.events.clear()
    report = await place.apply(people(6))
    waits = [event.seconds for event in place.events if isinstance(event, Waiting)]
    assert waits == [pytest.approx(SETTLE, abs=0.5), SETTLE]  # before the plan, and before the last reading
    assert sum(waits) <= now() - began < sum(waits) + 2.0
    assert (report.exit_code, report.left) == (0, 0)
    assert len(place.centre.rows) == 13
    assert await in_doubt(place.double(), place.folder) == 0
    began = now()
    await place.apply(people(6))
    assert now() == began  # nothing is in doubt, so nothing is waited for


@virtual
@pytest.mark.parametrize("damage", ["missing", "torn", "empty"])
async def test_a_torn_or_missing_journal_costs_one_wait(place: Place, damage: str) -> None:
    await place.apply(people(2))
    began = now()
    await place.apply(people(2))
    assert now() == began
    if damage == "missing":
        place.folder.journal.unlink()
    else:
        place.folder.journal.write_bytes(b"torn" * 1000 if damage == "torn" else b"")
    report = await place.apply(people(3))
    assert (report.exit_code, report.left) == (0, 0)
    assert (now() - began >= SETTLE) or damage == "empty"
    assert len(place.centre.rows) == 7


@virtual
async def test_what_failed_is_in_the_report_with_its_reason_and_the_rest_is_done(place: Place) -> None:
    place.before = lambda unit: (
        _raise(InvalidRequestError("no", code=7))(unit) if unit.key == ("u1",) else None
    )
    report = await place.apply(people(3))
    assert (report.exit_code, report.left) == (4, 2)
    assert {outcome.unit.name: outcome.state for outcome in report.problems} == {
        "create agent u1": "failed",
        "create link Sales/u1": "not_tried",
    }
    (written,) = place.reports
    assert {row["unit"]: row.get("error", {}).get("code") for row in written["problems"]} == {
        "create agent u1": 7,
        "create link Sales/u1": None,
    }


@virtual
@pytest.mark.parametrize(("error", "code"), [(AuthError(), 5), (NotSentError(), 6)])
async def test_what_ends_a_run_early_is_in_its_report(place: Place, error: Exception, code: int) -> None:
    place.before = lambda unit: _raise(error)(unit) if unit.kind == "agent" else None
    report = await place.apply(people(30))
    assert (report.exit_code, report.left) == (code, None)
    assert report.stopped
    assert report.counts["create group"] == 1
    assert sum(report.counts.values()) == 61
    place.before = lambda _: None
    assert (await place.apply(people(30))).exit_code == 0


@virtual
async def test_an_error_of_ours_leaves_a_report(place: Place) -> None:
    def emit(event: Event) -> None:
        if isinstance(event, Settled) and event.done == 2:
            raise RuntimeError("a bug of ours")

    with pytest.raises(RuntimeError, match="a bug"):
        await place.applying(people(3), emit).run()
    (written,) = place.reports
    assert (written["stopped"], written["exit_code"]) == ("a bug of ours", 1)


@virtual
async def test_told_to_finish_it_reports_what_was_not_tried(place: Place) -> None:
    place.after = lambda unit: place.runner.finish() if unit.key == ("u2",) else None
    report = await place.apply(people(30))
    assert report.exit_code == 130
    assert report.counts["not_tried"] > 20
    place.runner, place.after = LocalRunner(), lambda _: None
    assert (await place.apply(people(30))).exit_code == 0


@virtual
async def test_what_is_there_twice_afterwards_is_named_with_its_ids(place: Place) -> None:
    first, second = place.centre.add("agent", "twin", name="a"), place.centre.add("agent", "twin", name="b")
    report = await place.apply(people(1))
    assert report.duplicates == (f"agent twin is there 2 times: {first.id}, {second.id}",)
    assert (report.exit_code, report.left) == (2, 0)


@virtual
async def test_a_second_apply_at_once_fails_and_names_the_first(place: Place) -> None:
    await place.apply(people(1))
    with run_lock(place.folder.lock, place.double().clock):
        with pytest.raises(PlanError, match=r"another apply is running .*process \d+ on .*, since 20"):
            await place.apply(people(2))
    assert len(place.reports) == 1
    assert (await place.apply(people(2))).exit_code == 0


@virtual
async def test_what_earlier_runs_applied_stays_on_record_while_it_is_there(place: Place) -> None:
    await place.apply(people(3))
    await place.apply(people(2))
    assert sorted(json.loads(place.folder.last_applied.read_text())["refs"]["agent"]) == [
        ["u0"],
        ["u1"],
        ["u2"],
    ]


@virtual
async def test_events_come_in_order_and_leaving_them_ends_the_run(place: Place) -> None:
    events = AppliedEvents(lambda emit: place.applying(people(3), emit).run())
    kinds = [type(event).__name__ async for event in events]
    assert kinds[-1] == "Finished"
    assert kinds.index("Planned") < kinds.index("Started") < kinds.index("Settled")
    async with AppliedEvents(lambda emit: place.applying(people(50), emit).run()) as left:
        async for event in left:
            if isinstance(event, Settled):
                break
    assert place.reports[-1]["exit_code"] == 130
    assert len([task for task in asyncio.all_tasks() if task is not asyncio.current_task()]) == 0
    with pytest.raises(StopAsyncIteration):
        await anext(left)


@virtual
async def test_an_error_of_a_run_comes_out_of_its_events(place: Place) -> None:
    plan = attrs.evolve(await place.plan(people(1)), account="account 2")
    with pytest.raises(PlanError):
        async for _ in AppliedEvents(lambda emit: place.applying(plan, emit).run()):
            pass


@virtual
async def test_nothing_is_sent_that_the_journal_does_not_hold(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "intend", full)
    report = await place.apply(people(2))
    assert place.done == []
    assert report.exit_code == 4


def _raise(error: Exception) -> Callable[[Unit], None]:
    def act(unit: Unit) -> None:
        raise error

    return act


@virtual
async def test_a_run_that_changes_what_is_there_keeps_a_way_back(place: Place) -> None:
    place.centre.add("agent", "u0", name="Before")
    await place.apply(people(1))
    (kept,) = place.folder.reports.glob("*.before")
    (centre,) = kept.iterdir()
    assert b"Before" in centre.read_bytes()
    assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(centre.stat().st_mode)) == (0o700, 0o600)
    back = await place.plan(load(centre))
    assert [(unit.name, dict(unit.fields)) for unit in back.units] == [
        ("change agent u0", {"name": "Before"})
    ]
    await place.apply(people(2))  # which only creates
    assert len(list(place.folder.reports.glob("*.before"))) == 1


@virtual
async def test_an_account_that_is_known_only_after_reading_is_compared_before_anything_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = attrs.evolve(await place.plan(people(1)), account="account 2")
    shy = Shy(place.centre)
    shy.account = ""
    monkeypatch.setattr(place, "double", lambda: shy)
    with pytest.raises(PlanError, match="made for double account 2"):
        await place.apply(plan)
    assert shy.done == []


@virtual
async def test_a_listing_that_lags_is_read_again_before_anything_is_called_left(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lagging = Lagging(place.centre, settle=SETTLE)
    monkeypatch.setattr(place, "double", lambda: lagging)
    report = await place.apply(people(3))
    assert (report.exit_code, report.left) == (0, 0)
