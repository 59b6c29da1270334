"""The benchmarks run, refuse what they do not know, and what `docs/speed.md` shows is what they found."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.__main__ import main
from benchmarks.certificate import trusting
from benchmarks.goals import GOALS, Goal
from benchmarks.measure import Cost, Spread, ratios
from benchmarks.peers.peer import AGENT, BARE, PAGE_SIZE, PEERS, SDK, read_pages
from benchmarks.server import Server, page_body
from benchmarks.workloads.catalogue import ROWS
from benchmarks.workloads.row import Bench, Result, open_all
from benchmarks.workloads.ways import CONTENDERS

from .kit import OVER_AIOHTTP

RESULTS = report.load()
CERTIFICATES = "aiohttp reads the certificates that it trusts once, when it is imported"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The benchmarks' server, in its process; not pinned to a core, as tests share theirs."""
    with Server(pin=False) as running:
        yield running


def test_one_row_runs_quickly_over_loopback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert main(["--quick", "--only", "list-0ms-ahead-4", "--out", str(tmp_path)]) == 0
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(found["rows"]) == ["list-0ms-ahead-4"]
    figure = found["rows"]["list-0ms-ahead-4"]["figures"][f"{SDK}: throughput"]
    assert 0 < figure["low"] <= figure["median"] <= figure["high"]
    assert found["machine"]["cores"] >= 1
    assert found["machine"]["packages"]["aiohttp"] != "not installed"
    assert "list-0ms-ahead-4" in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "list-0ms-ahead-4" in capsys.readouterr().out
    assert report.PAGE.read_text(encoding="utf-8") == page
    assert report.load() == RESULTS


@pytest.mark.parametrize("name", ["create-64-tls", "list-0ms-ahead-8-tls", "list-0ms-ahead-8-uvloop"])
def test_a_row_measures_over_tls_and_under_uvloop(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name.endswith("tls") and OVER_AIOHTTP:
        pytest.skip(CERTIFICATES)
    if name.endswith("uvloop") and importlib.util.find_spec("uvloop") is None:
        pytest.skip("uvloop is not installed")
    assert main(["--quick", "--only", name]) == 0
    printed = capsys.readouterr().out
    assert f"{SDK}: throughput" in printed
    assert "left out" not in printed


@pytest.mark.parametrize("name", ["create-64-tls", "create-64-uvloop"])
async def test_a_row_whose_library_is_missing_is_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    monkeypatch.setitem(sys.modules, "uvloop", None)
    with Server(pin=False) as server:
        result = await ROWS[name].run(Bench(server=server, quick=True))
    assert not result.figures
    assert len(result.notes) == 1
    assert result.notes[0].startswith("left out: ")


def test_the_table_of_creates_names_the_ways_and_leaves_out_rows_that_were_not_measured() -> None:
    figure = {"median": 1.5, "low": 1.0, "high": 2.0, "unit": "x"}
    found = {"figures": {f"{SDK}: throughput": figure}}
    rows = {"create-64": found, "create-64-tls": found, "create-64-uvloop": {"figures": {}}}
    lines = report.creates_table({"rows": rows}).splitlines()
    assert lines[0] == "| throughput of creates | 64 at once | 64 at once, tls |"
    assert f"| {BARE} | 1 | 1 |" in lines
    assert f"| **{SDK}** | 1.50 | 1.50 |" in lines


def test_an_unknown_row_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "create-64", "nonsense"])
    assert "no such row: nonsense" in capsys.readouterr().err


def test_the_rows_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ROWS)


DESIGN = [
    ("create-64", "at least", 2.0, 2.5),
    ("create-256", "at least", 2.0, 2.5),
    ("create-64-tls", "at least", 1.6, 2.0),
    ("list-0ms", "at least", 1.7, 1.9),
    ("list-0ms-ahead-8", "at least", 2.0, 2.3),
    ("list-0ms-ahead-8-tls", "at least", 1.6, 2.0),
    ("list-0ms-ahead-8", "at least", 1.7, 2.0),
    ("list-20ms-ahead-4", "at least", 0.95, 1.0),
    ("list-20ms-ahead-8", "at least", 0.95, 1.0),
    ("list-100ms-ahead-4", "at least", 0.95, 1.0),
    ("list-100ms-ahead-8", "at least", 0.95, 1.0),
    ("list-200-pages", "at least", 12, 14),
    ("bulk", "at least", 0.90, 0.95),
    ("bulk-limit", "at least", 0.98, 0.99),
    ("bulk-limit", "at most", 0, None),
    ("part-layers", "at most", 8, 6),
    ("decode-50", "at most", 1.5, 1.2),
    ("create-64", "at least", 6, 8),
    ("create-64", "at least", 5, 40),
    ("crowd", "at most", 0, None),
    ("crowd", "at least", 0.95, None),
    ("rows-100000", "at most", 12, 5),  # the design names 9 and, as the other choice, 12
    ("growth-permits", "at most", 1.3, 1.1),
    ("start-import", "at most", 0.7, 0.5),
    ("start-first-request", "at most", 1.0, 0.8),
    ("list-500-callers", "at most", 1.5, None),
    ("plan-3000", "at most", 1.0, None),
    ("roster-100000", "at most", 200.0, None),
    ("roster-100000", "at most", 200.0, None),
    ("quota-8x50", "at most", 1.0, None),
    ("quota-8x50", "at least", 0.95, None),
    ("quota-8x50", "at most", 1.5, None),
    ("quota-8x50", "at most", 1.2, None),
]
"""The goals as the design has them, written a second time so that no one lowers one in passing."""


