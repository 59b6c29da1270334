"""What must be true of a plan before anything is written."""

from __future__ import annotations

from ...core.errors import GuardError, PlanError
from ..adapter import NAMELESS, Adapter
from ..plan import Plan


def refuse(plan: Plan) -> None:
    """Refuse a plan that a guard refuses.

    Raises:
        GuardError: One does.
    """
    if plan.refusals:
        texts = tuple(refusal.text for refusal in plan.refusals)
        raise GuardError(
            f"the plan is refused, so nothing was written: {'; '.join(texts)}",
            refusals=texts,
        )


def check_account(plan: Plan, adapter: Adapter) -> None:
    """Refuse a plan that was made for another account.

    Raises:
        PlanError: It was.
    """
    ours, theirs = (adapter.vendor, adapter.account), (plan.vendor, plan.account)
    named = all(name and not name.startswith(NAMELESS) for name in (ours[1], theirs[1]))
    if ours[0] != theirs[0] or (named and ours[1] != theirs[1]):
        raise PlanError(
            f"the plan was made for {' '.join(theirs)}, and this client is of {' '.join(ours)}; nothing was written"
        )
