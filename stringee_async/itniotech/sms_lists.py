"""The pages of ITNIO TECH's text messages: those that were sent, and those that came in.

Source: itniotech.com, api/sms (getSentRcd, recordMo).
"""

from __future__ import annotations

import hashlib
from typing import Final

import attrs

from ..core.json_codec import Raw, encode, rows
from ..core.messages import Request, Response
from ..core.model import to_dict
from ..core.paging import Page
from ..core.resource import PageSource
from .resource import CONTENT_TYPE, ListPages
from .responses import read
from .sms_models import REPORTS, ReceivedSms, SmsReport

MOST_ROWS: Final = 50_000
"""Rows in one response of the list of sent messages."""


class ReceivedPages(ListPages[ReceivedSms]):
    """The pages of messages that came in; the application stands beside the page's number."""

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""
        params = dict(self.filters)
        body = {"appId": params.pop("appId"), "current": number, "size": size, "params": params}
        return self.operation.request(self.host.url, body=encode(body), content_type=CONTENT_TYPE)


@attrs.frozen(kw_only=True)
class SentPages(PageSource[SmsReport]):
    """The pages of messages that were sent, of 50,000 rows, which are counted by rows."""

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""
        query = {**self.filters, "startIndex": (number - 1) * size}
        return self.operation.request(self.host.url, query=query)

    def read(self, response: Response, *, number: int, size: int) -> Page[SmsReport]:
        """Read a page; one with fewer rows than it may have is the last."""

        def reader(top: dict[str, Raw]) -> Page[SmsReport]:
            raw = bytes(top.get("array", b"null"))
            listed = [] if raw in {b"null", b'""'} else rows(raw)
            items, malformed = REPORTS.load_all(listed, path="$.array", strict=self.strict)
            return Page(
                items=items, malformed=malformed, number=number, total_pages=None, total=None, page_size=size
            )

        return read(self.operation.name, response, reader)


def received_key(message: ReceivedSms) -> str:
    """Return what makes two rows the same message: all that they hold, as messages that came in have no id."""
    held = (message.number, message.send_id, message.receive_time, message.content)
    return hashlib.sha256(repr(held).encode()).hexdigest()[:24]


def sent_key(message: SmsReport) -> str:
    """Return what makes two rows the same message."""
    return message.msg_id or hashlib.sha256(str(to_dict(message)).encode()).hexdigest()[:24]
