"""One run of `apply`: from the lock to the report.

1. Lock the account, open the journal. If it holds units in doubt, or is missing or was torn, wait for the settle time.
2. Read again. A specification is planned, a plan is checked against what is there (`recheck`). Nothing was written so far.
3. Keep what is about to change, so that there is a way back; then carry out the units, each in the journal before it is sent.
4. Read once more and compare. Keep what was applied. The report is written in any case.
"""

from __future__ import annotations

import contextlib
import logging
import math
import secrets
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import attrs

from ...core.errors import ConfigError, GuardError, PlanError, SdkError
from ...core.session_state import Stats
from ..adapter import Done
from ..duplicates import texts_of
from ..last_applied import LastApplied
from ..nouns import Kind
from ..plan import Plan
from ..planning.effects import scope_of_plan
from ..planning.planned import planned
from ..planning.recheck import compared, recheck
from ..reading_hold import observed
from ..report import Report
from ..run_events import Doubtful, Finished, Observed, Planned, Settled, Started, Waiting
from ..runner import TOLD_TO_FINISH, HoldingRunner, UnitOutcome, Work
from ..spec import Spec
from ..things import Reading, Scope
from ..unit import Unit
from .apply_setting import Setting
from .exit_codes import code_of_end, code_of_outcome
from .journal import Journal
from .last_applied_file import read_last_applied, write_last_applied
from .plan_checks import check_account, refuse
from .quota_waits import QuotaWaits
from .report_file import write_report
from .run_lock import run_lock
from .run_record import RunRecord
from .way_back import keep_way_back

logger = logging.getLogger("stringee_async.provision")


