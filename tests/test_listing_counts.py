"""Counts of a listing that contradict its rows: no row is lost without a word, whatever a vendor states."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import Paged
from stringee_async.core.messages import Request, Response

from .itniotech.rig import client_over as itniotech_over
from .kit import ScriptedTransport, answer, client_over, virtual
from .ringme.rig import ApiTransport, ringme_over

NAMES = {
    "stringee": {"pages": "totalPages", "total": "totalAgents", "size": "limit", "page": "currentPage"},
    "itniotech": {"pages": "pages", "total": "total", "size": "size", "page": "current"},
}


def host(vendor: str, rows: int, *, cap: int = 100, hole: int = 0, **stated: int | None) -> Any:
    """Return a host that serves `rows` rows, `cap` a page at most, none on page `hole`, and states what it likes.

    What is stated goes by the names in `NAMES`; None leaves a count out. The others are right for pages of `cap`.
    """

    def serve(request: Request) -> Response:
        if vendor == "stringee":
            query = dict(part.split("=") for part in request.url.split("?")[1].split("&"))
            number, asked = int(query["page"]), int(query["limit"])
        else:
            fields = json.loads(request.body or b"")
            number, asked = fields["current"], fields["size"]
        size = min(asked, cap)
        right = {"pages": -(-rows // size), "total": rows, "size": size, "page": number}
        counts = {NAMES[vendor][name]: count for name, count in (right | stated).items() if count is not None}
        found = [] if number == hole else range((number - 1) * size, min(number * size, rows))
        if vendor == "stringee":
            return answer({"r": 0, "data": {**counts, "agents": [{"id": f"A{row}"} for row in found]}})
        records = [{"voiceGroupId": row, "groupName": f"group {row}"} for row in found]
        return answer({"status": "0", "data": {**counts, "records": records}})

    return serve


def listing_of(vendor: str, client: Any, read_ahead: int = 0) -> Paged[Any]:
    resource = client.agents if vendor == "stringee" else client.agent_groups
    listing: Paged[Any] = resource.list(page_size=10, read_ahead=read_ahead)
    return listing


def over(vendor: str, served: Any) -> tuple[Any, ScriptedTransport]:
    """Make a client of a host, and its transport."""
    transport = ScriptedTransport(default=served)
    return (client_over if vendor == "stringee" else itniotech_over)(transport), transport


async def read(vendor: str, served: Any, read_ahead: int = 0) -> tuple[int, bool, int]:
    """Read a listing; return how many rows came, whether it is certain, and how many requests it cost."""
    client, transport = over(vendor, served)
    async with client:
        listing = listing_of(vendor, client, read_ahead)
        found = len(await listing.collect())
        certain = listing.certain
        assert (listing.drift is None) is certain
        requests = len(transport.requests)
        pages = [len(page.items) async for page in listing_of(vendor, client).pages()]
        assert sum(pages) == found
    return found, certain, requests


BOTH = pytest.mark.parametrize("vendor", NAMES)

RULES: dict[str, list[tuple[int, dict[str, Any], tuple[int, bool, int]]]] = {
    "a number of rows that the first page exceeds does not end the listing": [
        (23, {"total": stated, "pages": 0}, (23, True, 3)) for stated in (1, 5, 9, 15)
    ],
    "pages that are smaller than counted with do not end it": [
        (23, {"cap": 5, "pages": 3, "size": None}, (23, True, 5)),
    ],
    "a number of rows that is never reached is not called certain": [(20, {"total": 30}, (20, False, 3))],
    "where no rows are stated, the page behind the last of pages shorter than stated is asked for": [
        (23, {"cap": 7, "size": 10, "pages": 3, "total": None}, (23, True, 4)),
    ],
    "where the size that is stated is served, the number of pages is believed": [
        (21, {"cap": 7, "total": None}, (21, True, 3)),
        (20, {"total": None}, (20, True, 2)),
        (7, {"total": None}, (7, True, 1)),
    ],
    "one page without rows is how an empty listing looks": [(0, {"pages": 1, "total": None}, (0, True, 1))],
}


@BOTH
@pytest.mark.parametrize("rule", RULES)
@virtual
async def test_a_listing_is_read_to_its_end_whatever_is_stated(vendor: str, rule: str) -> None:
    for rows, stated, expected in RULES[rule]:
        assert await read(vendor, host(vendor, rows, **stated)) == expected


@BOTH
@pytest.mark.parametrize("read_ahead", [0, 4])
@pytest.mark.parametrize("pages", [0, 1, 2, 2.0, None])
@virtual
async def test_a_number_of_pages_that_is_too_small_loses_no_row(
    pages: Any, read_ahead: int, vendor: str
) -> None:
    """While full pages bring fewer rows than are stated, the next page is asked for; no request is wasted."""
    assert await read(vendor, host(vendor, 23, pages=pages), read_ahead) == (23, True, 3)


@BOTH
@pytest.mark.parametrize(
    ("rows", "stated", "expected"), [*((30, {"hole": hole}, 20) for hole in (1, 2, 3)), (0, {"pages": 3}, 0)]
)
@virtual
async def test_stated_pages_that_come_empty_are_not_called_certain(
    vendor: str, rows: int, stated: dict[str, int], expected: int
) -> None:
    """Where no rows are stated, a page that comes empty although others are stated behind it may hide some."""
    found, certain, _ = await read(vendor, host(vendor, rows, total=None, **stated))
    assert (found, certain) == (expected, False)


@BOTH
@virtual
async def test_a_resumed_listing_goes_on_behind_a_wrong_end_too(vendor: str) -> None:
    """The token knows how many rows came before, so a number of pages that is too small loses nothing."""
    client, _ = over(vendor, host(vendor, 23, pages=1))
    async with client:
        run = aiter(listing_of(vendor, client))
        seen = [await anext(run) for _ in range(12)]
        resumed = listing_of(vendor, client).resume(run.token())
        seen += await resumed.collect()
        assert seen == await listing_of(vendor, client).collect()
    assert len(seen) == 23
    assert not resumed.certain


@virtual
async def test_ringme_states_fewer_rows_than_it_lists() -> None:
    """A `total_count` that the first page already exceeds does not end a listing."""

    def serve(request: Request) -> Response:
        query = dict(part.split("=") for part in request.url.split("?")[1].split("&"))
        number, size = int(query["page"]), int(query["per_page"])
        found = range((number - 1) * size, min(number * size, 23))
        return answer({"total_count": 5, "result": [{"id": row + 1} for row in found]})

    transport = ApiTransport(default=serve)
    async with ringme_over(transport) as client:
        listing = client.extensions.list(page_size=10)
        assert len(await listing.collect()) == 23
        assert listing.certain
