"""Reads a saved plan, strictly: what was edited, cut off or written by another version is refused, not guessed at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast, get_args

from ...core.errors import PlanError, ProvisionError
from ..last_applied import LastApplied
from ..nouns import ENDS, KINDS, Kind
from ..plan_data import FORM, PlanData, Refusal, checksum_of
from ..spec_json import spec_from_json
from ..things import Ref, Scope
from ..unit import Action, Unit

AGAIN: Final = "make a new plan"
"""What to do with a plan that cannot be used."""
_UNIT: Final = {"kind", "action", "key", "fields", "before", "id", "old_key", "after", "reason"}
_ACTIONS: Final = frozenset(get_args(Action))
_KEYS: Final = frozenset(PlanData(vendor="").to_json())


def plan_fields(value: Any) -> dict[str, Any]:
    """Return what the plan holds that `Plan.to_json` wrote, by the names of its fields.

    Raises:
        PlanError: It is none, was changed since, or was written by another version.
    """
    if not isinstance(value, dict) or "form" not in value:
        raise PlanError("this is no saved plan")
    saved = cast("dict[str, Any]", value)
    if saved["form"] != FORM:
        raise PlanError(
            f"the plan was saved in form {saved['form']!r}, and this version reads {FORM}; {AGAIN}"
        )
    if saved.keys() != _KEYS:
        names = sorted(saved.keys() ^ _KEYS)
        few = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        raise PlanError(f"this is no whole saved plan: it lacks keys, or has others ({few}); {AGAIN}")
    if saved["checksum"] != checksum_of(saved):
        raise PlanError(f"the plan was changed after it was saved; {AGAIN}")
    try:
        fields = _read(saved)
        digest = PlanData(**fields).digest
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, ProvisionError) as error:
        raise PlanError(f"the saved plan cannot be read; {AGAIN}") from error
    if digest != saved["digest"]:
        raise PlanError(f"the units of the plan were changed after it was saved; {AGAIN}")
    return fields


def _read(saved: Mapping[str, Any]) -> dict[str, Any]:
    members = saved["scope"]["members_of"]
    kinds: list[Kind] = [_kind(kind) for kind in saved["scope"]["kinds"]]
    return {
        "vendor": str(saved["vendor"]),
        "account": str(saved["account"]),
        "units": _units(saved["units"]),
        "refusals": tuple(Refusal(**row) for row in saved["refusals"]),
        "unchanged": int(saved["unchanged"]),
        "left_alone": {_kind(kind): tuple(map(str, names)) for kind, names in saved["left_alone"].items()},
        "cannot": tuple(map(str, saved["cannot"])),
        "notes": tuple(map(str, saved["notes"])),
        "counts": {_kind(kind): int(number) for kind, number in saved["counts"].items()},
        "scope": Scope(
            kinds=frozenset(kinds), members_of=None if members is None else frozenset(map(_ref, members))
        ),
        "calls": int(saved["calls"]),
        "seconds": _seconds(saved["seconds"]),
        "wish_digest": str(saved["wish_digest"]),
        "made": _seconds(saved["made"]),
        "effects": tuple(map(str, saved["effects"])),
        "in_doubt": int(saved["in_doubt"]),
        "applies": None if saved["applies"] is None else LastApplied.from_json(saved["applies"]),
        "spec": None if saved["spec"] is None else spec_from_json(saved["spec"]),
    }


def _units(rows: Iterable[dict[str, Any]]) -> tuple[Unit, ...]:
    """Return the units, each after those that it waits for."""
    units: list[Unit] = []
    names: set[str] = set()
    for row in rows:
        unit = Unit.from_json(row)
        length = 2 if _kind(unit.kind) in ENDS else 1
        texts = (*unit.key, *(unit.old_key or ()), unit.id, unit.reason)
        if row.keys() - _UNIT or unit.action not in _ACTIONS or len(unit.key) != length:
            raise ValueError(f"{unit.name} is no unit")
        if not (isinstance(unit.fields, dict) and isinstance(unit.before, dict)):
            raise ValueError(f"{unit.name} has no fields")
        if not all(isinstance(text, str) for text in texts) or not names.issuperset(unit.after):
            raise ValueError(f"{unit.name} waits for what does not come before it")
        if unit.name in names:
            raise ValueError(f"{unit.name} comes twice")
        names.add(unit.name)
        units.append(unit)
    return tuple(units)


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise ValueError(f"there is no kind {text!r}")


def _ref(row: list[Any]) -> Ref:
    kind, key = row
    return _kind(kind), tuple(map(str, key))


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no time")
    return float(value)
