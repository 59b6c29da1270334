"""The voice product of one emulated ITNIO TECH account: phones, sound files, and calls that move through their states.

A call is submitted, calls, rings, is answered and ends; each step takes ``step`` seconds of the server's clock, none by
default. A call that has ended is a record.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

import attrs

from ..state import Numbers, Row
from .times import iso_written

State: TypeAlias = Literal["submitted", "calling", "ringing", "answered", "ended"]
Kind: TypeAlias = Literal["phone", "group"]

PHONE_ACCOUNT = re.compile(r"sip[0-9]{8}", re.ASCII)
"""The accounts of phones that this service makes, which no agent has."""

_STATES: tuple[State, ...] = ("submitted", "calling", "ringing", "answered", "ended")
_TALK, _NOT_ANSWERED = 200, 480
_NO_KEY = -1
_ANSWERED = _STATES.index("answered")
_PERIOD = 60


@attrs.define(eq=False)
class VoiceCall:
    """One call of the voice product.

    Args:
        kind: whether a phone makes it, or a sound file or a code is played.
        columns: the record's own columns, wire-shaped.
        submitted: Unix seconds at which it was asked for.
        step: seconds between two states.
        answers: whether the number is answered.
        pressed: the key that is pressed, -1 for none.
        cut: Unix seconds at which a test ended it; None lets it end by itself.
        moved: if it is moved by hand, when it came to each state so far; else None.
    """

    kind: Kind
    columns: Row
    submitted: float
    step: float
    answers: bool = True
    pressed: int = _NO_KEY
    cut: float | None = None
    moved: list[float] | None = None

    def state(self, now: float) -> State:
        """Where the call is."""
        if self.cut is not None and now >= self.cut:
            return "ended"
        if self.moved is not None:
            return _STATES[len(self.moved) - 1]
        passed = len(_STATES) if self.step <= 0 else int((now - self.submitted) / self.step)
        state = _STATES[min(passed, len(_STATES) - 1)]
        return "ended" if state == "answered" and not self.answers else state

    def record(self, price: str | None, *, white_label: bool) -> Row:
        """The call as a record, once it has ended; without a price the amounts are blank."""
        moments = [self.submitted + place * self.step for place in range(len(_STATES))]
        talked = self.answers and (self.cut is None or self.cut >= moments[3])
        if self.moved is not None:
            talked = len(self.moved) > _ANSWERED
            moments = [*self.moved, *[self.moved[-1]] * (len(_STATES) - len(self.moved))]
        end = moments[4 if self.answers else 3] if self.cut is None else self.cut
        seconds = round(end - moments[3]) if talked else 0
        amount = "" if price is None else price if talked else "0"
        money: Row = {"costEur": amount} if white_label else {
            "cost": amount, "settleRate": amount, "quoteExchange": "1", "settlePay": amount, "currency": "USD",
        }  # fmt: skip
        own: Row = (
            {}
            if self.kind == "phone"
            else {"baseCost": "", "feedbackValue": self.pressed if talked else _NO_KEY}
        )
        return {
            **self.columns, "submitTime": iso_written(moments[0]), "callTime": iso_written(moments[1]),
            "ringingTime": iso_written(moments[2]), "answerTime": iso_written(moments[3]) if talked else None,
            "hangupTime": iso_written(end), "callDuration": seconds,
            "chargedDuration": -(-max(seconds, 1) // _PERIOD) * _PERIOD if talked else 0,
            "terminationCode": _TALK if talked else _NOT_ANSWERED,
            "terminationReason": "OK" if talked else "Temporarily Unavailable",
            "billPeriod": "60+60", "rate": "" if price is None else price, **money, **own,
        }  # fmt: skip


class VoiceBox:
    """The voice product of one account.

    Args:
        first: the first number of the ids.
        now: the server's wall clock in Unix seconds.
        secret: draws a text of letters and digits.
    """

    def __init__(self, first: int, now: Callable[[], float], secret: Callable[[], str]) -> None:
        self.phones: dict[str, Row] = {}
        """SIP phones by account, wire-shaped; their rows hold passwords in clear text, as the wire does."""
        self.files: dict[str, Row] = {}
        """Sound files by id, wire-shaped."""
        self.calls: dict[str, VoiceCall] = {}
        """Calls by id, oldest first."""
        self.refused: set[str] = set()
        """Numbers that a group call does not take."""
        self.unanswered: set[str] = set()
        """Numbers that do not answer."""
        self.pressed: dict[str, int] = {}
        """The keys that are pressed at numbers."""
        self.price: str | None = "0.05"
        """What a period costs; None leaves amounts blank."""
        self._ids = Numbers(first)
        self._now = now
        self._secret = secret

    def add_phones(
        self, app_id: str, group: str, name: str, quantity: int = 1, display: str = ""
    ) -> list[str]:
        """Add phones of a new group, named with a number behind the name, and return their accounts."""
        accounts: list[str] = []
        for number in range(1, quantity + 1):
            account = f"sip{next(self._ids):08}"
            self.phones[account] = {
                "appId": app_id, "groupName": group, "phoneName": f"{name}-{number}", "account": account,
                "password": self._secret(), "displayNum": display,
            }  # fmt: skip
            accounts.append(account)
        return accounts

    def add_file(self, name: str, content: bytes = b"ID3") -> str:
        """Add a sound file and return its id."""
        key = f"{next(self._ids):08}.{name.rpartition('.')[2]}"
        self.files[key] = {"fileId": key, "fileName": name, "size": len(content)}
        return key

    def add_call(self, kind: Kind, callee: str, *, step: float = 0.0, **columns: Any) -> str:
        """Add a call that is asked for now, with columns of its record, and return its id."""
        key = f"v{next(self._ids):012}"
        known: Row = {"voiceId": key, "callee": callee, "displayNum": None, "code": callee[:2]}
        self.calls[key] = VoiceCall(
            kind, known | columns, self._now(), step,
            callee not in self.unanswered, self.pressed.get(callee, _NO_KEY),
        )  # fmt: skip
        return key

    def moves(self, key: str) -> list[str]:
        """List the states that a call can be moved to by hand."""
        state = self.state_of(key)
        return [] if state == "ended" else list(_STATES[_STATES.index(state) + 1 :])

    def move(self, key: str, state: str) -> None:
        """Move a call to a later state now; it stays there until it is moved again. ValueError for another state."""
        if state not in (moves := self.moves(key)):
            raise ValueError(f"the call can be moved to {' or '.join(moves) or 'no state'}, not to {state!r}")
        call, now = self.calls[key], self._now()
        if state == "ended":
            call.cut = now
            return
        reached = _STATES.index(self.state_of(key))
        past = call.moved or [call.submitted + place * call.step for place in range(reached + 1)]
        call.moved = [*past, *[now] * (_STATES.index(state) + 1 - len(past))]

    def state_of(self, key: str) -> State:
        """Where a call is."""
        return self.calls[key].state(self._now())

    def hang_up(self, key: str) -> None:
        """End a call now, in whatever state it is."""
        self.calls[key].cut = self._now()

    def busy(self, account: str) -> bool:
        """Whether a phone is in a call."""
        now = self._now()
        return any(
            call.columns.get("account") == account and call.state(now) != "ended"
            for call in self.calls.values()
        )

    def records(self, kind: Kind, *, white_label: bool) -> Iterator[Row]:
        """The calls of a kind that have ended, oldest first."""
        now = self._now()
        for call in self.calls.values():
            if call.kind == kind and call.state(now) == "ended":
                row = call.record(self.price, white_label=white_label)
                row.pop("account", None)
                yield row
