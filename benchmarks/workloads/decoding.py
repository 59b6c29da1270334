"""Decoding of a page of 50 and of 1,000 agents, from bytes to models, against orjson and json into dicts."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from operator import attrgetter

import attrs
import cattrs

from stringee_async.core.messages import Response
from stringee_async.stringee.agents import PAGES
from stringee_async.stringee.agents import Agent as Model

from ..measure import Run, interleave
from ..peers.hurried import Agent
from ..peers.peer import SDK
from ..server import page_body
from .row import Bench, Result, Row


def _repeat(one: Callable[[], object]) -> Run:
    async def run(calls: int) -> None:
        for _ in range(calls):
            one()

    return run


def contenders(size: int) -> tuple[dict[str, Run], list[str]]:
    """Return what decodes a page of `size` rows, and notes on what is missing."""
    body = page_body(1, size, size)
    response = Response(status=200, headers={"Content-Type": "application/json"}, body=body)
    converter = cattrs.Converter()

    def read() -> object:
        return PAGES.read(response, number=1, page_size=size, strict=False)

    def read_extra() -> object:
        return [agent.extra for agent in PAGES.read(response, number=1, page_size=size, strict=False).items]

    fields_of = attrgetter(*(field.name for field in attrs.fields(Model)))

    def read_fields() -> object:
        page = PAGES.read(response, number=1, page_size=size, strict=False)
        return [fields_of(agent) for agent in page.items]

    fields = {"account": 408, "routing_type": 1, "phone_number": "84901234567"}
    rows = [{**row, **fields} for row in json.loads(body)["data"]["agents"]]
    full = json.dumps({"r": 0, "data": {**json.loads(body)["data"], "agents": rows}}).encode()
    answer = Response(status=200, headers=response.headers, body=full)

    def read_full() -> object:
        return PAGES.read(answer, number=1, page_size=size, strict=False)

    def structure() -> object:
        return converter.structure(json.loads(body)["data"]["agents"], list[Agent])

    runs = {
        "json.loads": _repeat(lambda: json.loads(body)),
        SDK: _repeat(read),
        f"{SDK}, every field present": _repeat(read_full),
        f"{SDK}, every field of every row looked at": _repeat(read_fields),
        f"{SDK}, extra of every row read": _repeat(read_extra),
        "json + cattrs default": _repeat(structure),
    }
    try:
        import orjson
    except ImportError:
        return runs, ["orjson is not installed"]
    return {
        "orjson.loads": _repeat(lambda: orjson.loads(body)),
        **runs,
        "orjson.loads, every field present": _repeat(lambda: orjson.loads(full)),
    }, []


async def measure(bench: Bench, *, size: int) -> Result:
    """Measure the CPU of each as a multiple of orjson's."""
    runs, notes = contenders(size)
    costs = await interleave(runs, rounds=bench.rounds, seconds=bench.seconds / 5)
    result = Result(notes=notes)
    result.compare(costs, next(iter(runs)), ("cpu",))
    return result


ROWS = [
    Row(
        f"decode-{size}",
        f"decode a page of {size:,} agents; CPU, orjson.loads = 1",
        partial(measure, size=size),
    )
    for size in (50, 1000)
]
