"""Listings of all vendors against what hosts do wrong: nothing is short, empty or missing without a word.

Each test says the rule for every vendor that has the kind of listing; the hosts are scripted, so requests are counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import DecodeError
from stringee_async.core.messages import Request, Response
from stringee_async.core.paging import Paged

from .itniotech.rig import client_over as itniotech_over
from .kit import ScriptedTransport, answer, client_over, virtual
from .ringme.rig import ApiTransport, ringme_over

ODD_VALUES = {
    "bytes that are not UTF-8": b'"An \xff"',
    "half an emoji": b'"An \\ud83d"',
    "the other half": b'"An \\ude00"',
}


def agents(*names: bytes, before: bytes = b'"x"') -> bytes:
    """Write a page of Stringee's agents, each with this text for a name."""
    rows = b",".join(
        b'{"id": "A%d", "name": %s, "stringee_user_id": "u%d"}' % (place, name, place)
        for place, name in enumerate(names)
    )
    counts = b'"totalAgents": %d, "totalPages": 1, "currentPage": 1, "limit": 50' % len(names)
    return b'{"r": 0, "message": ' + before + b', "data": {' + counts + b', "agents": [' + rows + b"]}}"


async def listed(body: bytes, **options: Any) -> tuple[list[Any], Paged[Any]]:
    """Read Stringee's agents from one response."""
    async with client_over(ScriptedTransport(default=answer(body)), retry=None) as client:
        listing = client.agents.list(page_size=50, **options)
        return await listing.collect(), listing


# One bad value in one row


@pytest.mark.parametrize("case", ODD_VALUES)
@virtual
async def test_a_stray_byte_in_a_name_costs_neither_its_row_nor_the_others(case: str) -> None:
    """Text that cannot be read is replaced and listed as malformed; all rows of the page are there."""
    found, listing = await listed(agents(b'"Bo"', ODD_VALUES[case], b'"Cy"'))
    assert [agent.id for agent in found] == ["A0", "A1", "A2"]
    assert found[1].name == "An \ufffd"
    assert [(fault.path, fault.value) for fault in found[1].malformed] == [("$.name", "An \ufffd")]
    assert (listing.malformed, listing.certain) == ([], True)


@virtual
async def test_a_raw_tab_in_a_name_is_a_tab() -> None:
    """A control character that the vendor did not escape loses nothing, so nothing is malformed."""
    found, _ = await listed(agents(b'"An\tBo"', b'"Cy"'))
    assert (found[0].name, found[0].malformed, found[1].name) == ("An\tBo", (), "Cy")


@pytest.mark.parametrize("value", [b"NaN", b"-Infinity", b"1e999", b"nope", b"01"])
@virtual
async def test_a_number_that_is_none_sets_its_field_aside_and_no_more(value: bytes) -> None:
    found, _ = await listed(agents(b'"Bo"', value))
    assert [(agent.id, agent.name) for agent in found] == [("A0", "Bo"), ("A1", None)]
    assert [(fault.path, fault.value) for fault in found[1].malformed] == [("$.name", value.decode())]


@virtual
async def test_a_row_without_a_readable_key_is_set_aside_alone() -> None:
    """Where the id itself is not JSON there is no model; the listing says so and proves no absence."""
    body = agents(b'"Bo"', b'"Cy"').replace(b'"A1"', b"NaN")
    found, listing = await listed(body)
    assert [agent.id for agent in found] == ["A0"]
    assert [fault.path for fault in listing.malformed] == ["$.data.agents[1].id"]
    assert not listing.certain


@virtual
async def test_a_key_whose_bytes_were_replaced_is_unreadable() -> None:
    """`unreadable` tells which fields of a row are not what the vendor sent, so that "not found" is not believed."""
    found, _ = await listed(agents(b'"Bo"').replace(b'"u0"', b'"u\xff"'))
    [agent] = found
    assert agent.unreadable("stringee_user_id")
    assert agent.unreadable("name", "stringee_user_id")
    assert agent.unreadable()
    assert not agent.unreadable("name", "id")
    [whole], _ = await listed(agents(b'"Bo"'))
    assert not whole.unreadable()