def test_the_goals_are_those_of_the_design() -> None:
    """No goal was lowered, dropped or turned round."""
    assert [(goal.row, goal.sense, goal.value, goal.stretch) for goal in GOALS] == DESIGN


def test_every_goal_names_a_row() -> None:
    assert {goal.row for goal in GOALS} <= set(ROWS)


def test_every_goal_has_its_figure() -> None:
    assert not [goal.what for goal in GOALS if goal.found(RESULTS) is None]


def test_verdicts() -> None:
    def verdict(sense: str, median: float, stretch: float | None = None) -> str:
        results = {"rows": {"row": {"figures": {"it": {"median": median}}}}}
        goal = Goal(what="", row="row", figure="it", sense=sense, value=2.0, stretch=stretch)  # type: ignore[arg-type]
        return goal.verdict(results)

    assert [verdict("at least", value, 3.0) for value in (1.9, 2.0, 3.0)] == ["missed", "met", "stretch met"]
    assert [verdict("at most", value, 1.0) for value in (2.1, 2.0, 1.0)] == ["missed", "met", "stretch met"]
    assert verdict("at most", 0.0) == "met"
    assert GOALS[0].verdict({"rows": {}}) == "not measured"


def test_the_committed_run_is_a_whole_one() -> None:
    assert list(RESULTS["rows"]) == list(ROWS)
    assert RESULTS["quick"] is False


def test_the_page_shows_the_committed_results() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert page.count(report.BEGIN) == page.count(report.END) == 1
    assert report.with_part(page, RESULTS) == page
    assert report.document(RESULTS) == (report.HOME / "RESULTS.md").read_text(encoding="utf-8")
    for name in report.PLOTS:
        assert (report.HOME / "plots" / name).is_file()


@pytest.mark.parametrize("name", PEERS)
async def test_each_contender_does_the_same_work(name: str, server: Server) -> None:
    server.set(rows=3 * PAGE_SIZE)
    result = Result()
    async with AsyncExitStack() as stack:
        peers = await open_all(stack, (name,), server.url, 4, result)
        if not peers:
            pytest.skip(result.notes[0])
        await peers[name].create(AGENT)
        assert server.counts().requests == 1
        assert len(await peers[name].list(3)) == 3 * PAGE_SIZE
        assert len(await peers[name].list(3, 2)) == 3 * PAGE_SIZE
        assert server.counts().requests == 7


@pytest.mark.parametrize("name", CONTENDERS)
async def test_contenders_do_the_same_work_over_tls(name: str, server: Server) -> None:
    if name == SDK and OVER_AIOHTTP:
        pytest.skip(CERTIFICATES)
    server.set(rows=2 * PAGE_SIZE)
    assert server.certificate is not None
    assert server.tls_url is not None
    with trusting(server.certificate.authority):
        async with AsyncExitStack() as stack:
            peers = await open_all(stack, (name,), server.tls_url, 2, Result())
            await peers[name].create(AGENT)
            assert len(await peers[name].list(2)) == 2 * PAGE_SIZE
    assert server.counts().requests == 3


async def test_a_peer_asks_for_the_first_page_before_the_others() -> None:
    """It cannot know earlier how many pages there are."""
    under_way: list[int] = []
    widths: list[int] = []

    async def page(number: int) -> list[int]:
        under_way.append(number)
        await asyncio.sleep(0)
        widths.append(len(under_way))
        under_way.remove(number)
        return [number]

    assert await read_pages(page, 4, 3) == [1, 2, 3, 4]
    assert widths[0] == 1
    assert max(widths) == 3


async def test_the_server_counts_what_it_refuses(server: Server) -> None:
    server.set(limit=3, per=60.0)
    async with AsyncExitStack() as stack:
        peers = await open_all(stack, (BARE,), server.url, 1, Result())
        answers = [await peers[BARE].create(AGENT) for _ in range(5)]
    assert [answer["r"] for answer in answers] == [0, 0, 0, 429, 429]  # type: ignore[index]
    assert (server.counts().requests, server.counts().refusals) == (5, 2)
    server.set()
    assert server.counts().requests == 0


def test_a_million_rows_need_no_memory() -> None:
    data = json.loads(page_body(10_000, 100, 999_950))["data"]
    assert (data["totalPages"], data["totalAgents"], len(data["agents"])) == (10_000, "999950", 50)
    assert data["agents"][-1]["id"] == "AG_0000999949"


def test_ratios_are_taken_within_rounds() -> None:
    """Noise that hits both contenders of a round alike does not show."""
    costs = {BARE: [Cost(1.0, 2.0), Cost(10.0, 20.0)], SDK: [Cost(0.5, 1.0), Cost(5.0, 10.0)]}
    assert ratios(costs, BARE, SDK) == Spread(2.0, 2.0, 2.0)
    assert ratios(costs, BARE, SDK, kind="cpu", inverse=True) == Spread(0.5, 0.5, 0.5)