class Applying:
    """One run.

    Args:
        setting: What it works with.
        asked: The plan that is carried out, or the specification that is planned first.
    """

    def __init__(self, setting: Setting, asked: Plan | Spec) -> None:
        self._setting = setting
        self._adapter = setting.adapter
        self._clock = setting.adapter.clock
        self._asked = asked
        run = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(self._clock.time()))}-{secrets.token_hex(3)}"
        self._record = RunRecord(
            run=run, clock=self._clock, vendor=self._adapter.vendor, concurrency=setting.concurrency
        )
        self._journal = Journal(setting.folder.journal, run, self._clock)
        self._left = 0
        """How many units are carried out."""
        self._created = -math.inf
        """When the last unit that creates something had its outcome, monotonic seconds."""
        self._quota: QuotaWaits | None = None
        self._way_back: Path | None = None

    async def run(self) -> Report:
        """Carry out what was asked.

        Returns:
            The report, also of a run that ended early.

        Raises:
            GuardError: A guard refuses the plan; nothing was written.
            StalePlanError: The plan does not fit what is there; nothing was written.
            PlanError: Another apply is running, or the plan is for another account; nothing was written.
            SdkError: What is there could not be read; nothing was written.
        """
        setting = self._setting
        setting.folder.make()
        async with self._guarded():
            before, sent = setting.stats(), self._adapter.sent()
            try:
                await self._in_journal()
            except BaseException as error:
                self._record.stopped = error
                self._record.exit_code = code_of_end(error)
                self._write(before, sent)
                raise
            report, file = self._write(before, sent)
        setting.emit(Finished(report, file, self._way_back))
        return report

    @contextlib.asynccontextmanager
    async def _guarded(self) -> AsyncGenerator[None]:
        """Hold the account: by the lock file, and as the runner holds it, if it does."""
        setting = self._setting
        runner, folder = setting.runner, setting.folder
        if not isinstance(runner, HoldingRunner):
            with run_lock(folder.lock, self._clock):
                yield
            return
        alone = not self._adapter.capabilities.side_by_side
        with run_lock(folder.lock, self._clock, shared=runner.shared):
            async with runner.held(folder.path.name, folder.path, self._clock, alone=alone):
                yield

    def _write(self, before: Stats | None, sent: int) -> tuple[Report, Path | None]:
        """Write the report; a file that cannot be written hides neither what was done nor an error on its way."""
        report = self._record.report(before, self._setting.stats(), self._adapter.sent() - sent)
        try:
            return report, write_report(self._setting.folder.reports, report)
        except ConfigError as error:
            logger.error("the report of run %s is kept nowhere: %s", report.run, error)  # noqa: TRY400
            return report, None

    async def _in_journal(self) -> None:
        journal = self._journal
        await journal.open()
        try:
            await self._settle_intents()
            plan, units, reading = await self._current()
            await journal.forget_intents()
            self._setting.emit(Planned(attrs.evolve(plan, units=units)))
            if units:
                self._way_back = keep_way_back(
                    self._setting.folder.reports,
                    self._record.run,
                    reading,
                    units,
                    vendor=self._adapter.vendor,
                )
                reading = await self._carry_out(plan, units, reading)
            else:
                self._record.left, self._record.duplicates = 0, texts_of(reading, self._adapter.vendor)
            self._keep(plan, reading)
        finally:
            await journal.aclose()
        self._conclude()

    async def _settle_intents(self) -> None:
        """Wait until a listing shows what runs before may have done."""
        now, settle = self._clock.time(), self._adapter.settle
        intents = await self._journal.open_intents()
        waits = [settle if one.ended is None else min(settle, one.ended + settle - now) for one in intents]
        if self._journal.fresh:
            waits.append(settle)
        await self._wait(max(waits, default=0.0))

    async def _wait(self, seconds: float) -> None:
        """Wait until a listing shows what was done."""
        if seconds > 0:
            self._setting.emit(Waiting(seconds, "settle"))
            await self._clock.sleep(seconds)

    async def _current(self) -> tuple[Plan, tuple[Unit, ...], Reading]:
        """Return the plan, what of it is left to do, and what is there. Writes nothing."""
        asked, adapter, record = self._asked, self._adapter, self._record
        if isinstance(asked, Spec):
            plan, reading = await planned(
                adapter,
                asked,
                self._setting.folder,
                allow=self._setting.allow,
                progress=self._observed,
                in_doubt=len(await self._journal.open_intents()),
                patience=self._setting.patience,
                waiting=self._held,
            )
            record.plan = plan
            refuse(plan)
            return plan, plan.units, reading
        record.plan = asked
        refuse(asked)
        check_account(asked, adapter)
        if asked.spec is not None:
            adapter.hold(asked.spec)  # it carries units out by what the specification states
        reading = await self._observe(scope_of_plan(asked))
        check_account(asked, adapter)
        left = recheck(asked, reading)
        record.dropped = left.dropped
        return asked, left.units, reading

    async def _carry_out(self, plan: Plan, units: tuple[Unit, ...], reading: Reading) -> Reading:
        """Carry out units, and return what is there afterwards."""
        setting, record = self._setting, self._record
        self._left, self._quota = len(units), QuotaWaits(setting)
        work = Work(
            run=record.run,
            do=self._do,
            look_again=self._adapter.look_again,
            report=self._settled,
            started=lambda unit: setting.emit(Started(unit)),
            doubtful=lambda unit: setting.emit(Doubtful(unit)),
            waiting=lambda seconds, reason: setting.emit(Waiting(seconds, reason)),
            clock=self._clock,
            settle=self._adapter.settle,
            concurrency=setting.concurrency,
            patience=setting.patience,
            account=setting.folder.path.name,
            goal=plan.wish_digest or plan.digest,
            folder=setting.folder.path,
        )
        try:
            await setting.runner.run(units, work)
        except PlanError:
            raise
        except SdkError as error:
            record.stopped = error
            logger.warning("the run ended early: %s", error)
        record.told_to_finish = any(one.because == TOLD_TO_FINISH for one in record.problems)
        if record.told_to_finish or (record.stopped is not None and code_of_end(record.stopped) != 1):
            return reading
        return await self._verify(plan, reading)

    async def _do(self, unit: Unit) -> Done:
        """Carry out a unit once it is in the journal."""
        await self._journal.intend(unit)
        return await self._adapter.do(unit)

    def _settled(self, outcome: UnitOutcome) -> None:
        self._journal.settle(outcome)
        self._record.add(outcome)
        if outcome.unit.action == "create" and (outcome.done is None or outcome.done.acted):
            self._created = self._clock.monotonic()
        if self._quota is not None:
            self._quota.tell()
        self._setting.emit(Settled(outcome, self._record.done, self._left))

    async def _verify(self, plan: Plan, before: Reading) -> Reading:
        """Read once more and compare; what looks wrong is looked at again after the settle time.

        What was created is older than the settle time by then. So of two runs that create one thing at the same time without
        a common lock, at least the one that created later sees both, however late a listing shows them.
        """
        record = self._record
        await self._wait(self._created + self._adapter.settle - self._clock.monotonic())
        expected = {outcome.unit.name for outcome in record.problems}
        reading = before
        try:
            for look in range(2):
                reading = await self._read_again(plan.scope)
                left, after = self._rest(plan, reading)
                record.left, record.after, record.duplicates = (
                    len(left),
                    after,
                    texts_of(reading, self._adapter.vendor),
                )
                if look or (left <= expected and reading.twice.keys() <= before.twice.keys()):
                    break
                await self._wait(self._adapter.settle)
        except SdkError as error:
            record.left, record.after, record.unread = None, "", error
            logger.warning("what is there after the run could not be read: %s", error)
            return before
        if reading.doubts:
            record.left, record.unread = None, GuardError("; ".join(reading.doubts))
        return reading

    async def _read_again(self, scope: Scope) -> Reading:
        """Read what is there after the run: once more after the settle time where a call of it failed for the moment."""
        try:
            return await self._observe(scope)
        except SdkError as error:
            if not error.retryable:
                raise
            logger.warning("what is there after the run is read once more: %s", error)
        await self._clock.sleep(self._adapter.settle)
        return await self._observe(scope)

    async def _observe(self, scope: Scope) -> Reading:
        patience = self._setting.patience
        return await observed(self._adapter, scope, self._observed, patience=patience, waiting=self._held)

    def _rest(self, plan: Plan, reading: Reading) -> tuple[set[str], str]:
        """Return the names of what is left of a plan, or of what does not fit it, and the digest of that."""
        rest = compared(plan, reading)
        left = attrs.evolve(plan, units=rest.units)
        return {unit.name for unit in rest.units} | set(rest.changes), left.digest

    def _keep(self, plan: Plan, reading: Reading) -> None:
        """Keep what was applied: all that is wished, and what earlier runs applied and is there still."""
        if plan.applies is None:
            return
        path = self._setting.folder.last_applied
        before = read_last_applied(path) or LastApplied()
        try:
            write_last_applied(path, plan.applies.after(before, reading))
        except ConfigError as error:
            self._record.stopped = (
                self._record.stopped or error
            )  # what was done is to be reported all the same

    def _conclude(self) -> None:
        record = self._record
        record.exit_code = code_of_outcome(
            stopped=record.stopped,
            problems=bool(record.problems),
            unread=record.unread,
            finished_early=record.told_to_finish,
            differs=bool(record.left or record.duplicates),
        )

    def _observed(self, kind: Kind, count: int) -> None:
        self._setting.emit(Observed(kind, count))

    def _held(self) -> None:
        self._setting.emit(Waiting(0.0, "outage"))
