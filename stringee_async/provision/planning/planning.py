"""Makes a plan of a wish and a reading: compares, orders and checks. Pure: the same input makes the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ..last_applied import LastApplied
from ..nouns import KINDS
from ..plan import Plan
from ..things import Reading, Wish
from . import guards
from .diff import Changes, compare
from .effects import effects_of
from .order import ordered
from .service import service_findings
from .wish import scope_of, wish_digest_of


def plan_of(
    wish: Wish,
    reading: Reading,
    last: LastApplied | None = None,
    *,
    vendor: str,
    account: str = "",
    allow: Mapping[str, int] | None = None,
    made: float = 0.0,
    in_doubt: int = 0,
) -> Plan:
    """Return what is to be done so that what is there is as it is wished.

    Args:
        wish: What is wished; see `wish.wish_of`.
        reading: What is there.
        last: What the last run applied; None: nothing is known of one.
        vendor: The vendor.
        account: Which account of the vendor.
        allow: The numbers with which a person overrules guards, by guard; see `guards`.
        made: The time, seconds since the epoch.
        in_doubt: How many units of runs before have an unknown outcome.

    Raises:
        ConfigError: `allow` names no guard that can be overruled.
        PlanError: Renames go in a circle.
    """
    digest, changes = wish_digest_of(wish), compare(wish, reading, last)
    units = ordered(list(changes.units), reading, one_group=wish.one_group)
    changes = attrs.evolve(changes, units=())
    service = service_findings(units, reading)
    refusals = guards.check(
        units, changes, wish, reading, last, service=service, allow=allow or {}, wish_digest=digest
    )
    return Plan(
        vendor=vendor, account=account, units=units, refusals=refusals, wish_digest=digest, made=made,
        effects=effects_of(units, reading, service), in_doubt=in_doubt, **_found(wish, reading, changes),
    )  # fmt: skip


def _found(wish: Wish, reading: Reading, changes: Changes) -> dict[str, Any]:
    """Return what a plan tells beside what is to be done."""
    return {
        "unchanged": changes.unchanged,
        "left_alone": changes.left_alone,
        "cannot": wish.cannot,
        "notes": changes.notes,
        "counts": {kind: reading.count(kind) for kind in KINDS if kind in reading.read},
        "scope": scope_of(wish),
        "calls": reading.calls,
        "seconds": reading.seconds,
    }
