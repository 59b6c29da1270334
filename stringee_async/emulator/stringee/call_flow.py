"""Moves the calls of one project through their states, and has each told to the customer's server.

The emulator's own choices: a call rings for ``ring_seconds`` and is talked on for ``talk_seconds``; its script is fetched
before it starts, and where that fails it ends; who is called hangs up.
"""

import functools
import json
from collections.abc import Callable
from typing import Any

from ..background import Background
from ..state import Row
from ..webhook_sender import Delivery
from .call import NEVER, LiveCall
from .events import CallEvents
from .fields import array, json_object
from .settings import StringeeSettings

FAILED, BUSY, HUNG_UP, STOPPED = "CAN_NOT_MAKE_CALL", "486 Busy Here", "USER_END_CALL", "REST_API_STOP"
"""Why calls end."""
_STEPS = {"connect", "record", "recordMessage", "talk", "play", "stream", "input"}


def is_script(actions: object) -> bool:
    """Tell whether something holds steps that the service knows, those that record before those that connect."""
    steps = [str(json_object(step).get("action")) for step in array(actions)]
    late = "record" in steps and "connect" in steps[: steps.index("record")]
    return bool(steps) and set(steps) <= _STEPS and not late


class CallFlow:
    """The calls of a project that are under way, and those that were.

    Args:
        events: tells the customer's server.
        background: owns the timers.
        settings: the vendor settings.
        now: the server's wall clock in Unix seconds.
        on_menu: takes a call that begins at an IVR node.
        on_wait: takes a call that waits in a queue; the queue rings an agent for it by ``ring``.
        on_end: is told of each call that has ended.
        on_ready: is told of each call whose recording is ready.
    """

    def __init__(
        self,
        events: CallEvents,
        background: Background,
        settings: StringeeSettings,
        now: Callable[[], float],
        *,
        on_menu: Callable[[LiveCall], None],
        on_wait: Callable[[LiveCall], None],
        on_end: Callable[[LiveCall], None],
        on_ready: Callable[[LiveCall], None],
    ) -> None:
        self.calls: dict[str, LiveCall] = {}
        self._events = events
        self._background = background
        self._settings = settings
        self._now = now
        self._on_menu = on_menu
        self._on_wait = on_wait
        self._on_end = on_end
        self._on_ready = on_ready

    def begin(self, call: LiveCall) -> None:
        """Place a call."""
        self.calls[call.id] = call
        self._events.tell(call, "created")
        if call.answer_url is None:
            self._start(call, call.placed)
        else:
            self._events.fetch_script(call, call.answer_url, functools.partial(self._scripted, call))

    def _scripted(self, call: LiveCall, delivery: Delivery) -> None:
        """Go on with the script that the customer's server gave, or without one where it was not asked."""
        if call.over:
            return
        if delivery.ended == "skipped":
            self._start(call, call.placed)
            return
        script = _script_of(delivery)
        if script is None:
            self.end(call, FAILED, "INTERNAL")
            return
        call.take(script)
        self._start(call, self._now())

    def _start(self, call: LiveCall, since: float) -> None:
        self._events.tell(call, "started")
        if call.node:
            self._on_menu(call)
        elif call.queue:
            self._on_wait(call)
        else:
            self.ring(call, since)

    def ring(self, call: LiveCall, since: float | None = None, *, patience: float = NEVER) -> None:
        """Ring who is called; after ``patience`` seconds without a response the call goes back to its queue."""
        if call.held:
            call.answered = NEVER
            return
        settings = self._settings
        begun, ringing = self._now() if since is None else since, settings.ring_seconds
        self._later(min(ringing, patience) / 2, call, lambda: self._ringing(call))
        if ringing > patience:
            self._later(patience, call, lambda: self._unanswered(call))
            return
        call.answered = begun + ringing
        if settings.talk_seconds is not None:
            call.ends = call.answered + settings.talk_seconds
        self._later(ringing, call, lambda: self._answer(call))
        if settings.talk_seconds is not None:
            self._later(ringing + settings.talk_seconds, call, lambda: self.end(call))

    def press(self, call: LiveCall, keys: str) -> None:
        """Have a caller press keys at the latest ``input`` action of the script; KeyError if there is none.

        What the customer's server responds goes on with the call; a response that is no script changes nothing.
        """
        steps = [step for step in call.actions if step.get("action") == "input"]
        if call.over or not steps:
            raise KeyError(call.id)

        def told(delivery: Delivery) -> None:
            if not call.over:
                call.take(_script_of(delivery) or [])

        self._events.ask_with_keys(call, steps[-1], keys, told)

    def moves(self, call: LiveCall) -> list[str]:
        """List the states that a call can be moved to by hand."""
        if call.over:
            return []
        rings = call.told in ("started", "ringing") and not call.node and (call.agent or not call.queue)
        if not rings:
            return ["ended"]
        return ["answered", "ended"] if call.told == "ringing" else ["ringing", "answered", "ended"]

    def move(self, call: LiveCall, state: str) -> None:
        """Move a call to ``ringing``, ``answered`` or ``ended`` now; ValueError where it cannot come to that state."""
        if state not in (moves := self.moves(call)):
            raise ValueError(f"the call can be moved to {' or '.join(moves) or 'no state'}, not to {state!r}")
        if state == "ended":
            self.end(call)
            return
        self._ringing(call)
        if state == "answered":
            self._answer(call)

    def resume(self, call: LiveCall) -> None:
        """Go on with a call that was saved. One that rang an agent of a queue goes back to the queue."""
        if call.over or not call.told:
            return
        if call.told == "created" and call.answer_url is not None:
            self._events.fetch_script(call, call.answer_url, functools.partial(self._scripted, call))
        elif call.node:
            call.plays = max(0, call.plays - 1)
            self._on_menu(call)
        elif call.queue and not call.agent:
            self._on_wait(call)
        elif call.queue and call.answered == NEVER:
            self._unanswered(call)
        elif not call.held:
            self._go_on(call)

    def _go_on(self, call: LiveCall) -> None:
        now = self._now()
        if call.told != "answered":
            self._later((call.placed + call.answered) / 2 - now, call, lambda: self._ringing(call))
            self._later(call.answered - now, call, lambda: self._answer(call))
        if call.ends is not None:
            self._later(call.ends - now, call, lambda: self.end(call))

    def _ringing(self, call: LiveCall) -> None:
        if call.told not in ("ringing", "answered"):
            self._events.tell(call, "ringing")

    def _answer(self, call: LiveCall) -> None:
        if call.told == "answered":
            return
        call.answered = min(call.answered, self._now())
        self._events.tell(call, "answered")

    def _unanswered(self, call: LiveCall) -> None:
        if call.told == "answered":
            return
        self._events.tell(call, "agentEnded", agent_status="ended")
        call.agent = ""
        self._on_wait(call)

    def end(self, call: LiveCall, cause: str = HUNG_UP, by: str = "EXTERNAL") -> None:
        """End a call."""
        now = self._now()
        call.over = True
        call.ends = now if call.ends is None else min(call.ends, now)
        self._events.tell(
            call, "ended", endCallCause=cause, endedBy=by, callType="IVR" if call.by_menu else "CALL",
            duration=int(call.ends - call.placed), answerDuration=int(call.talked()),
        )  # fmt: skip
        self._on_end(call)
        if call.recorded and call.was_answered:
            delay = self._settings.recording_delay
            if delay > 0.0:
                self._background.later(delay, lambda: self.recorded(call))
            else:
                self.recorded(call)

    def recorded(self, call: LiveCall) -> None:
        """Have the recording of a call that has ended ready, and told."""
        self._on_ready(call)
        self._events.recording(call)

    def _later(self, seconds: float, call: LiveCall, act: Callable[[], None]) -> None:
        """Do something with a call after so many seconds, unless it is over by then."""

        def due() -> None:
            if not call.over:
                act()

        if seconds > 0.0:
            self._background.later(seconds, due)
        else:
            due()


def _script_of(delivery: Delivery) -> list[Row] | None:
    """The script in a response; None if it is none."""
    if delivery.status != 200:
        return None
    try:
        found: Any = json.loads(delivery.response)
    except ValueError:
        return None
    return list(map(json_object, array(found))) if is_script(found) else None
