"""The one-time passwords of one emulated ITNIO TECH account: applications, what was sent, and what was entered.

Codes expire on the server's clock, and limits count over a period of it.
"""

import random
import string
from collections.abc import Callable
from typing import Any

from ..state import Numbers, Row
from .times import iso_written

RIGHT, NOT_CHECKED, SENDING, WRONG, UNKNOWN = 0, -1, 1, 2, 3
"""Results of a check."""
_SECONDS = {1: 86_400.0, 2: 3_600.0, 3: 60.0, 4: 1.0}
"""Seconds of a unit: days, hours, minutes, seconds."""
_SIGNS = {
    1: string.digits, 2: string.ascii_letters, 3: string.ascii_letters + string.digits, 4: string.hexdigits[:16],
}  # fmt: skip
"""Characters of a code by its type."""


class OtpBox:
    """One-time passwords of one account.

    Args:
        first: the first id of what is sent.
        now: the server's wall clock in Unix seconds.
        source: draws ids and codes.
    """

    def __init__(self, first: int, now: Callable[[], float], source: random.Random) -> None:
        self.apps: dict[str, Row] = {}
        """Applications, wire-shaped, by id."""
        self.sent: dict[str, Row] = {}
        """What was sent, by the id of the verification: ``code``, ``to``, ``appId``, ``orderId``, ``checks`` and so on."""
        self.rates: list[Row] = []
        """What was told of codes that were entered, as it came."""
        self.most_tries = 5
        """How many wrong codes may be entered before the right one counts no more."""
        self._ids = Numbers(first)
        self._now = now
        self._source = source

    def add_app(self, name: str = "Codes", **columns: Any) -> str:
        """Add an application and return its id; ``columns`` are its settings by wire name."""
        key = "".join(self._source.choices(string.ascii_letters + string.digits, k=8))
        self.apps[key] = {
            "appId": key, "name": name, "codeExpiry": 5, "periodTotalSendLimit": None, "periodPhoneSendLimit": None,
            "createTime": iso_written(self._now()), **columns,
        }  # fmt: skip
        return key

    def add(self, app_id: str, to: str, code: str | None = None, **columns: Any) -> str:
        """Send a code now, made up if none is given, and return the id of the verification."""
        key = f"{next(self._ids):019}"
        self.sent[key] = {
            "verificationId": key, "appId": app_id, "to": to, "channel": "sms", "code": code or self.make_code(),
            "orderId": None, "at": self._now(), "checks": [], "sending": False, **columns,
        }  # fmt: skip
        return key

    def code(self, verification_id: str) -> str:
        """The code that was sent: what the user reads on the phone."""
        return str(self.sent[verification_id]["code"])

    def make_code(self, kind: int = 1, length: int = 4) -> str:
        """Draw a code of this type and length."""
        return "".join(self._source.choices(_SIGNS.get(kind, string.digits), k=length))

    def exceeded(self, limit: Row | None, **columns: Any) -> bool:
        """Whether as many codes as a limit allows were sent in its period, of those with these columns."""
        if not limit or not limit["enabled"]:
            return False
        since = self._now() - limit["period"] * _SECONDS[limit["unit"]]
        recent = [row for row in self.sent.values() if row["at"] > since]
        counted = sum(all(row[name] == value for name, value in columns.items()) for row in recent)
        return counted >= int(limit["limit"])

    def check(self, verification_id: str, code: str) -> tuple[str | None, int]:
        """Check a code that was entered; return the number it was sent to, and the result."""
        row = self.sent.get(verification_id)
        if row is None:
            return None, UNKNOWN
        if row["sending"]:
            return row["to"], SENDING
        results = [one["matched"] for one in row["checks"]]
        lasts = 60.0 * self.apps.get(row["appId"], {}).get("codeExpiry", 5)
        spent = RIGHT in results or results.count(WRONG) >= self.most_tries or self._now() - row["at"] > lasts
        matched = RIGHT if code == row["code"] and not spent else WRONG
        row["checks"].append({
            "matched": matched, "verifiedDate": iso_written(self._now()), "oriReceiver": row["to"],
            "channel": row["channel"],
        })  # fmt: skip
        return row["to"], matched
