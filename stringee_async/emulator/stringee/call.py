"""One call of a project: the states that it moves through by the clock, and its record at the end."""

import math

import attrs

from ..state import Row

NEVER = math.inf
"""When a call is answered of which that is not known yet."""


@attrs.define(kw_only=True, eq=False)
class LiveCall:
    """One call; times are Unix seconds.

    Args:
        id: its id.
        caller: who calls, wire-shaped.
        called: who is called, likewise.
        actions: the scripts that it was given, one after the other.
        recorded: whether it is recorded.
        placed: when it was placed.
        answered: when it is answered; infinite while that is open.
        ends: when it ends by itself, or ended; None until it is stopped.
        added: who was called into it, or took it over, as the requests said.
        agent: the user id of the agent who takes part, or an empty text.
        queue: the id of the queue in which it begins, or an empty text.
        node: the id of the IVR node that it is at, or an empty text.
        plays: how often that node was played.
        by_menu: whether it began in an IVR.
        reason: why it exists, as events say.
        custom: what the customer's app gave with it.
        customer: what the customer's server knows of who calls, once it was asked; None for nothing.
        event_url: where its events go; None sends none.
        answer_url: where its script is fetched; None where it has one, or needs none.
        over: whether it has ended, and events said so.
        serial: how many of its events were told.
        told: the state that its latest event told, or an empty text.
        held: whether it is moved by hand (``CallFlow.move``) instead of by the clock.
    """

    id: str
    caller: Row
    called: list[Row]
    actions: list[Row]
    recorded: bool
    placed: float
    answered: float = NEVER
    ends: float | None = None
    added: list[Row] = attrs.field(factory=list[Row])
    agent: str = ""
    queue: str = ""
    node: str = ""
    plays: int = 0
    by_menu: bool = False
    reason: str = "SERVER_CALL_OUT_BY_MAKE_CALL_TO_EXTERNAL_BEFORE"
    custom: str = ""
    customer: Row | None = attrs.field(default=None, repr=False)
    event_url: str | None = attrs.field(default=None, repr=False)
    answer_url: str | None = attrs.field(default=None, repr=False)
    over: bool = False
    serial: int = 0
    told: str = ""
    held: bool = False

    def status(self, now: float) -> str:
        """The state of the call: started, ringing, answered, ended."""
        if self.ends is not None and now >= self.ends:
            return "ended"
        if now >= self.answered:
            return "answered"
        if self.held:
            return "ringing" if self.told == "ringing" else "started"
        return "ringing" if now >= (self.placed + self.answered) / 2 else "started"

    def take(self, script: list[Row]) -> None:
        """Go on with the steps of a script."""
        self.actions += script
        self.recorded = self.recorded or any(step["action"] == "record" for step in script)

    def talked(self) -> float:
        """For how long it was talked on, once it has ended."""
        return max(0.0, (self.placed if self.ends is None else self.ends) - self.answered)

    @property
    def was_answered(self) -> bool:
        """Whether it was answered, once it has ended."""
        return self.ends is not None and self.ends >= self.answered

    def record(self) -> Row:
        """The call as the log shows it once it has ended."""
        ends = self.ends or self.placed
        talked = self.talked()
        caller, called = self.caller, self.called[0]
        return {
            "start_time": _ms(self.placed),
            "answer_time": _ms(self.answered) if talked else 0,
            "stop_time": _ms(ends),
            "answer_duration": int(talked),
            "from_number": caller["number"],
            "from_alias": caller.get("alias", ""),
            "from_internal": int(caller["type"] == "internal"),
            "from_user_id": self.agent or None,
            "to_number": called["number"],
            "to_alias": called.get("alias", ""),
            "to_internal": int(called["type"] == "internal"),
        }


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