@virtual
async def test_rows_whose_keys_look_alike_only_because_bytes_were_replaced_all_come() -> None:
    body = b'{"users": [{"userId": "a\xff"}, {"userId": "a\xfe"}, {"userId": "b"}, {"userId": "b"}]}'
    async with client_over(ScriptedTransport(answer(body), default=answer({"users": []}))) as client:
        found = await client.users.list().collect()
    assert [user.user_id for user in found] == ["a\ufffd", "a\ufffd", "b"]


@virtual
async def test_strict_mode_raises_for_text_that_would_be_replaced() -> None:
    with pytest.raises(DecodeError) as caught:
        await listed(agents(b'"Bo"', b'"An \xff"'), strict=True)
    assert caught.value.paths == ("$.data.agents[1].name",)


@virtual
async def test_odd_text_beside_the_rows_does_not_hide_them() -> None:
    """The vendor's message may hold half a character too."""
    found, _ = await listed(agents(b'"Bo"', before=b'"ok \\ud83d"'))
    assert [agent.name for agent in found] == ["Bo"]


@pytest.mark.parametrize("message", [b'"ok \xff"', b'"ok \\ud83d"', b'"a\tb"'])
@virtual
async def test_a_stray_byte_in_the_message_does_not_make_a_create_unknown(message: bytes) -> None:
    """A create whose response says success and names the id has succeeded, whatever its message holds."""
    body = b'{"r": 0, "message": ' + message + b', "agentID": "A1"}'
    async with client_over(ScriptedTransport(answer(body))) as client:
        assert (await client.agents.create(name="An", stringee_user_id="u")).id == "A1"


@pytest.mark.parametrize("case", ODD_VALUES)
@virtual
async def test_stray_bytes_are_replaced_in_the_listings_of_the_others_too(case: str) -> None:
    """RingMe's and ITNIO TECH's rows stay as well."""
    value = ODD_VALUES[case]
    body = b'[{"id": 1, "name": ' + value + b'}, {"id": 2, "name": "Bo"}]'
    async with ringme_over(ApiTransport(answer(body))) as ringme:
        labels = [agent.name for agent in await ringme.agents.remote.list().collect()]
    assert labels == ["An \ufffd", "Bo"]
    counts = b'"total": 2, "pages": 1, "size": 50, "current": 1'
    body = b'{"status": "0", "data": {' + counts + b', "records": [{"keyId": 1, "name": ' + value + b"}"
    async with itniotech_over(ScriptedTransport(answer(body + b', {"keyId": 2}]}}'))) as itniotech:
        names = [agent.name for agent in await itniotech.agents.list(**SPAN).collect()]
    assert names == ["An \ufffd", None]


SPAN: dict[str, Any] = {"start_time": "2025-01-08 00:00:00", "end_time": "2025-01-08 12:00:00"}


# Empty, or not said


Over = Callable[[Response], Any]
LISTINGS: dict[str, tuple[Over, Callable[[Any], Paged[Any]]]] = {
    "Stringee": (lambda body: client_over(ScriptedTransport(default=body), retry=None), lambda c: c.agents.list()),
    "Stringee, users": (lambda body: client_over(ScriptedTransport(default=body)), lambda c: c.users.list()),
    "ITNIO TECH": (
        lambda body: itniotech_over(ScriptedTransport(default=body), retry=None), lambda c: c.agents.list(**SPAN),
    ),
    "RingMe, whole": (
        lambda body: ringme_over(ApiTransport(default=body), retry=None), lambda c: c.agents.remote.list(),
    ),
    "RingMe, pages": (
        lambda body: ringme_over(ApiTransport(default=body), retry=None), lambda c: c.extensions.list(),
    ),
}  # fmt: skip

