"""What `verify` returns: the plan of what differs, with what is there twice."""

from __future__ import annotations

import attrs

from ..duplicates import texts_of
from ..plan import Plan
from ..things import Reading


@attrs.frozen(kw_only=True)
class Verified(Plan):
    """What differs from a specification. True where something does.

    Args:
        duplicates: What is there more than once, with all ids, in words.
    """

    duplicates: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.units or self.refusals or self.duplicates)


def verified(plan: Plan, reading: Reading) -> Verified:
    """Return what a plan and its reading prove."""
    fields = {field.name: getattr(plan, field.name) for field in attrs.fields(Plan)}
    return Verified(**fields, duplicates=texts_of(reading, plan.vendor))
