"""A call history of any length at each vendor: real requests are read, and real pages are written, row by row.

One job: to serve so many calls that a client which kept them would be found out. What is there is a table of times;
a row is made when a page asks for it.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import attrs

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts

from .scripted_transport import KEY_SECRET, KEY_SID, answer

SINCE: Final = datetime(2026, 9, 1, tzinfo=UTC)
UNTIL: Final = datetime(2026, 11, 1, tzinfo=UTC)
EDGE_CALLS: Final = 30
EVERYTHING: Final = 2 * EDGE_CALLS
"""Calls beside those that are spread evenly: in the second at a window's edge, and in the one before it."""

_CHINA: Final = timezone(timedelta(hours=8))
_DAY: Final = timedelta(days=1)
Seen = tuple[int, int, int, int]
"""What a request asks for: first and last second, number of the page, rows of a page."""


def _text(moment: int, zone: timezone) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str, zone: timezone) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def _stringee_asked(request: Request) -> Seen:
    query = _query(request)
    first, last = int(query["from_start_time"]), int(query["to_start_time"])
    return -(-first // 1000), last // 1000, int(query["page"]), int(query["limit"])


def _stringee_page(rows: list[tuple[int, int]], total: int, page: int, size: int) -> Any:
    calls = [{"id": f"call-{number}", "start_time": 1000 * moment} for number, moment in rows]
    counts = {"totalCalls": str(total), "totalPages": -(-total // size), "currentPage": page, "limit": size}
    return {"r": 0, "data": {**counts, "calls": calls}}


def _ringme_asked(request: Request) -> Seen:
    query = _query(request)
    first, last = (_moment(query[name], UTC) for name in ("start_datetime", "end_datetime"))
    return first, last, int(query["page"]), int(query["per_page"])


def _ringme_page(rows: list[tuple[int, int]], _: int, page: int, size: int) -> Any:
    calls = [{"call_uuid": f"{number:032X}", "init_time_gmt": _text(moment, UTC)} for number, moment in rows]
    return {"page": page, "per_page": size, "order": "asc", "call_history": calls}


def _itniotech_asked(request: Request) -> Seen:
    body: dict[str, Any] = json.loads(request.content or b"")
    first, last = (_moment(body["params"][name], _CHINA) for name in ("startTime", "endTime"))
    return first, last, body["current"], body["size"]


def _itniotech_page(rows: list[tuple[int, int]], total: int, page: int, size: int) -> Any:
    calls = [{"keyId": number + 1, "callStartTime": _text(moment, _CHINA)} for number, moment in rows]
    block = {"total": total, "pages": -(-total // size), "size": size, "current": page, "records": calls}
    return {"status": "0", "reason": "success", "data": block}


@attrs.frozen
class Vendor:
    """A vendor's form: an edge between two of its windows, how to read a request, and how to write a page."""

    client: Callable[..., Any]
    keys: tuple[str, str]
    edge: datetime
    asked: Callable[[Request], Seen]
    page: Callable[[list[tuple[int, int]], int, int, int], Any]
    number: Callable[[str], int]
    """Returns the number of a call by its id."""


VENDORS: Final[Mapping[str, Vendor]] = MappingProxyType(
    {
        "stringee": Vendor(
            StringeeClient, (KEY_SID, KEY_SECRET), SINCE + _DAY, _stringee_asked, _stringee_page,
            lambda key: int(key.removeprefix("call-")),
        ),
        "ringme": Vendor(
            RingMeClient, ("app", "secret-of-ringme-1"), datetime(2026, 10, 1, tzinfo=UTC), _ringme_asked,
            _ringme_page, lambda key: int(key, 16),
        ),
        "itniotech": Vendor(
            ItniotechClient, ("key", "secret-of-itniotech"), SINCE + 31 * _DAY - timedelta(minutes=2),
            _itniotech_asked, _itniotech_page, lambda key: int(key) - 1,
        ),
    }
)  # fmt: skip


class CallHistory:
    """A transport that serves so many calls of a span, spread evenly, and those at the edge of two windows.

    With `ends` true the end of a span that is asked for belongs to it, as vendors do not say.
    """

    def __init__(self, vendor: str, calls: int, *, ends: bool) -> None:
        self.vendor = VENDORS[vendor]
        self.ends = ends
        self.requests = 0
        since, seconds = int(SINCE.timestamp()), int((UNTIL - SINCE).total_seconds())
        edge = int(self.vendor.edge.timestamp())
        moments = [since + number * seconds // calls for number in range(calls)]
        self.moments = array("q", sorted(moments + [edge] * EDGE_CALLS + [edge - 1] * EDGE_CALLS))

    def client(self, **options: Any) -> Any:
        """Make a client of this vendor over this history."""
        url = "https://vendor.example"
        urls = {"icc_url": url, "api_url": url} if self.vendor.client is StringeeClient else {"url": url}
        return self.vendor.client(*self.vendor.keys, **urls, transport=self, **options)

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Serve a page, or a token."""
        del timeouts
        if request.operation == "oauth.token":
            return answer({"access_token": "token-1", "token_type": "Bearer", "expires_in": 10**9})
        self.requests += 1
        first, last, page, size = self.vendor.asked(request)
        begin = bisect_left(self.moments, first)
        end = (bisect_right if self.ends else bisect_left)(self.moments, last)
        numbers = range(begin, max(begin, end))[(page - 1) * size : page * size]
        rows = [(number, self.moments[number]) for number in numbers]
        return answer(self.vendor.page(rows, max(0, end - begin), page, size))

    async def aclose(self) -> None:
        """Do nothing."""


@attrs.frozen
class Figures:
    """What a run through a history brought."""

    calls: int
    wrong: int
    """Calls that did not come exactly once."""
    grown: int
    """The most bytes of memory beyond those before the first page."""
    requests: int
    certain: bool


async def walk(history: CallHistory, held: Callable[[], int], **options: Any) -> Figures:
    """Read a whole history; `held` returns the bytes that are held now, and is asked at every thousandth call."""
    seen = bytearray(len(history.moments))
    grown = 0
    async with history.client(timeouts=Timeouts(total=None)) as client:
        listing = client.call_records.list(since=SINCE, until=UNTIL, page_size=100, **options)
        count, before = 0, 0
        async for call in listing:
            seen[history.vendor.number(call.id)] += 1
            count += 1
            if count == 1:
                before = held()
            elif count % 1000 == 0:
                grown = max(grown, held() - before)
    wrong = len(seen) - seen.count(1)
    return Figures(count, wrong, grown, history.requests, listing.certain)
