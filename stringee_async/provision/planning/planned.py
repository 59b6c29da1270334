"""Reads what is there and plans: what `plan`, `verify` and an `apply` of a specification have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from ...core.errors import ConfigError
from ..adapter import Adapter, Progress
from ..last_applied import LastApplied
from ..plan import Plan
from ..reading_hold import observed
from ..running.journal import Journal
from ..running.last_applied_file import read_last_applied
from ..running.state_folder import StateFolder
from ..spec import Spec
from ..things import Reading, Wish
from .planning import plan_of
from .wish import scope_of


async def planned(
    adapter: Adapter,
    spec: Spec,
    folder: StateFolder,
    *,
    allow: Mapping[str, int] | None,
    progress: Progress,
    in_doubt: int = 0,
    patience: float = 0.0,
    waiting: Callable[[], None] = lambda: None,
) -> tuple[Plan, Reading]:
    """Return the plan for a specification, and the reading that it was made from. Writes nothing.

    `patience` and `waiting` are those of `observed`.

    Raises:
        SpecError: The specification contradicts itself.
        ConfigError: `allow` names no guard that can be overruled, or the specification is for another vendor.
        SdkError: The vendor cannot be reached, or rejects a call.
    """
    if spec.vendor is not None and spec.vendor != adapter.vendor:
        raise ConfigError(
            f"the specification is for {spec.vendor}, and this account is of {adapter.vendor}; nothing was sent"
        )
    wish = adapter.hold(spec)
    reading = await observed(adapter, scope_of(wish), progress, patience=patience, waiting=waiting)
    plan = plan_of(
        wish,
        reading,
        read_last_applied(folder.last_applied),
        vendor=adapter.vendor,
        account=adapter.account,
        allow=allow,
        made=adapter.clock.time(),
        in_doubt=in_doubt,
    )
    return attrs.evolve(plan, spec=spec, applies=applied_of(wish, plan.wish_digest)), reading


def applied_of(wish: Wish, wish_digest: str) -> LastApplied:
    """Return what a run that carries out a wish leaves on record."""
    return LastApplied(
        refs=frozenset(wish.things),
        agents=sum(kind == "agent" for kind, _ in wish.things),
        modified=wish.modified,
        files=wish.files,
        wish_digest=wish_digest,
    )


async def in_doubt(adapter: Adapter, folder: StateFolder) -> int:
    """Return how many units of runs before may have taken effect, as far as the journal knows."""
    if not folder.journal.exists():
        return 0
    journal = Journal(folder.journal, "", adapter.clock)
    try:
        await journal.read()
        return len(await journal.open_intents())
    except ConfigError:
        return 0  # the next apply puts a torn journal aside
    finally:
        await journal.aclose()
