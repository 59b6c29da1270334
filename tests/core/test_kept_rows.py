"""Rows that are kept: what they forget of their page, and what a changed copy remembers of its row."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import sys
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest

from stringee_async import StringeeClient
from stringee_async.core.decoding import Loader
from stringee_async.core.messages import Request, Response
from stringee_async.core.model import detach, to_dict
from stringee_async.stringee.agents import Agent
from tests.itniotech.rig import client_over as itniotech_over
from tests.kit import ScriptedTransport, VirtualLoop, answer, client_over
from tests.ringme.rig import ApiTransport, ringme_over

SIZE, PAGES, EXTRA = 50, 40, 1000
PAGE = SIZE * EXTRA


def stringee_page(number: int) -> dict[str, Any]:
    rows = [{"id": f"A{number}.{place}", "note": f"{number}.{place}" + "x" * EXTRA} for place in range(SIZE)]
    counts = {"totalAgents": SIZE * PAGES, "totalPages": PAGES, "currentPage": number}
    return {"r": 0, "data": {**counts, "agents": rows}}


def vendor(request: Request) -> Response:
    return answer(stringee_page(int(request.url.partition("page=")[2].partition("&")[0])))


async def one_of_each_page(client: StringeeClient) -> list[Agent]:
    return [agent async for agent in client.agents.list(page_size=SIZE) if agent.id.endswith(".7")]


async def the_last_of_each_page(client: StringeeClient) -> list[Agent]:
    rows = client.agents.list(page_size=SIZE)
    return [agent async for agent in rows if agent.id.endswith(f".{SIZE - 1}")]


async def one_of_each_whole_page(client: StringeeClient) -> list[Agent]:
    return [page.items[7] async for page in client.agents.list(page_size=SIZE).pages()]


async def first_ones(client: StringeeClient) -> list[Agent]:
    found = [await client.agents.list(page_size=SIZE).first() for _ in range(PAGES)]
    return [agent for agent in found if agent is not None]


async def left_by_break(client: StringeeClient) -> list[Agent]:
    kept: list[Agent] = []
    for _ in range(PAGES):
        async for agent in client.agents.list(page_size=SIZE):
            if agent.id.endswith(".7"):
                kept.append(agent)
                break
    return kept


def kept_by(work: Callable[[StringeeClient], Awaitable[list[Agent]]]) -> tuple[list[Agent], int]:
    """Return the rows that some work keeps, and how many bytes live on with them."""

    async def run() -> list[Agent]:
        async with client_over(ScriptedTransport(default=vendor)) as client:
            return await work(client)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run())
        gc.collect()
        tracemalloc.start()
        try:
            rows = runner.run(run())
            gc.collect()
            return rows, tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    "work", [one_of_each_page, the_last_of_each_page, one_of_each_whole_page, first_ones, left_by_break]
)
def test_a_kept_row_does_not_keep_its_page(
    work: Callable[[StringeeClient], Awaitable[list[Agent]]],
) -> None:
    rows, kept = kept_by(work)
    assert len(rows) == PAGES
    assert kept < 3 * PAGES * EXTRA + PAGE
    assert all(row.extra["note"].startswith(f"{row.id[1:]}x") for row in rows)


def test_rows_of_which_most_are_kept_share_their_page() -> None:
    rows, kept = kept_by(lambda client: client.agents.list(page_size=SIZE).collect())
    assert len(rows) == SIZE * PAGES
    assert kept < 1.6 * PAGE * PAGES


@pytest.mark.parametrize("whole", [True, False])
def test_a_kept_row_of_the_others_does_not_keep_its_page_either(whole: bool) -> None:
    """Rows that were read one by one are views of the response until they are given a text of their own."""
    rows = [{"id": place, "keyId": place, "note": "x" * EXTRA} for place in range(SIZE)]

    async def run() -> Any:
        if whole:
            async with ringme_over(ApiTransport(answer(rows))) as ringme:
                return await ringme.agents.remote.list().first()
        data = {"total": SIZE, "pages": 1, "size": SIZE, "current": 1, "records": rows}
        body = answer({"status": "0", "data": data})
        async with itniotech_over(ScriptedTransport(body)) as itniotech:
            return await itniotech.agents.list(start_time="2025-01-08", end_time="2025-01-09").first()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        row = runner.run(run())
    assert isinstance(row._raw, bytes)
    assert row.extra["note"] == "x" * EXTRA


def test_letting_go_of_nothing_is_harmless() -> None:
    """No rows, rows of another kind, and rows that no one holds are left alone."""
    detach(())
    detach([object()])
    rows = tuple(Loader(Agent).load(b'{"id": "%d"}' % number) for number in range(4))
    raws = [row._raw for row in rows if isinstance(row, Agent)]
    detach(rows)
    assert [row._raw for row in rows if isinstance(row, Agent)] == raws


# Changed copies


ROW = {"id": "A", "name": "An", "system_status": [], "new": {"x": 1}}


def agent() -> Agent:
    found = Loader(Agent).load(json.dumps(ROW).encode())
    assert isinstance(found, Agent)
    return found


def test_a_changed_copy_keeps_what_its_model_does_not_know() -> None:
    changed = attrs.evolve(agent(), name="Bo")
    assert (changed.name, dict(changed.extra)) == ("Bo", {"new": {"x": 1}})
    assert {name: value for name, value in to_dict(changed).items() if value is not None} == {
        **ROW,
        "name": "Bo",
    }
    assert dict(attrs.evolve(changed, name="Cy").extra) == {"new": {"x": 1}}


def test_a_changed_copy_drops_the_fault_of_the_field_that_was_changed() -> None:
    assert [fault.path for fault in attrs.evolve(agent(), name="Bo").malformed] == ["$.system_status"]
    repaired = attrs.evolve(agent(), system_status=1)
    assert repaired.malformed == ()
    assert to_dict(repaired)["system_status"] == 1


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace came with Python 3.13")
def test_copy_replace_keeps_it_too() -> None:
    """`copy.replace` is the same in newer Pythons."""
    replace: Any = vars(copy)["replace"]
    assert dict(replace(agent(), name="Bo").extra) == {"new": {"x": 1}}


def test_a_model_made_by_hand_keeps_nothing() -> None:
    made = Agent(id="A")
    assert (dict(made.extra), dict(attrs.evolve(made, name="An").extra), made.malformed) == ({}, {}, ())


class StandIn:
    """Looks like a model and is none, as proxies do."""

    __class__ = property(lambda _: Agent)  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        return getattr(agent(), name)


def test_a_changed_copy_of_a_stand_in_has_its_fields() -> None:
    """What only claims to be a model has no row to keep, and does no harm."""
    changed: Any = attrs.evolve(StandIn(), name="Bo")  # type: ignore[misc]
    assert (changed.id, changed.name, dict(changed.extra)) == ("A", "Bo", {})
