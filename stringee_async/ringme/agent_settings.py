"""What local and remote agents have in common: the settings that both take.

One job: the fields, their checks and constants. Source: the vendor's pages on queues and agents; defaults
are the vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from ..core.bodies import known
from ..core.field_rules import amount, note, row_id, word
from ..core.fields import label
from ..core.unset import Unset
from ..core.validation import Check

AVAILABLE: Final = "available"
LOGGED_OUT: Final = "logged_out"


class UnnamedSettings(TypedDict, total=False):
    """The settings of an agent but for its name; see `AgentSettings`."""

    status: str | Unset | None
    call_timeout: int | Unset | None
    busy_delay_time: int | Unset | None
    no_answer_delay_time: int | Unset | None
    reject_delay_time: int | Unset | None
    wrap_up_time: int | Unset | None
    extra_params: str | Unset | None
    agent_sound_id: int | Unset | None


class AgentSettings(UnnamedSettings, total=False):
    """The settings of an agent; those left out get the vendor's default on create and stay on update.

    Args:
        name: Label, or None.
        status: `AVAILABLE` (the default), `LOGGED_OUT`, or another that the vendor may add.
        call_timeout: Seconds to ring the agent; default 60.
        busy_delay_time: Seconds of pause when the agent is busy or does not want to be disturbed; default 10.
        no_answer_delay_time: Seconds of pause after a call that was not answered; default 10.
        reject_delay_time: Seconds of pause after a call that was rejected; default 10.
        wrap_up_time: Seconds of rest after a call; default 0.
        extra_params: Free text that the vendor keeps, or None.
        agent_sound_id: A sound, or None; newer hosts only.
    """

    name: str | Unset | None


_RULES: Final[dict[str, Check]] = {
    "name": label,
    "status": word,
    "call_timeout": amount,
    "busy_delay_time": amount,
    "no_answer_delay_time": amount,
    "reject_delay_time": amount,
    "wrap_up_time": amount,
    "extra_params": note,
    "agent_sound_id": row_id,
}


def settings(
    fields: Mapping[str, object], *, nulls: bool, extra: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return settings as they go into a body.

    Args:
        fields: Those that were given by keyword.
        nulls: Whether None is allowed, and becomes null.
        extra: What `core.bodies.extra_fields` returned.

    Raises:
        ConfigError: There is no such setting, or a value is wrong, naming it.
    """
    return known(_RULES, fields, nulls=nulls, extra=extra)
