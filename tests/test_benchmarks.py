"""The benchmarks run, refuse what they do not know, and what the README shows is what they found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.__main__ import main
from benchmarks.goals import GOALS, Goal
from benchmarks.measure import Cost, Spread, ratios
from benchmarks.peers.peer import AGENT, BARE, PAGE_SIZE, PEERS, SDK
from benchmarks.server import Server, page_body
from benchmarks.workloads.catalogue import ROWS
from benchmarks.workloads.row import Result, open_all

RESULTS = report.load()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The benchmarks' server, in its process; not pinned to a core, as tests share theirs."""
    with Server(pin=False) as running:
        yield running


def test_one_row_runs_quickly_over_loopback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = report.README.read_text(encoding="utf-8")
    assert main(["--quick", "--only", "list-0ms-ahead-4", "--out", str(tmp_path)]) == 0
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert list(found["rows"]) == ["list-0ms-ahead-4"]
    figure = found["rows"]["list-0ms-ahead-4"]["figures"][f"{SDK}: throughput"]
    assert 0 < figure["low"] <= figure["median"] <= figure["high"]
    assert found["machine"]["cores"] >= 1
    assert found["machine"]["packages"]["aiohttp"] != "not installed"
    assert "list-0ms-ahead-4" in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "list-0ms-ahead-4" in capsys.readouterr().out
    assert report.README.read_text(encoding="utf-8") == readme
    assert report.load() == RESULTS


def test_an_unknown_row_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "create-64", "nonsense"])
    assert "no such row: nonsense" in capsys.readouterr().err


def test_the_rows_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ROWS)


DESIGN = [
    ("create-64", "at least", 1.10, 1.25),
    ("list-0ms", "at least", 1.30, 1.5),
    ("list-0ms-ahead-8", "at least", 1.40, 1.6),
    ("list-200-pages", "at least", 12, 14),
    ("bulk", "at least", 0.90, 0.95),
    ("bulk-limit", "at least", 0.97, 0.99),
    ("bulk-limit", "at most", 0, None),
    ("part-layers", "at most", 15, 8),
    ("decode-50", "at most", 1.5, 1.2),
    ("create-64", "at least", 2.5, 4),
    ("create-64", "at least", 5, 40),
    ("crowd", "at most", 0, None),
    ("crowd", "at least", 0.95, None),
    ("rows-100000", "at most", 15, 5),
    ("growth-permits", "at most", 1.5, 1.1),
    ("list-500-callers", "at most", 1.5, None),
]
"""The goals as the design has them, written a second time so that no one lowers one in passing."""


def test_the_goals_are_those_of_the_design() -> None:
    """No goal was lowered, dropped or turned round."""
    assert [(goal.row, goal.sense, goal.value, goal.stretch) for goal in GOALS] == DESIGN


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.what)
def test_every_goal_has_its_figure(goal: Goal) -> None:
    assert goal.row in ROWS
    assert goal.found(RESULTS) is not None


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


def test_the_readme_shows_the_committed_results() -> None:
    readme = report.README.read_text(encoding="utf-8")
    assert readme.count(report.BEGIN) == readme.count(report.END) == 1
    assert report.with_part(readme, RESULTS) == readme
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
