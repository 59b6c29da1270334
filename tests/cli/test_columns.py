"""Which fields a list shows: `--columns` and `--wide`."""

from __future__ import annotations

import json

import attrs
import pytest

from stringee_async import Agent

from .conftest import Shell


@pytest.fixture
def agents(shell: Shell) -> Shell:
    """A shell with an agent."""
    shell("agents", "create", "--name", "An", "--user-id", "an", "--extra", 'tier="gold"')
    shell.emulator.requests.clear()
    return shell


def test_chosen_columns_are_shown_in_their_order_in_every_form(agents: Shell) -> None:
    chosen = ("agents", "list", "--columns", "name, stringee_user_id,name")
    head, row = [line.split() for line in agents(*chosen).stdout.splitlines() if "─" not in line]
    assert (head, row) == (["name", "stringee_user_id"], ["An", "an"])
    assert agents(*chosen, "-o", "csv").stdout == "name,stringee_user_id\nAn,an\n"
    assert json.loads(agents(*chosen, "-o", "ndjson").stdout) == {"name": "An", "stringee_user_id": "an"}
    assert list(json.loads(agents(*chosen, "-o", "json").stdout)[0]) == ["name", "stringee_user_id"]


def test_wide_shows_every_field(agents: Shell) -> None:
    usual, wide = (agents("agents", "list", *more).stdout.split() for more in ((), ("--wide",)))
    fields = [field.name for field in attrs.fields(Agent)]
    assert set(fields) <= set(wide)
    assert not set(fields) <= set(usual)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--columns", "nmae"), "there is no column 'nmae'; did you mean name?"),
        (("--columns", " ,"), "name fields, such as id,name"),
        (("--columns", "id", "--wide"), "give one of --columns and --wide"),
    ],
)
def test_a_wrong_choice_is_named_before_anything_is_sent(
    agents: Shell, words: tuple[str, ...], expected: str
) -> None:
    wrong = agents("agents", "list", *words, code=64, COLUMNS="200")
    assert expected in wrong.stderr
    assert list(agents.emulator.requests) == []
