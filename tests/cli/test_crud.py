"""The commands of nouns that are derived from the declarations of their resources."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from stringee_async.cli.app import tree
from stringee_async.cli.vendor import Vendor
from stringee_async.stringee.agents import AgentChanges
from stringee_async.stringee.queues import QueueChanges

from .conftest import Shell

STRINGEE = tree(Vendor.STRINGEE)


def options(*path: str) -> dict[str, object]:
    """Return the options of a command of Stringee by the fields that they set."""
    place: object = STRINGEE
    for word in path:
        place = place.commands[word]  # type: ignore[attr-defined]
    return {one.name: one for one in place.params}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("noun", "declared"), [("agents", AgentChanges), ("queues", QueueChanges)], ids=["agents", "queues"]
)
def test_every_field_that_can_be_changed_is_an_option(noun: str, declared: type) -> None:
    """An update has an option for each field of the declaration, with no list of fields of its own."""
    assert set(declared.__annotations__) <= set(options(noun, "update"))


@pytest.mark.parametrize(
    ("words", "imports"),
    [(("agents", "--help"), True), (("members", "--help"), False), (("users", "list", "--help"), False)],
)
def test_only_the_help_of_a_derived_noun_imports_its_resource(words: tuple[str, ...], imports: bool) -> None:
    """A noun's commands are derived when that noun is asked for; the help of others does not pay for it."""
    code = (
        "import sys, stringee_async.cli.app as a\n"
        f"try: a.app({list(words)!r})\n"
        "except SystemExit: pass\n"
        "print('imported:', 'stringee_async.stringee.agents' in sys.modules, 'msgspec' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert f"imported: {imports} {imports}" in done.stdout


def test_help_shows_text_and_range_of_the_declaration(shell: Shell) -> None:
    """What a field is, what it takes and how it is typed come from its declaration."""
    page = " ".join(shell("queues", "create", "--help", COLUMNS="200").stdout.split())
    assert "Seconds to ring an agent, at least 3; default 15." in page
    assert "3<=x<=86400" in page
    assert "--wrap-up" in page
    assert "--no-wrap-up" in page
    assert "`AVAILABLE` or `NOT AVAILABLE`" in shell("agents", "create", "--help", COLUMNS="200").stdout


def test_a_number_outside_the_range_of_its_field_is_wrong_usage(shell: Shell) -> None:
    """The range of the check ends the command with 64 before anything is sent."""
    words = ("queues", "create", "--name", "Q", "--wrap-up-time-limit", "90000")
    assert "at most 86400" in " ".join(shell(*words, code=64, COLUMNS="200").output.split())
    assert shell.emulator.count() == 0


def test_fields_that_the_sdk_does_not_know_are_sent_by_their_names(shell: Shell) -> None:
    """`--extra NAME=VALUE` sends JSON where it is JSON, and text where it is not; it is a change by itself."""
    words = ("--extra", "unheard_of=[1, 2]", "--extra", "plain=a b")
    agent = shell.fact("agents", "create", "--name", "A", "--user-id", "a", *words)["id"]
    sent = json.loads(shell.emulator.requests[-1].body)
    assert (sent["unheard_of"], sent["plain"]) == ([1, 2], "a b")
    shell("agents", "update", agent, "--extra", "unheard_of=true")
    assert json.loads(shell.emulator.requests[-1].body) == {"unheard_of": True}
    shell("agents", "update", agent, "--system-status", "1")
    assert json.loads(shell.emulator.requests[-1].body) == {"system_status": "1"}
    assert "not of the form NAME=VALUE" in shell("agents", "update", agent, "--extra", "x", code=64).output
