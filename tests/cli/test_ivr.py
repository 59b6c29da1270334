"""What answers the numbers, as a tree: drawn on a terminal, indented elsewhere, or as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from stringee_async.cli.branches import Branch, indented, show_branches

from .conftest import Shell

NUMBER = "842471234567"


@pytest.fixture
def centre(shell: Shell) -> dict[str, str]:
    """A number with a menu of two nodes, and one that rings a queue; ids by name."""
    made = shell.made
    group = made("groups", "create", "--name", "Day shift")
    sales, night = (made("queues", "create", "--name", name) for name in ("Sales", "Night"))
    shell("routings", "create", sales, group)
    tree = made("ivr-trees", "create", "--name", "Main")
    nodes = ("--mode", "talk", "--content")
    root = made("ivr-nodes", "create", tree, "--name", "Welcome", *nodes, "Hello there")
    more = made("ivr-nodes", "create", tree, "--name", "More", *nodes, "More")
    shell.emulator.state.stringee.ivr_nodes.change(root, node_play_content="Hello \x1b[2J there")
    made("ivr-nodes", "create", tree, "--name", "Lost", *nodes, "x" * 100)
    for node, key, *words in (
        (root, "1", "--action", "2", "--queue-id", sales),
        (root, "2", "--action", "4", "--next-node", more),
        (root, "3", "--action", "3", "--to-number", "84900000001"),
        (root, "EMPTY_KEY", "--action", "6"),
        (more, "0", "--action", "4", "--next-node", root),
    ):
        made("ivr-keys", "create", node, "--key", key, *words)
    unused = made("ivr-trees", "create", "--name", "Unused")
    words = ("--no-allow-outbound-calls", "--enable-ivr", "--ivr-menu", tree, "--nickname", "Hotline")
    made("numbers", "create", "--number", NUMBER, *words)
    words = ("--no-allow-outbound-calls", "--no-enable-ivr", "--queue-id", night)
    made("numbers", "create", "--number", "842471234568", *words)
    return {"tree": tree, "root": root, "unused": unused, "sales": sales}


WHOLE = f"""\
number {NUMBER} (Hotline)
  IVR tree "Main"
    node "Welcome" says "Hello \\x1b[2J there"
      1: queue "Sales"
        group "Day shift", 0 agents, primary
      2: node "More" says "More"
        0: node "Welcome", shown above
      3: phone 84900000001
      no key: the end of the call
    node "Lost" says "{"x" * 60}..."
number 842471234568
  queue "Night"
no number leads to
  IVR tree "Unused"
    no node answers
"""


def test_what_answers_the_numbers_is_shown_as_indented_text(shell: Shell, centre: dict[str, str]) -> None:
    assert shell("ivr", "show").stdout == WHOLE
    assert shell("ivr", "show", f"+{NUMBER}").stdout == WHOLE.partition("number 842471234568")[0]


def test_what_answers_the_numbers_is_shown_as_json(shell: Shell, centre: dict[str, str]) -> None:
    found = shell.fact("ivr", "show")
    assert json.loads(shell("ivr", "show", "--json").stdout) == found
    hotline, night = found["numbers"]
    assert (hotline["number"], hotline["nickname"], hotline["tree"]["id"]) == (
        NUMBER,
        "Hotline",
        centre["tree"],
    )
    root = hotline["tree"]["root"]
    assert [key["key"] for key in root["keys"]] == ["1", "2", "3", "EMPTY_KEY"]
    assert root["keys"][0]["queue"]["groups"][0]["name"] == "Day shift"
    assert root["keys"][1]["node"]["keys"][0]["node"] == {
        "id": centre["root"],
        "name": "Welcome",
        "shown_above": True,
    }
    assert [node["name"] for node in hotline["tree"]["unreached"]] == ["Lost"]
    assert night["queue"]["name"] == "Night"
    assert [tree["id"] for tree in found["unused_trees"]] == [centre["unused"]]


def test_what_points_to_something_that_is_gone_is_shown_all_the_same(
    shell: Shell, centre: dict[str, str]
) -> None:
    state = shell.emulator.state.stringee
    del state.queues[centre["sales"]]
    for key, row in dict(state.ivr_keypresses.items()).items():
        if row["node_key"] == "EMPTY_KEY":
            state.ivr_keypresses.change(key, action=9)
        elif row["node_key"] == "0":
            state.ivr_keypresses.change(key, next_node="gone")
    shown = shell("ivr", "show", NUMBER).stdout
    assert f"1: queue {centre['sales']}\n" in shown
    assert "0: node gone, which is not there\n" in shown
    assert "no key: action 9\n" in shown


def test_a_number_that_is_not_there_is_wrong_usage(shell: Shell) -> None:
    assert "there is no number 84900" in " ".join(shell("ivr", "show", "84900", code=64).output.split())
    assert "There are no numbers and no IVR trees." in shell("ivr", "show").stderr


def test_a_terminal_gets_lines_between_the_branches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    branches = [Branch("a", (Branch("b [bold]"), Branch("c\x1b", (Branch("d"),))))]
    assert list(indented(branches)) == ["a", "  b [bold]", "  c\\x1b", "    d"]
    show_branches(branches)
    assert capsys.readouterr().out.splitlines() == ["a", "  b [bold]", "  c\\x1b", "    d"]
    terminal: Any = sys.stdout
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    show_branches(branches)
    assert capsys.readouterr().out.split() == ["a", "├──", "b", "[bold]", "└──", "c\\x1b", "└──", "d"]
