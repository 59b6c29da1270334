"""What resources promise beyond one request: creates that survive lost responses, listings, calls that are never repeated."""

from __future__ import annotations

import asyncio
import copy
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    AmbiguousError,
    DeadlineError,
    ItniotechClient,
    NotSentError,
    OutcomeUnknownError,
    PagingError,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.messages import Request, Response

from ..kit import ScriptedTransport, answer, virtual
from .rig import API_SECRET, URL, client_over, ok, refused, rows

SALES: dict[str, Any] = {"app_id": "4luaKsL2", "group_name": "Sales"}


class Vendor:
    """A server of agent groups whose name search is fuzzy, whose list lags, and whose responses may be lost.

    Args:
        lag: Seconds until a group is listed.
        unique: Whether a second group of a name is refused.
    """

    def __init__(self, lag: float = 0.0, *, unique: bool = True) -> None:
        self.lag = lag
        self.unique = unique
        self.groups: list[tuple[float, int, str]] = []
        self.lose: list[str] = []
        self.creates = 0

    def add(self, name: str) -> None:
        now = asyncio.get_running_loop().time()
        self.groups.append((now + self.lag, len(self.groups) + 1, name))

    def __call__(self, request: Request) -> Response:
        body = json.loads(request.body or b"{}")
        if request.operation == "agent_groups.list":
            now = asyncio.get_running_loop().time()
            wanted = body["params"].get("groupName", "")[:4]
            return rows(
                *({"voiceGroupId": key, "groupName": name} for at, key, name in self.groups
                  if at <= now and name.startswith(wanted))
            )  # fmt: skip
        self.creates += 1
        loss = self.lose.pop(0) if self.lose else ""
        if loss == "before":
            raise OutcomeUnknownError
        if self.unique and any(name == body["groupName"] for _, _, name in self.groups):
            return refused(-20, "data already exists")
        self.add(body["groupName"])
        if loss == "after":
            raise OutcomeUnknownError
        return ok()


@pytest.mark.parametrize("lag", [0.0, 0.05, 2.9])
@virtual
async def test_a_create_finds_its_id_by_exact_name_however_late_it_is_listed(lag: float) -> None:
    vendor = Vendor(lag)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        vendor.add("Sales 2")
        vendor.add("Sales, old")
        group = await client.agent_groups.create(**SALES)
    assert (group.voice_group_id, group.group_name) == (3, "Sales")
    assert vendor.creates == 1


@pytest.mark.parametrize(
    "name", ["Sales  A", " Sales A ", "Ba\u0301n ha\u0300ng"], ids=["blanks", "trimmed", "form"]
)
@virtual
async def test_a_name_that_the_vendor_keeps_in_another_form_is_found_and_not_created_again(name: str) -> None:
    """The server's search sees the name as it is kept, not as it was sent; runs after the first send no create."""
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    created: list[str] = []

    def vendor(request: Request) -> Response:
        body = json.loads(request.body or b"{}")
        if request.operation == "agent_groups.create":
            created.append(body["groupName"])
            return ok()
        hit = created and body["params"].get("groupName", "") in kept
        return rows(*([{"voiceGroupId": 1, "groupName": kept}] if hit else []))

    async with client_over(ScriptedTransport(default=vendor)) as client:
        made = [await client.agent_groups.ensure(app_id="4luaKsL2", group_name=name) for _ in range(3)]
    assert [(group.id, group.created) for group in made] == [("1", True), ("1", False), ("1", False)]
    assert created == [name]


@virtual
async def test_a_create_that_is_never_listed_says_so_and_is_not_retried() -> None:
    vendor = Vendor(1000.0, unique=False)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, timeouts=Timeouts(settle=1.0)) as client:
        for call in (client.agent_groups.create, client.agent_groups.ensure):
            with pytest.raises(PagingError, match="was created") as caught:
                await call(**SALES)
            assert caught.value.operation == "agent_groups.create"
            assert caught.value.outcome is None
    assert vendor.creates == 2