NO_LISTING: list[tuple[str, Any, str]] = [
    ("Stringee", {"r": 0}, "$.data"),
    ("Stringee", {"r": 0, "data": None}, "$.data"),
    ("Stringee", {"r": 0, "agents": [{"id": "A"}]}, "$.data"),
    ("Stringee", {"r": 0, "data": {"totalAgents": "2", "totalPages": 1, "agents": None}}, "$.data.agents"),
    ("Stringee", {"r": 0, "data": {"totalPages": 1, "agents": None}}, "$.data.agents"),
    ("Stringee", {"r": 0, "data": {"totalAgents": 2, "totalPages": 1, "rows": [{"id": "A"}]}}, "$.data.agents"),
    ("ITNIO TECH", {"status": "0"}, "$.data"),
    ("ITNIO TECH", {"status": "0", "data": None}, "$.data"),
    ("ITNIO TECH", {"status": "0", "data": ""}, "$.data"),
    ("ITNIO TECH", {"status": "0", "data": {"total": 2, "pages": 1, "records": None}}, "$.data.records"),
    ("ITNIO TECH", {"status": "0", "data": {"pages": 1}}, "$.data.records"),
    ("RingMe, whole", {"result": None}, "$.result"),
    ("RingMe, whole", {"result": None, "total_count": 2}, "$.result"),
    ("RingMe, pages", {"result": None}, "$.result"),
    ("RingMe, pages", {"result": None, "total_count": 2}, "$.result"),
]  # fmt: skip


@pytest.mark.parametrize(("listing", "body", "path"), NO_LISTING)
@virtual
async def test_a_response_that_does_not_list_is_no_empty_listing(listing: str, body: Any, path: str) -> None:
    """Without `data`, or with null rows and no total of 0, it is a DecodeError that says what was found."""
    over, lists = LISTINGS[listing]
    async with over(answer(body)) as client:
        with pytest.raises(DecodeError, match=r"found: |result") as caught:
            await lists(client).collect()
    assert caught.value.paths == (path,)


EMPTY: list[tuple[str, Any]] = [
    ("Stringee", {"r": 0, "data": {}}),
    ("Stringee", {"r": 0, "data": []}),
    ("Stringee, users", {"users": None}),
    ("ITNIO TECH", {"status": "0", "data": []}),
    ("RingMe, whole", {}),
    ("RingMe, pages", {}),
]


