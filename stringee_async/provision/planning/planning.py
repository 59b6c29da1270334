"""Makes a plan of a wish and a reading: compares, orders and checks. Pure: the same input makes the same plan."""

from __future__ import annotations

from collections.abc import Mapping

from ..last_applied import LastApplied
from ..nouns import KINDS, Kind
from ..plan import Plan
from ..things import Reading, Wish
from . import guards
from .diff import compare
from .order import ordered
from .wish import scope_of, wish_digest_of


def plan_of(
    wish: Wish,
    reading: Reading,
    last: LastApplied | None = None,
    *,
    vendor: str,
    account: str = "",
    allow: Mapping[str, int] | None = None,
    wish_digest: str | None = None,
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
        wish_digest: Of the wish; None: it is computed.
        made: The time, seconds since the epoch.
        in_doubt: How many units of runs before have an unknown outcome.

    Raises:
        ConfigError: `allow` names no guard that can be overruled.
        PlanError: Renames go in a circle.
    """
    digest = wish_digest_of(wish) if wish_digest is None else wish_digest
    changes = compare(wish, reading, last)
    units = ordered(changes.units, reading)
    refusals = guards.check(units, changes, wish, reading, last, allow=allow or {}, wish_digest=digest)
    counts: dict[Kind, int] = {kind: reading.count(kind) for kind in KINDS if kind in reading.read}
    return Plan(
        vendor=vendor,
        account=account,
        units=units,
        refusals=refusals,
        unchanged=changes.unchanged,
        left_alone=changes.left_alone,
        cannot=wish.cannot,
        notes=changes.notes,
        counts=counts,
        scope=scope_of(wish),
        calls=reading.calls,
        seconds=reading.seconds,
        wish_digest=digest,
        made=made,
        in_doubt=in_doubt,
    )
