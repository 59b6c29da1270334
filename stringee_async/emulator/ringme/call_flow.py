"""Calls of one RingMe customer that are played to their end: told to the hooks of an extension, then a record.

Facts: the second reference, sections 5 and 8. The emulator's own choices: a call rings for ``ring_seconds`` and is talked on
for ``talk_seconds``; each event of a call is sent when the one before it has ended; who is on the outside hangs up.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ..background import Background
from ..state import NumberedTable, Row
from ..webhook_sender import Delivery, WebhookSender
from .call_history import CallHistory, written
from .settings import RingMeSettings

RECORDED = b"ID3" + bytes(range(256)) * 64
"""What is recorded of a call that was played."""


@attrs.define(kw_only=True, eq=False)
class PlayedCall:
    """One call that is under way.

    Args:
        id: its id, 32 lower-case hex digits: ``CallID`` of events, in capitals ``call_uuid`` of the record.
        live: its ``call_api_id``.
        extension_id: the phone that it is at.
        flow: ``in`` or ``out``.
        caller: who calls.
        called: who is called.
        did: the client's number that was called, or an empty text.
        callback: whether it was asked for by a callback.
        placed: when it was placed, in Unix seconds.
        answered: when it was answered; None before.
        held: whether it is moved by hand (``CallFlow.move``) instead of by the clock.
    """

    id: str
    live: str
    extension_id: int
    flow: str
    caller: str
    called: str
    did: str
    callback: bool
    placed: float
    answered: float | None = None
    held: bool = False

    def leg(self) -> str:
        """The id of its one leg."""
        return hashlib.sha256(f"leg:{self.id}".encode()).hexdigest()[:32]


class CallFlow:
    """The played calls of one customer.

    Args:
        background: owns the timers.
        sender: sends webhooks.
        settings: the vendor settings.
        now: the server's wall clock in Unix seconds.
        history: keeps the records.
        extension: returns the row of an extension; None if there is none.
        hooks: the subscriptions to events of extensions.
        deliveries: what was sent, oldest first; added to.
        over: ends the live call of a call whose time is up.
        change: changes columns of a live call.
    """

    def __init__(
        self,
        background: Background,
        sender: WebhookSender,
        settings: RingMeSettings,
        now: Callable[[], float],
        *,
        history: CallHistory,
        extension: Callable[[int], Mapping[str, Any] | None],
        hooks: NumberedTable,
        deliveries: list[Delivery],
        over: Callable[[str], None],
        change: Callable[..., None],
    ) -> None:
        self.calls: dict[str, PlayedCall] = {}
        self._background = background
        self._sender = sender
        self._settings = settings
        self._now = now
        self._history = history
        self._extension = extension
        self._hooks = hooks
        self._deliveries = deliveries
        self._over = over
        self._change = change

    def begin(self, call: PlayedCall) -> None:
        """Place a call."""
        self.calls[call.live] = call
        self._tell(call, "dial-in" if call.flow == "in" else "dial-out", CallStatus="CALLING")
        if not call.held:
            self._later(self._settings.ring_seconds, call, self._answer)

    def moves(self, live: str) -> list[str]:
        """List the states that a live call can be moved to by hand."""
        call = self.calls.get(live)
        return ["ended"] if call is None or call.answered is not None else ["answered", "ended"]

    def move(self, live: str, state: str) -> None:
        """Move a live call to ``answered`` or ``ended`` now; ValueError where it cannot come to that state."""
        if state not in (moves := self.moves(live)):
            raise ValueError(f"the call can be moved to {' or '.join(moves)}, not to {state!r}")
        if state == "ended":
            self._over(live)
        else:
            self._answer(self.calls[live])

    def resume(self) -> None:
        """Go on with the calls that were saved."""
        now, settings = self._now(), self._settings
        for call in list(self.calls.values()):
            if call.held:
                continue
            if call.answered is None:
                self._later(call.placed + settings.ring_seconds - now, call, self._answer)
            elif settings.talk_seconds is not None:
                ends = call.answered + settings.talk_seconds
                self._later(ends - now, call, lambda call: self._over(call.live))

    def _answer(self, call: PlayedCall) -> None:
        if call.answered is not None:
            return
        call.answered = self._now()
        self._change(call.live, answer_time_gmt=written(call.answered))
        self._tell(call, "answer", CallStatus="ANSWER")
        if self._settings.talk_seconds is not None:
            self._later(self._settings.talk_seconds, call, lambda call: self._over(call.live))

    def end(self, live: str) -> None:
        """Make a record of a call whose live call is gone; does nothing for one that was not played."""
        call = self.calls.pop(live, None)
        if call is None:
            return
        now = self._now()
        columns: Row = {"flow": call.flow, "from_username": call.caller, "to_username": call.called}
        columns |= {"result": "not answered", "did_number": call.did or None}
        if call.answered is not None:
            columns |= {"result": "bridged", "bridged_time_gmt": written(call.answered)}
            columns |= {"bridged_duration": round(now - call.answered), "bridged_username": call.called}
        recorded = self._settings.recorded and call.answered is not None
        self._history.add(
            call.extension_id, started=call.placed, seconds=max(0, round(now - call.placed)), call_uuid=call.id.upper(),
            recording=RECORDED if recorded else None, ready_after=self._settings.recording_delay, **columns,
        )  # fmt: skip
        talked = 0.0 if call.answered is None else now - call.answered
        more = {"CallStatus": "CANCEL" if call.answered is None else "ANSWER", "Duration": _micro(talked)}
        if recorded:
            more["RecID"] = f"{call.extension_id}-{call.id}"
        self._tell(call, "hangup", **more)

    def _tell(self, call: PlayedCall, event_type: str, **more: str) -> None:
        """Send an event to each hook for it."""
        row = self._extension(call.extension_id)
        if row is None:
            return
        side = "Called" if call.flow == "in" else "Caller"
        data = {
            "EventType": event_type,
            "CallID": call.id,
            "SubCallID": call.leg(),
            "CallerIDNum": call.caller,
            "CalledNumber": call.called,
            **({"CalledDID": call.did} if call.did else {}),
            f"{side}Extension": f"{row['name']}@{row['domain']}",
            f"{side}ExtensionID": f"{call.extension_id}",
            "CallFlow": call.flow,
            "CallAPIID": call.live,
            **({"CallBackID": call.id} if call.callback else {}),
            "EventTime": _micro(self._now()),
            **more,
        }
        for key in self._hooks.where(extension_id=call.extension_id):
            hook = self._hooks[key]
            if hook["event_type"] != event_type:
                continue
            delivery = Delivery(method=hook["method"], url=hook["url"], data=data, subscription=key)
            self._deliveries.append(delivery)
            self._sender.send(delivery, line=call.id)

    def _later(self, seconds: float, call: PlayedCall, act: Callable[[PlayedCall], None]) -> None:
        """Do something with a call after so many seconds, unless it is over by then."""

        def due() -> None:
            if call.live in self.calls:
                act(call)

        if seconds > 0.0:
            self._background.later(seconds, due)
        else:
            due()


def _micro(seconds: float) -> str:
    return f"{round(seconds * 1_000_000)}"