@pytest.mark.parametrize("hangs", [False, True], ids=["not listed", "hangs"])
@virtual
async def test_the_total_time_covers_the_look_up_of_a_create(hangs: bool) -> None:
    vendor = Vendor(1000.0)

    async def slow(request: Request) -> Response:
        await asyncio.sleep(60.0 if hangs and request.operation == "agent_groups.list" else 0.5)
        return vendor(request)

    limits = Timeouts(total=2.0, settle=10.0, attempt=None)
    async with client_over(ScriptedTransport(default=slow), timeouts=limits) as client:
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(PagingError, match="was created"):
            await client.agent_groups.create(**SALES)
        assert loop.time() - began == pytest.approx(2.0)
    assert vendor.creates == 1


@virtual
async def test_a_timeout_that_is_not_ours_surfaces_unchanged_from_the_look_up() -> None:
    """What somebody else's transport raises is not taken for the end of the total time."""

    def broken(request: Request) -> Response:
        if request.operation == "agent_groups.list":
            raise TimeoutError("not ours")
        return ok()

    async with client_over(ScriptedTransport(default=broken)) as client:
        with pytest.raises(TimeoutError, match="not ours"):
            await client.agent_groups.create(**SALES)


@virtual
async def test_a_create_among_groups_of_the_same_name_names_them_all() -> None:
    """Names are unique in an application only: with another group of the name the new id cannot be told."""
    vendor = Vendor(unique=False)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        vendor.add("Sales")
        with pytest.raises(AmbiguousError, match="the group was created") as caught:
            await client.agent_groups.create(**SALES)
    assert caught.value.ids == ("1", "2")


@virtual
async def test_groups_that_are_listed_with_another_application_are_left_out() -> None:
    page = rows(
        {"voiceGroupId": 1, "groupName": "Sales", "appId": "other"},
        {"voiceGroupId": 2, "groupName": "Sales", "appId": "4luaKsL2"},
    )
    async with client_over(ScriptedTransport(default=page)) as client:
        found = await client.agent_groups.find(app_id="4luaKsL2", group_name="Sales")
        assert found is not None
        assert found.voice_group_id == 2
        assert (await client.agent_groups.ensure(**SALES)).id == "2"
        with pytest.raises(AmbiguousError, match="group_name"):
            await client.agent_groups.find(group_name="Sales")
        assert await client.agent_groups.find(group_name="sales") is None


@pytest.mark.parametrize("unique", [True, False])
@pytest.mark.parametrize("lag", [0.0, 2.0])
@pytest.mark.parametrize("lose", [[], ["after"], ["before"], ["before", "after"]])
@virtual
async def test_ensure_survives_lost_responses_with_one_group(
    lose: list[str], lag: float, unique: bool
) -> None:
    vendor = Vendor(lag, unique=unique)
    vendor.lose = list(lose)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        first = await client.agent_groups.ensure(**SALES)
        second = await client.agent_groups.ensure(**SALES)
        assert client.stats().adopted == (1 if lose and lose[-1] == "after" else 0)
    assert (first.id, first.created, first.changed) == ("1", True, False)
    assert (second.id, second.created, second.adopted) == ("1", False, False)
    assert len(vendor.groups) == 1
    assert vendor.creates == max(1, len(lose) + (lose[-1:] == ["before"]))


@virtual
async def test_an_ensure_that_meets_a_group_of_somebody_else_adopts_it() -> None:
    """-20 in between: the group that another process made is taken, as soon as it is listed."""
    vendor = Vendor(1.0)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        vendor.add("Sales")
        ensured = await client.agent_groups.ensure(**SALES)
        assert (ensured.id, ensured.created) == ("1", False)
        with pytest.raises(AlreadyExistsError):
            await client.agent_groups.create(**SALES)


# -- listings -----------------------------------------------------------------------------------------------


