"""Listings that the rows of one run share: read once, searched by what a key looks like, compared exactly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import AmbiguousError, Ensured, NotSentError, Request, Response, RetryPolicy, RingMeClient
from stringee_async.core.shared_listings import SharedListings

from ..kit import ScriptedTransport, answer, client_over, virtual

Page = Callable[[int], list[dict[str, Any]]]


def queues(rows: Page, *, fails: int = 0) -> ScriptedTransport:
    """Make a transport that lists queues in one page, from the count of the reading; its first `fails` are refused."""
    asked = 0

    def vendor(request: Request) -> Response:
        nonlocal asked
        if request.method == "POST":
            return answer({"r": 0, "queueID": "new"})
        asked += 1
        if asked <= fails:
            raise NotSentError("refused")
        listed = rows(asked - fails)
        counts = {"totalPages": 1, "currentPage": 1, "limit": 100, "totalQueues": len(listed)}
        text = json.dumps({"r": 0, "data": {**counts, "queues": listed}}, ensure_ascii=False).encode()
        return answer(text.replace("\ufffd".encode(), b"\xff"))

    return ScriptedTransport(default=vendor, latency=0.01)


async def outcomes(transport: ScriptedTransport, *names: str, **options: Any) -> list[Any]:
    async with client_over(transport, **options) as client:
        found = [one async for one in client.queues.ensure_many({"name": name} for name in names)]
    return [one.error or one.result for one in sorted(found, key=lambda one: one.index)]


NAMES = tuple(f"Q{index}" for index in range(10))


@virtual
async def test_a_listing_that_is_not_certain_is_read_once_more_for_all_rows() -> None:
    """A row whose key could not be read may be any of the wanted ones; then it can be read."""
    transport = queues(lambda count: [{"id": "1", "name": {} if count == 1 else "Q1"}])
    results = await outcomes(transport, *NAMES)
    assert [result.created for result in results] == [name != "Q1" for name in NAMES]
    assert transport.count("queues.list") <= 2


@virtual
async def test_a_key_with_lost_letters_keeps_no_other_row_from_being_created() -> None:
    transport = queues(lambda _: [{"id": "1", "name": "Q\ufffd"}])
    results = await outcomes(transport, "Q1", "Sales", "Support")
    assert isinstance(results[0], AmbiguousError)
    assert [result.created for result in results[1:]] == [True, True]


@virtual
async def test_a_malformed_row_that_carries_a_wanted_key_is_not_created_again() -> None:
    transport = queues(lambda _: [{"id": None, "name": "Q1"}])
    results = await outcomes(transport, *NAMES)
    assert isinstance(results[1], AmbiguousError)
    assert transport.count("queues.create") == len(NAMES) - 1


@virtual
async def test_names_that_look_alike_are_still_told_apart() -> None:
    """Signs and case are left out of the look-up, and count in the comparison."""
    transport = queues(
        lambda _: [{"id": "1", "name": "Q-1"}, {"id": "2", "name": "Q 1"}, {"id": "3", "name": "Q1"}]
    )
    results = await outcomes(transport, "Q1", "Q-1", "q1", "Q 1", "+", "-")
    assert [result.id for result in results] == ["3", "1", "new", "2", "new", "new"]


@virtual
async def test_rows_that_come_while_the_list_is_read_wait_for_it() -> None:
    transport = queues(lambda _: [])
    await outcomes(transport, *NAMES)
    assert transport.count("queues.list") == 1


@virtual
async def test_a_reading_that_fails_is_begun_again_by_the_next_row() -> None:
    transport = queues(lambda _: [], fails=2)
    results = await outcomes(transport, *NAMES, retry=RetryPolicy(max_attempts=1))
    assert [type(result) for result in results] == [NotSentError] * 2 + [Ensured] * 8
    assert transport.count("queues.list") == 3


@virtual
async def test_a_key_of_several_fields_is_looked_up_by_all_of_them() -> None:
    hook = {"id": 1, "event_type": "hangup", "method": "POST", "url": "https://a.example/h"}
    hooks = [hook, {**hook, "id": 2, "event_type": "answer"}]

    def vendor(request: Request) -> Response:
        if "oauth" in request.url:
            return answer({"access_token": "t", "expires_in": 3600, "token_type": "bearer"})
        if request.method == "GET":
            return answer(hooks)
        hooks.append({**hook, "id": 3, "event_type": "dial-in"})
        return answer(hooks[-1], 201)

    transport = ScriptedTransport(default=vendor)
    rows = [
        {"extension_id": 7, "event_type": kind, "method": "POST", "url": "https://a.example/h"}
        for kind in ("hangup", "answer", "dial-in") * 2
    ]
    async with RingMeClient("id", "secret", url="https://pbx.example", transport=transport) as client:
        found = [one.result async for one in client.extension_events.ensure_many(rows)]
    assert Counter((one.id, one.created) for one in found if one) == {
        ("1", False): 2, ("2", False): 2, ("3", True): 2,
    }  # fmt: skip
    assert transport.count("extension_events.create") == 1


@virtual
async def test_a_reading_that_another_pass_overtook_is_not_kept() -> None:
    """It may have begun before what that pass has to tell of; the list is read once more."""
    shared = SharedListings(began=0.0, few=False)

    def rows(count: int) -> list[dict[str, Any]]:
        if count == 1:
            shared.renew(1.0)
        return [{"id": str(count), "name": "Q1"}]

    transport = queues(rows)
    async with client_over(transport) as client:
        reading = await shared.read(client.queues.list(), ("name",))
    assert [row.id for row in reading.rows] == ["2"]
    assert transport.count("queues.list") == 2


@virtual
@pytest.mark.parametrize(
    ("page", "fails", "readings"), [(2, 1, 1), (2, 2, 1), (2, 3, 2), (3, 2, 1), (1, 1, 2)]
)
async def test_a_page_that_failed_is_asked_for_again_and_those_before_it_are_not(
    page: int, fails: int, readings: int
) -> None:
    """Three pages of which one fails: behind the first rows twice at most, else the next row begins the reading again."""
    left, asked = fails, list[int]()

    def vendor(request: Request) -> Response:
        nonlocal left
        if request.method == "POST":
            return answer({"r": 0, "queueID": "new"})
        number = int(request.url.partition("page=")[2].partition("&")[0])
        asked.append(number)
        if number == page and left:
            left -= 1
            raise NotSentError("refused")
        counts = {"totalPages": 3, "currentPage": number, "limit": 100, "totalQueues": 3}
        return answer({"r": 0, "data": {**counts, "queues": [{"id": str(number), "name": f"Q{number}"}]}})

    transport = ScriptedTransport(default=vendor)
    results = await outcomes(transport, "Q2", "New", retry=RetryPolicy(max_attempts=1))
    assert [type(result) for result in results] == [NotSentError if readings > 1 else Ensured, Ensured]
    assert isinstance(results[1], Ensured)
    assert results[1].created
    assert asked.count(1) == readings
