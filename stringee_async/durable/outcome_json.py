"""Outcomes of units as JSON, so that another machine can report them: ids and errors as they are printed, no field values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..core import errors
from ..core.errors import ProvisionError
from ..core.sdk_error import SdkError
from ..provision.adapter import Done
from ..provision.runner import UnitOutcome
from ..provision.unit import Unit


def outcomes_to_json(outcomes: Iterable[UnitOutcome]) -> str:
    """Return outcomes as text."""
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        row = outcome.to_json()
        kept: dict[str, Any] = {
            name: row[name] for name in ("unit", "state", "because", "attempts", "error") if name in row
        }
        if outcome.done is not None:
            kept["done"] = attrs.asdict(outcome.done)
        rows.append(kept)
    return json.dumps(rows, ensure_ascii=True)


def outcomes_from_json(text: str, units: Mapping[str, Unit]) -> list[UnitOutcome]:
    """Return the outcomes that `outcomes_to_json` wrote.

    Args:
        text: What it wrote.
        units: The units by name.
    """
    return [
        UnitOutcome(
            unit=units[row["unit"]],
            state=row["state"],
            done=Done(**row["done"]) if "done" in row else None,
            error=_error(row["error"]) if "error" in row else None,
            because=row["because"],
            attempts=row["attempts"],
        )
        for row in json.loads(text)
    ]


def _error(row: Mapping[str, Any]) -> Exception:
    """Return an error like the one that another machine had: of its class if that is ours."""
    kind = getattr(errors, row["type"], None)
    if not (isinstance(kind, type) and issubclass(kind, SdkError)):
        return ProvisionError(f"{row['type']}: {row['message']}")
    details = {name: row[name] for name in ("code", "status", "outcome", "request_id") if name in row}
    error = SdkError.__new__(kind)
    SdkError.__init__(error, row["message"], **details)
    return error