def served(count: int, size: int | None = None) -> Callable[[Request], Response]:
    """Serve agents 1 to `count` in pages, of another size than asked for if the server has its own."""

    def serve(request: Request) -> Response:
        body = json.loads(request.body or b"")
        per_page = size or body["size"]
        first = (body["current"] - 1) * per_page
        records = [{"keyId": key + 1} for key in range(count)][first : first + per_page]
        return rows(
            *records, total=str(count), size=per_page, current=body["current"], pages=-(-count // per_page)
        )

    return serve


@pytest.mark.parametrize("size", [None, 20])
@virtual
async def test_pages_come_ahead_and_in_order(size: int | None) -> None:
    transport = ScriptedTransport(default=served(2000, size), latency=0.1)
    async with client_over(transport) as client:
        began = asyncio.get_running_loop().time()
        listing = client.agents.list(page_size=10, read_ahead=8)
        assert [agent.key_id async for agent in listing] == list(range(1, 2001))
        took = asyncio.get_running_loop().time() - began
    assert listing.drift is None
    assert len(transport.requests) == (200 if size is None else 100)
    assert took < 3.2


@pytest.mark.parametrize("last", [{"records": None}, {"records": []}])
@virtual
async def test_the_end_may_be_a_page_without_records(last: dict[str, Any]) -> None:
    block = {"total": 1, "size": 1, "pages": 2}
    transport = ScriptedTransport(
        ok({**block, "current": 1, "records": [{"keyId": 1}]}), ok({**block, "current": 2, **last})
    )
    async with client_over(transport) as client:
        assert len(await client.agents.list(page_size=1).collect()) == 1
    assert len(transport.requests) == 2


@virtual
async def test_a_server_that_ignores_the_page_number_is_noticed() -> None:
    page = rows({"keyId": 1}, total=2, pages=2, size=1)
    transport = ScriptedTransport(default=page)
    async with client_over(transport) as client:
        with pytest.raises(PagingError):
            await client.agents.list(page_size=1).collect()
    assert len(transport.requests) == 3


@virtual
async def test_a_listing_goes_on_from_a_token_of_the_same_filter_only() -> None:
    transport = ScriptedTransport(default=served(5))
    async with client_over(transport) as client:
        iterator = aiter(client.agents.list(page_size=2, voice_group_id=5))
        seen = [(await anext(iterator)).key_id for _ in range(3)]
        token = iterator.token()  # type: ignore[attr-defined]
        rest = [
            agent.key_id async for agent in client.agents.list(page_size=2, voice_group_id=5).resume(token)
        ]
        with pytest.raises(SdkError, match="another listing"):
            client.agents.list(page_size=2, voice_group_id=6).resume(token)
    other = ItniotechClient("otherkey", API_SECRET, url=URL, transport=transport)
    with pytest.raises(SdkError, match="account"):
        other.agents.list(page_size=2, voice_group_id=5).resume(token)
    assert seen + rest == [1, 2, 3, 4, 5]


@virtual
async def test_call_records_are_told_apart_by_whichever_id_they_have() -> None:
    page = rows(
        {"keyId": 1}, {"callId": "c"}, {"callSessionId": "s"}, {"called": "1"}, {"called": "2"}, {"new": 1}
    )
    async with client_over(ScriptedTransport(default=page)) as client:
        records = await client.call_records.list_older(
            start_time="2025-01-08", end_time="2025-01-09"
        ).collect()
    assert [(r.key_id, r.call_id, r.call_session_id) for r in records[:3]] == [
        (1, None, None),
        (None, "c", None),
        (None, None, "s"),
    ]
    assert [r.called for r in records[3:]] == ["1", "2", None]


@pytest.mark.parametrize(
    "look_up", [NotSentError("no connection"), answer(b"", 500), DeadlineError(outcome="not_sent")]
)
@pytest.mark.parametrize("method", ["create", "ensure"])
@virtual
async def test_a_create_whose_look_up_failed_is_not_to_be_sent_again(
    method: str, look_up: Response | Exception
) -> None:
    """The group exists, so the very same create must not be repeated, although its last request was a read."""
    before = [rows()] if method == "ensure" else []
    transport = ScriptedTransport(*before, ok(), copy.copy(look_up))
    async with client_over(
        transport, retry=RetryPolicy(max_attempts=1), timeouts=Timeouts(total=9.0)
    ) as client:
        with pytest.raises(SdkError, match="the group was created") as caught:
            await getattr(client.agent_groups, method)(**SALES)
    assert method == "ensure" or not caught.value.retryable
    assert caught.value.outcome is None
    assert len(transport.requests) == len(before) + 2
    assert isinstance(caught.value, (NotSentError, ServerError, DeadlineError))


@virtual
async def test_a_create_that_is_cancelled_in_its_look_up_says_that_the_group_exists() -> None:
    transport = ScriptedTransport(ok(), lambda _: asyncio.sleep(60.0))
    async with client_over(transport) as client:
        task = asyncio.ensure_future(client.agent_groups.create(app_id="4luaKsL2", group_name="Sales"))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert client.stats().unknown == 0
    assert "the group was created" in caught.value.__notes__[0]
    assert len(transport.requests) == 2