@pytest.mark.parametrize(("listing", "body"), EMPTY)
@virtual
async def test_an_empty_response_without_a_total_is_empty_with_a_warning_and_proves_nothing(
    listing: str, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says what was assumed, and the listing is not called certain."""
    over, lists = LISTINGS[listing]
    async with over(answer(body)) as client:
        found = lists(client)
        assert await found.collect() == []
        assert len(client._session.state.transport.requests) == 1
    assert not found.certain
    assert "taken for an empty list" in caplog.text


@virtual
async def test_an_empty_list_that_says_so_is_certain(caplog: pytest.LogCaptureFixture) -> None:
    """Null rows and a total of 0, or an array without rows: nothing is assumed."""
    bodies = [{"totalAgents": "0", "totalPages": 0, "agents": None}, {"totalAgents": 0, "agents": []}]
    for block in bodies:
        found, listing = await listed(json.dumps({"r": 0, "data": block}).encode())
        assert (found, listing.certain, listing.drift) == ([], True, None)
    assert not caplog.records


# Pages that are more than the vendor says


def query_page(request: Request) -> tuple[int, int]:
    query = dict(part.split("=") for part in request.url.split("?")[1].split("&"))
    return int(query["page"]), int(query["limit"])


def page_of(ids: list[str], request: Request) -> Response:
    """Return the page of agents with these ids that a request asks for."""
    number, size = query_page(request)
    counts = {"totalPages": -(-len(ids) // size), "totalAgents": len(ids), "currentPage": number}
    rows = [{"id": one} for one in ids[(number - 1) * size : number * size]]
    return answer({"r": 0, "data": {**counts, "agents": rows}})


@virtual
async def test_a_last_page_that_comes_again_behind_a_wrong_end_is_the_end() -> None:
    """A host that responses with its last page for ever, and states too many rows, ends the listing and the pages."""
    rows = [{"id": f"A{number}"} for number in range(10)]

    def vendor(request: Request) -> Response:
        block = {"totalPages": 1, "totalAgents": 30, "agents": rows}
        return answer({"r": 0, "data": block})

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        listing = client.agents.list(page_size=10)
        assert len(await listing.collect()) == 10
        assert (listing.certain, len(transport.requests)) == (False, 2)
        assert len([page async for page in client.agents.list(page_size=10).pages()]) == 1


@virtual
async def test_users_are_all_listed_where_the_host_serves_fewer_than_it_is_asked_for() -> None:
    """130 users, 50 a page: a page that is not full is no end."""

    def host(request: Request) -> Response:
        number, asked = query_page(request)
        found = range((number - 1) * 50, min(number * 50, 130))
        return answer({"count": 50, "pageSize": asked, "users": [{"userId": f"u{user}"} for user in found]})

    transport = ScriptedTransport(default=host)
    async with client_over(transport) as client:
        assert len(await client.users.list().collect()) == 130
    assert len(transport.requests) == 4


# How often a listing is read


@virtual
async def test_rows_added_in_front_cost_no_second_pass() -> None:
    """A listing whose newest rows come first grows while it is read: each page comes once, and no one is skipped."""
    rows = [f"A{number}" for number in range(60)]
    fresh = iter(range(10**6))

    def vendor(request: Request) -> Response:
        rows.insert(0, f"new{next(fresh)}")
        return page_of(rows, request)

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        listing = client.agents.list(page_size=10)
        found = [agent.id async for agent in listing]
    assert found[1:] == [f"A{number}" for number in range(60)]
    assert (listing.drift.passes, listing.drift.certain, listing.certain) == (1, True, True)
    assert len(transport.requests) == 7


@pytest.mark.parametrize("read_ahead", [0, 4])
@pytest.mark.parametrize("added", [10, 11, 20, 25])
@virtual
async def test_an_import_of_whole_pages_in_front_is_no_error(added: int, read_ahead: int) -> None:
    """If so many rows are added in front that a page holds only rows that came before, the listing goes on behind them."""
    rows = [f"A{number}" for number in range(60)]
    calls = iter(range(10**6))

    def vendor(request: Request) -> Response:
        if next(calls) == 3:
            rows[:0] = [f"new{place}" for place in range(added)]
        return page_of(rows, request)

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        listing = client.agents.list(page_size=10, read_ahead=read_ahead)
        found = [agent.id async for agent in listing]
    assert len(found) == len(set(found))
    assert {f"A{number}" for number in range(60)} <= set(found)
    assert listing.certain
    assert len(transport.requests) <= 2 * 9 + read_ahead


@pytest.mark.parametrize("most", [1, 2, 3, 5])
@virtual
async def test_a_listing_that_keeps_changing_is_read_as_often_as_the_caller_says(most: int) -> None:
    """Rows come and go between all pages: after `max_passes` the result is there and not called certain."""
    rows = [f"A{number}" for number in range(60)]
    calls = iter(range(10**6))

    def vendor(request: Request) -> Response:
        call = next(calls)
        if call % 2:
            rows.append(f"new{call}")
        else:
            rows.pop(30)
        return page_of(rows, request)

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        listing = client.agents.list(page_size=10, max_passes=most)
        await listing.collect()
    assert (listing.drift.passes, listing.drift.certain) == (most, False)
    assert len(transport.requests) <= 7 * most


# What belongs to one run


@virtual
async def test_two_loops_over_one_listing_do_not_mix_their_results() -> None:
    """Malformed rows and drift belong to a run; the listing shows those of the run that finished last."""
    odd = {"r": 0, "data": {"totalAgents": 2, "totalPages": 1, "agents": [{"id": "A"}, {"name": "no id"}]}}
    fine = {"r": 0, "data": {"totalAgents": 1, "totalPages": 1, "agents": [{"id": "A"}]}}
    async with client_over(ScriptedTransport(answer(odd), answer(fine), default=answer(odd))) as client:
        listing = client.agents.list()
        first, second = aiter(listing), aiter(listing)
        assert (await anext(first)).id == (await anext(second)).id == "A"
        assert len(first.malformed) == 1
        assert second.malformed == listing.malformed == []
        assert await anext(first, None) is None
        assert (len(listing.malformed), listing.certain, first.certain) == (1, False, False)
        assert await anext(second, None) is None
        assert (listing.malformed, listing.certain, len(first.malformed)) == ([], True, 1)
        async for _ in listing:
            break
        assert (listing.malformed, listing.certain) == ([], True)  # left early, so it finished nothing
