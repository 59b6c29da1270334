"""What is told of things that are there more than once."""

from __future__ import annotations

import pytest

from stringee_async.cli.app import tree
from stringee_async.cli.vendor import Vendor
from stringee_async.provision.duplicates import COMMANDS, duplicates_of
from stringee_async.provision.things import Live, Reading

from ..kit.command_tree import leaves


def test_all_ids_and_the_command_are_named() -> None:
    groups = tuple(
        Live(kind="group", key=("Sales",), id=each, notes=f"number of agents: {each[-1]}")
        for each in ("G1", "G2")
    )
    links = tuple(Live(kind="link", key=("Sales", "u.a"), id="") for _ in range(2))
    reading = Reading(live={}, twice={("link", ("Sales", "u.a")): links, ("group", ("Sales",)): groups})
    assert [each.text for each in duplicates_of(reading, "stringee")] == [
        (
            "group Sales is there 2 times: G1 (number of agents: 1), G2 (number of agents: 2); remove the one that is not "
            "wanted: stringee-async groups delete ID"
        ),
        "link Sales/u.a is there 2 times: ?, ?",
    ]
    assert not duplicates_of(reading, "another")[0].command


def test_the_command_names_the_vendor_and_how_its_ids_are_given() -> None:
    agents = tuple(Live(kind="agent", key=("u.a",), id=f"local:{number}") for number in (1, 2))
    reading = Reading(live={}, twice={("agent", ("u.a",)): agents})
    commands = [duplicates_of(reading, vendor)[0].command for vendor in ("ringme", "itniotech")]
    assert commands == [
        "stringee-async agents delete --vendor ringme --kind KIND ID (each id above is KIND:ID)",
        "stringee-async agents delete --vendor itniotech ID",
    ]


@pytest.mark.parametrize("vendor", list(COMMANDS))
def test_the_commands_exist(vendor: str) -> None:
    known = {("stringee-async", *path) for path, _ in leaves(tree(Vendor(vendor)))}
    assert {tuple(command.split()) for command in COMMANDS[vendor].values()} <= known
