"""Listings as dictionaries."""

from __future__ import annotations

import pytest

from stringee_async import to_dict
from stringee_async.core.messages import Request, Response

from ..kit import ScriptedTransport, answer, client_over, virtual


@pytest.mark.parametrize("read_ahead", [0, 2])
@virtual
async def test_a_listing_as_dictionaries_is_the_same_listing(read_ahead: int) -> None:
    """They come page by page, resume, and tell of rows that were set aside, as rows do."""
    row = b'{"id": "A%d", "name": "x", "stringee_user_id": "u", "new": [%d]}'
    counts = b'"totalAgents": 4, "totalPages": 2, "currentPage": %d, "limit": 2'

    def page(request: Request) -> Response:
        number = 2 if "page=2" in request.url else 1
        rows = (row % (3, 3), b'{"id": {}}') if number == 2 else (row % (1, 1), row % (2, 2))
        return answer(b'{"r": 0, "data": {' + counts % number + b', "agents": [' + b",".join(rows) + b"]}}")

    transport = ScriptedTransport(default=page)
    async with client_over(transport, retry=None) as client:
        listing = client.agents.list(page_size=2, read_ahead=read_ahead, max_passes=1)
        rows = listing.dicts()
        assert repr(rows).startswith("<DictIterator over ")
        rows.read_to_end()
        first = await anext(rows)
        assert len(transport.requests) == 1, "it streams"
        assert (first["id"], first["new"]) == ("A1", [1])
        token = rows.token()
        assert [each["id"] async for each in rows] == ["A2", "A3"]
        assert len(listing.malformed) == len(rows.malformed) == 1
        assert (listing.certain, listing.drift) == (rows.certain, rows.drift)
        assert [each["id"] async for each in listing.resume(token).dicts()] == ["A2", "A3"]
        assert [each async for each in listing.dicts()] == [to_dict(one) for one in await listing.collect()]
