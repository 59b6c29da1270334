"""The functions that programs call: plan, apply, verify. `stringee_async.provision` hands them out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ..core.client import Client
from ..core.errors import ConfigError
from ..core.options import at_least_one, not_negative, shown
from .adapter import Progress, no_progress
from .plan import Plan
from .planning.guards import check_allowed
from .planning.planned import in_doubt, planned
from .planning.verified import Verified, verified
from .report import Report
from .run_events import Event
from .runner import Runner
from .running.applied_events import AppliedEvents
from .running.apply_setting import Setting
from .running.applying import Applying
from .running.local_runner import LocalRunner
from .running.state_folder import state_folder
from .spec import Spec
from .things import Reading
from .vendors.choice import adapter_for

PathLike: TypeAlias = str | os.PathLike[str]


async def plan(
    client: Client,
    spec: Spec,
    *,
    allow: Mapping[str, int] | None = None,
    state: PathLike | None = None,
    progress: Progress | None = None,
    patience: float = 0.0,
) -> Plan:
    """Return what is to be done so that an account is as a specification says. Reads, and writes nothing.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        spec: The specification; see `load`, whose `phone_country` reads national numbers: the client's is not asked.
        allow: The numbers with which guards are overruled, by guard, such as `{"delete": 37}`.
        state: The folder where runs keep journal and records; None: that of the user.
        progress: Called while the state is read, with a kind and how many of it were read.
        patience: Seconds that an outage may last while the state is read; 0: it is raised at once.

    Returns:
        The plan; `refusals` says why it may not be applied.

    Raises:
        SpecError: The specification contradicts itself.
        ConfigError: `allow` names no guard that can be overruled, or there is no provisioning for this vendor.
        SdkError: The vendor cannot be reached, or rejects a call.

    Safe to repeat.
    """
    check_allowed(allow or {})
    return (await _planned(client, spec, allow, state, progress, patience))[0]


async def apply(
    client: Client,
    plan: Plan | Spec,
    *,
    runner: Runner | None = None,
    concurrency: int = 8,
    patience: float = 300.0,
    state: PathLike | None = None,
    allow: Mapping[str, int] | None = None,
) -> Report:
    """Carry out a plan, or what a specification asks for; then prove that nothing is left to do.

    What is there is read again first: what others have done already is left out, and anything else that is new refuses the
    plan. A run that was cut off is resumed by calling this again.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        plan: The plan, or a specification, which is planned first.
        runner: Carries out the units; None: this process.
        concurrency: How many units are worked on at once.
        patience: Seconds that an outage may last, reading before and after the run included; 0: nothing is held.
        state: The folder where runs keep journal, lock and reports; None: that of the user.
        allow: As for `plan`, where a specification is given.

    Returns:
        What was done, also where the run ended early: `stopped` and `exit_code` say so. It is written to a file too.

    Raises:
        GuardError: A guard refuses the plan; nothing was written.
        StalePlanError: The plan does not fit what is there now; nothing was written.
        PlanError: Another apply is running for this account, or the plan is for another one; nothing was written.
        SdkError: As for `plan`; nothing was written.

    Safe to repeat: what is done already is not done again.
    """
    begin = _beginning(client, plan, runner, concurrency, patience, state, allow)
    return await begin(lambda _: None).run()


def apply_events(
    client: Client,
    plan: Plan | Spec,
    *,
    runner: Runner | None = None,
    concurrency: int = 8,
    patience: float = 300.0,
    state: PathLike | None = None,
    allow: Mapping[str, int] | None = None,
) -> AppliedEvents:
    """Do what `apply` does, and return what happens as an async iterator of events (`run_events`).

    Nothing happens before the first event is asked for. The last event is `Finished`, with the report. Leave it by
    `async with` or `aclose`: the run ends then, what was begun is in the journal, and the report is written.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        plan: The plan, or a specification, which is planned first.
        runner: Carries out the units; None: this process. `finish()` of a `LocalRunner` lets what is in flight end.
        concurrency: How many units are worked on at once.
        patience: Seconds that an outage may last, reading before and after the run included; 0: nothing is held.
        state: The folder where runs keep journal, lock and reports; None: that of the user.
        allow: As for `plan`, where a specification is given.

    Returns:
        The events. Iterating raises what `apply` raises.

    Raises:
        ConfigError: An argument is wrong.

    Safe to repeat: what is done already is not done again.
    """
    begin = _beginning(client, plan, runner, concurrency, patience, state, allow)
    return AppliedEvents(lambda emit: begin(emit).run())


async def verify(
    client: Client,
    spec: Spec,
    *,
    state: PathLike | None = None,
    progress: Progress | None = None,
    patience: float = 0.0,
) -> Verified:
    """Return what of an account differs from a specification; true where something does. Writes nothing.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        spec: The specification; see `load`.
        state: The folder where runs keep journal and records; None: that of the user.
        progress: Called while the state is read, with a kind and how many of it were read.
        patience: As for `plan`.

    Returns:
        What is left to do, as a plan, and what is there twice.

    Raises:
        SpecError: The specification contradicts itself.
        ConfigError: There is no provisioning for this vendor.
        SdkError: The vendor cannot be reached, or rejects a call.

    Safe to repeat.
    """
    return verified(*await _planned(client, spec, None, state, progress, patience))


async def _planned(
    client: Client,
    spec: Spec,
    allow: Mapping[str, int] | None,
    state: PathLike | None,
    progress: Progress | None,
    patience: float,
) -> tuple[Plan, Reading]:
    """Return a plan, and the reading that it was made from."""
    seconds = not_negative("patience", patience)
    adapter, folder = adapter_for(client), state_folder(client, state)
    doubts = await in_doubt(adapter, folder)
    return await planned(
        adapter,
        spec,
        folder,
        allow=allow,
        progress=progress or no_progress,
        in_doubt=doubts,
        patience=seconds,
    )


def _beginning(
    client: Client,
    plan: Plan | Spec,
    runner: Runner | None,
    concurrency: int,
    patience: float,
    state: PathLike | None,
    allow: Mapping[str, int] | None,
) -> Callable[[Callable[[Event], None]], Applying]:
    """Check the arguments of a run, and return what makes it for a receiver of events."""
    if not isinstance(plan, Plan | Spec):
        raise ConfigError(f"plan must be a plan or a specification; got {shown(plan)}")
    check_allowed(allow or {})
    workers, seconds = at_least_one("concurrency", concurrency), not_negative("patience", patience)
    adapter, folder = adapter_for(client), state_folder(client, state)
    carries = LocalRunner() if runner is None else runner

    def begin(emit: Callable[[Event], None]) -> Applying:
        setting = Setting(
            adapter=adapter,
            folder=folder,
            runner=carries,
            concurrency=workers,
            patience=seconds,
            allow=allow,
            emit=emit,
            stats=client.stats,
        )
        return Applying(setting, plan)

    return begin
