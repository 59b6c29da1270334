"""The text messages of one emulated ITNIO TECH account: sent, received, and reported to the customer's address."""

import functools
from collections.abc import Callable
from typing import Any

from ..state import Numbers, Row
from .push import Push, Pusher
from .settings import ItniotechSettings
from .times import iso_written, written

UNDER_WAY, DELIVERED, FAILED = -1, 0, 1
"""States of a message."""


class SmsBox:
    """Text messages of one account.

    Args:
        first: the first id of a message.
        now: the server's wall clock in Unix seconds.
        pusher: sends reports.
        later: does something after so many seconds.
        settings: the vendor settings.
    """

    def __init__(
        self,
        first: int,
        now: Callable[[], float],
        pusher: Pusher,
        later: Callable[[float, Callable[[], None]], None],
        settings: ItniotechSettings,
    ) -> None:
        self.messages: dict[str, Row] = {}
        """Messages that were taken, wire-shaped, by id."""
        self.received: list[Row] = []
        """Messages that came in, wire-shaped, oldest first."""
        self.entered: list[Row] = []
        """What was told of codes that were entered, as it came."""
        self.refused: set[str] = set()
        """Numbers to which no message is sent."""
        self.asked = 0.0
        """When sent messages were last asked for, by the server's clock."""
        self._ids = Numbers(first)
        self._now = now
        self._pusher = pusher
        self._later = later
        self._settings = settings
        self._due: dict[str, float] = {}
        self._push_url: str | None = None
        self._reply_url: str | None = None

    def add(self, number: str, content: str = "hi", **columns: Any) -> str:
        """Add a message that is under way, and return its id."""
        key = f"{next(self._ids):019}"
        self.messages[key] = {
            "msgId": key, "number": number, "content": content, "appId": "", "orderId": None, "status": UNDER_WAY,
            "receiveTime": iso_written(self._now()), **columns,
        }  # fmt: skip
        return key

    def send(self, number: str, content: str, **columns: Any) -> str:
        """Add a message that is delivered after ``sms_seconds``, and return its id."""
        key, seconds = self.add(number, content, **columns), self._settings.sms_seconds
        if seconds is not None:
            self._due[key] = self._now() + seconds
            self._later(seconds, functools.partial(self._deliver, key))
        return key

    def _deliver(self, key: str) -> None:
        self._due.pop(key, None)
        if self.messages[key]["status"] == UNDER_WAY:
            self.finish(key)

    def resume(self) -> None:
        """Go on with the messages that were saved."""
        for key, due in list(self._due.items()):
            self._later(max(0.0, due - self._now()), functools.partial(self._deliver, key))

    def receive(self, number: str, content: str, **columns: Any) -> Row:
        """Add a message that came in now, and return it; push it if ``reply_url`` is set."""
        row = {
            "number": number, "sendId": "6580", "receiveTime": iso_written(self._now()), "content": content,
            "mcc": 525, "mnc": 1, "operator": "SingTel", **columns,
        }  # fmt: skip
        self.received.append(row)
        if self._reply_url is not None:
            key = next(self._ids)
            reply = {
                "msgid": f"{key:019}", "mobile": number, "reply_time": written(self._now()), "content": content,
                "sendid": row["sendId"], "mcc": row["mcc"], "mcn": row["mnc"], "operator": row["operator"],
            }  # fmt: skip
            self._pusher.push(key, self._reply_url, reply)
        return row

    @property
    def reply_url(self) -> str | None:
        """Where messages that come in are pushed to; ValueError for an address of another machine."""
        return self._reply_url

    @reply_url.setter
    def reply_url(self, url: str | None) -> None:
        """Push to this address from now on; None pushes nothing."""
        self._reply_url = self._pusher.address(url, "reply_url")

    @property
    def push_url(self) -> str | None:
        """Where reports are pushed to; ValueError for an address of another machine."""
        return self._push_url

    @push_url.setter
    def push_url(self, url: str | None) -> None:
        """Push to this address from now on; None pushes nothing by itself."""
        self._push_url = self._pusher.address(url)

    def finish(self, key: str, status: int = DELIVERED, **columns: Any) -> Push | None:
        """End the sending of a message, and push its report if ``push_url`` is set; ``columns`` go with the report."""
        row = self.messages[key]
        row["status"] = status
        if self._push_url is None:
            return None
        report = {
            "appId": row["appId"], "msgid": key, "mobile": row["number"], "status": status, "reason": "0",
            "timestamp": int(self._now() * 1000), "orderId": row["orderId"], "mcc": "525", "mnc": "01",
            "pricedetail": {"pay": "0.03", "chargeCnt": 1, "currency": "USD", "price": "0.03"}, **columns,
        }  # fmt: skip
        return self._pusher.push(int(key), self._push_url, report)
