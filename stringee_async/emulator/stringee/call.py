"""One call that was placed over the wire: the states that it moves through by the clock, and its record at the end."""

import attrs

from ..state import Row


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
        answered: when it is answered.
        ends: when it ends by itself, or ended; None until it is stopped.
        added: who was called into it, or took it over, as the requests said.
    """

    id: str
    caller: Row
    called: list[Row]
    actions: list[Row]
    recorded: bool
    placed: float
    answered: float
    ends: float | None
    added: list[Row] = attrs.field(factory=list[Row])

    def status(self, now: float) -> str:
        """The state of the call: started, ringing, answered, ended."""
        if self.ends is not None and now >= self.ends:
            return "ended"
        if now >= self.answered:
            return "answered"
        return "ringing" if now >= (self.placed + self.answered) / 2 else "started"

    def record(self) -> Row:
        """The call as the log shows it once it has ended."""
        ends = self.ends or self.placed
        talked = max(0.0, ends - self.answered)
        caller, called = self.caller, self.called[0]
        return {
            "start_time": _ms(self.placed),
            "answer_time": _ms(self.answered) if talked else 0,
            "stop_time": _ms(ends),
            "answer_duration": int(talked),
            "from_number": caller["number"],
            "from_alias": caller.get("alias", ""),
            "from_internal": int(caller["type"] == "internal"),
            "to_number": called["number"],
            "to_alias": called.get("alias", ""),
            "to_internal": int(called["type"] == "internal"),
        }


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
