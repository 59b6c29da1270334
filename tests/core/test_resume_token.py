"""Tokens from which a listing goes on in another process."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from stringee_async import StringeeClient
from stringee_async.core.errors import ConfigError, PagingError
from tests.kit import ICC, KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, virtual

from ..kit.listings import Table, _token, page, scripted


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_token_goes_on_behind_its_row_in_another_process(read_ahead: int) -> None:
    rows = list(range(23))
    for stop in rows:
        run = aiter(Table(list(rows), size=5).listing(read_ahead))
        while await anext(run) != stop:
            pass
        token = run.token()
        assert isinstance(token, str)
        other = Table(list(rows), size=5)
        resumed = other.listing(read_ahead).resume(token)
        assert await resumed.collect() == rows[stop + 1 :]
        assert resumed.drift is None
        assert await resumed.collect() == rows[stop + 1 :]
        assert other.asked[0] == stop // 5 + 1


@virtual
async def test_a_token_of_a_finished_run_yields_nothing_more() -> None:
    script = (page((1, 2), 1, 3), page((), 2, 3), page((), 3, 3))
    listing, _ = scripted(*script)
    run = aiter(listing)
    assert [row async for row in run] == [1, 2]
    again, _ = scripted(*script)
    resumed = again.resume(run.token())
    assert await resumed.collect() == []
    assert resumed.drift is None


@virtual
async def test_a_client_refuses_a_token_of_another_listing() -> None:
    """A token from another query, account, host or page size is refused; the same of a new client is taken."""

    def vendor(request: Any) -> Any:
        number = int(request.url.split("page=")[1].split("&")[0])
        block = {"totalPages": 2, "totalAgents": "4", "currentPage": number}
        return answer({"r": 0, "data": {**block, "agents": [{"id": f"A{number}{n}"} for n in range(2)]}})

    first = client_over(ScriptedTransport(default=vendor))
    run = aiter(first.agents.list(page_size=2))
    await anext(run)
    token = run.token()
    await first.aclose()
    async with client_over(ScriptedTransport(default=vendor)) as client:
        resumed = client.agents.list(page_size=2).resume(token)
        assert [agent.id async for agent in resumed] == ["A11", "A20", "A21"]
        for listing in (
            client.agents.list(page_size=3),
            client.agents.list(page_size=2, stringee_user_id="u"),
            client.groups.list(page_size=2),
        ):
            with pytest.raises(ConfigError, match="another listing"):
                listing.resume(token)
    for tenant in (
        StringeeClient("SKother", KEY_SECRET, icc_url=ICC),
        StringeeClient(KEY_SID, KEY_SECRET, icc_url="https://other.example"),
    ):
        with pytest.raises(ConfigError, match="another listing"):
            tenant.agents.list(page_size=2).resume(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "!",
        "e30=",
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'{"s":1,"r":null}').decode(),
        "\ud800",
        7,
    ],
)
def test_garbage_is_no_token(token: Any) -> None:
    with pytest.raises(ConfigError, match="not a resume token"):
        Table([1]).listing().resume(token)


@pytest.mark.parametrize("wrong", [{"page": 0}, {"page": "1"}, {"index": -1}, {"index": 1.5}, {"x": 1}])
def test_a_forged_token_is_refused(wrong: dict[str, Any]) -> None:
    listing = Table([1]).listing()
    token = _token(listing, **{"page": 1, "key": 1, **wrong})
    with pytest.raises(ConfigError):
        listing.resume(token)


@virtual
async def test_there_is_no_token_before_the_first_row() -> None:
    with pytest.raises(PagingError, match="no row"):
        aiter(Table([1]).listing()).token()


@pytest.mark.parametrize(
    ("gone", "expected"),
    [([0, 1], [5, 6, 7, 8, 9]), ([4], [5, 6, 7, 8, 9]), (list(range(5)), [])],
)
@virtual
async def test_a_resume_after_changes_says_that_it_is_not_sure(gone: list[int], expected: list[int]) -> None:
    run = aiter(Table(list(range(10)), size=5).listing())
    while await anext(run) != 4:
        pass
    table = Table([row for row in range(10) if row not in gone], size=5)
    resumed = table.listing().resume(run.token())
    seen = await resumed.collect()
    assert not set(seen) & set(range(5))
    assert set(seen) <= set(expected) or not expected
    assert not resumed.drift.certain
    assert (resumed.drift.first_total, resumed.drift.last_total) == (10, 10 - len(gone))
    assert resumed.drift.passes == 1


@virtual
async def test_a_token_taken_amid_drift_keeps_the_doubt() -> None:
    table = Table(list(range(10)), size=5)
    table.change = lambda count: table.rows.remove(0) if count == 2 else None
    run = aiter(table.listing())
    while await anext(run) != 6:
        pass
    resumed = table.listing().resume(run.token())
    assert await resumed.collect() == [7, 8, 9]
    assert not resumed.drift.certain
