"""What must fit together in an IVR: a number and its tree, a key and where it leads.

Facts: the official pages on numbers and on key presses. That a next node must be in the same tree is the emulator's own
choice.
"""

from collections.abc import Mapping
from typing import Any

from .fields import FieldError
from .state import StringeeState

_TARGETS = {2: "queue_id", 3: "to_phone_number", 4: "next_node", 5: "sms"}
"""The field that each action of a key needs."""


def check_number(_: StringeeState, row: Mapping[str, Any]) -> None:
    """Raise ``FieldError`` for a number that an IVR tree answers and that names none."""
    if row["enable_ivr"] and not row.get("ivr_menu"):
        raise FieldError("ivr_menu is required when enable_ivr is true")


def check_keypress(state: StringeeState, row: Mapping[str, Any]) -> None:
    """Raise ``FieldError`` for an action without its target, or with a node of another tree."""
    needed = _TARGETS.get(row["action"])
    if needed is not None and not row.get(needed):
        raise FieldError(f"{needed} is required for action {row['action']}")
    following = state.ivr_nodes.get(row.get("next_node") or "")
    if following is not None and following["tree"] != state.ivr_nodes[row["node"]]["tree"]:
        raise FieldError("next_node must be in the same tree")


CHECKS = {"numbers": check_number, "ivr_keypresses": check_keypress}
"""By resource: what a row must be as a whole, after its references were checked."""
