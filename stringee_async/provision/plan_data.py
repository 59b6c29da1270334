"""What a plan holds: what a run is to do, what it leaves alone and why it may not begin. A frozen value that can be saved.

`diff`, `order` and `guards` make its parts, `showing` shows them; `plan` gives it its methods.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from .last_applied import LastApplied
from .nouns import Kind
from .spec import Spec
from .spec_json import spec_to_json
from .things import Ref, Scope
from .unit import Unit

FORM: Final = 1
"""The version of the form of a saved plan."""


@attrs.frozen(kw_only=True)
class Refusal:
    """Why a plan may not be applied.

    Args:
        guard: The guard that refuses, such as `delete`.
        text: What it found, and what to do about it.
        number: The number that allows it (`--allow GUARD=NUMBER`); None where nothing does.
    """

    guard: str
    text: str
    number: int | None = None


@attrs.frozen(kw_only=True)
class PlanData:
    """What a run is to do.

    Args:
        vendor: The vendor.
        account: Which account of the vendor; may be empty.
        units: What is to be done, each after those that it names.
        refusals: Why it may not be applied; empty if it may.
        unchanged: How many things are as they are wished.
        left_alone: What is there, is not wished and is not touched: names by kind.
        cannot: What the vendor cannot hold, in words.
        notes: What a person should know, such as two objects with one name and their ids.
        counts: How many things were there when the plan was made, by kind.
        scope: Which part of the live state it was made from.
        calls: How many requests reading took.
        seconds: How long reading took.
        wish_digest: Of the specification.
        made: When it was made, seconds since the epoch.
        effects: What it does beside its units: what callers would notice, and what goes with what is removed. Where there is
            more of it when it is applied, it is refused.
        in_doubt: How many units of runs before have an unknown outcome.
        spec: The specification that it was made for: adapters carry out units by what it states.
        applies: What a run of it leaves on record, for the plans that follow.
    """

    vendor: str
    account: str = ""
    units: tuple[Unit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unchanged: int = 0
    left_alone: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict[Kind, tuple[str, ...]])
    cannot: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Mapping[Kind, int] = attrs.field(factory=dict[Kind, int])
    scope: Scope = attrs.field(factory=lambda: Scope(kinds=frozenset()))
    calls: int = 0
    seconds: float = 0.0
    wish_digest: str = ""
    made: float = 0.0
    effects: tuple[str, ...] = ()
    in_doubt: int = 0
    spec: Spec | None = attrs.field(default=None, eq=False, repr=False)
    applies: LastApplied | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.units

    @property
    def digest(self) -> str:
        """What tells this plan from others: of vendor, account, wish and units (which hold what they found)."""
        return digest_of(
            [FORM, self.vendor, self.account, self.wish_digest, *(unit.to_json() for unit in self.units)]
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it; `Plan.from_json` reads it again."""
        members = self.scope.members_of
        saved: dict[str, Any] = {
            "form": FORM,
            "digest": self.digest,
            "vendor": self.vendor,
            "account": self.account,
            "made": self.made,
            "units": [unit.to_json() for unit in self.units],
            "refusals": [attrs.asdict(refusal) for refusal in self.refusals],
            "unchanged": self.unchanged,
            "left_alone": {kind: list(names) for kind, names in self.left_alone.items()},
            "cannot": list(self.cannot),
            "notes": list(self.notes),
            "counts": dict(self.counts),
            "scope": {
                "kinds": sorted(self.scope.kinds),
                "members_of": None if members is None else _refs(members),
            },
            "calls": self.calls,
            "seconds": self.seconds,
            "wish_digest": self.wish_digest,
            "effects": list(self.effects),
            "in_doubt": self.in_doubt,
            "applies": None if self.applies is None else self.applies.to_json(),
            "spec": None if self.spec is None else spec_to_json(self.spec),
        }
        return {**saved, "checksum": checksum_of(saved)}


def checksum_of(saved: Mapping[str, Any]) -> str:
    """Return the digest of a saved plan as a whole: its refusals and notes too, which `Plan.digest` leaves out."""
    return digest_of({name: value for name, value in saved.items() if name != "checksum"})


def _refs(refs: Iterable[Ref]) -> list[list[Any]]:
    return [[kind, list(key)] for kind, key in sorted(refs)]


def digest_of(value: Any) -> str:
    """Return the digest of a value that JSON can hold: 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
