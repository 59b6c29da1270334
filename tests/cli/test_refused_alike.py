"""A wrong value is refused alike wherever it comes from: SDK, command line, roster; and nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ConfigError, Created, StringeeClient
from stringee_async.provision.files.problems import Problem
from stringee_async.provision.files.roster_table import read_roster_table

from .conftest import Shell

GOOD = {"name": "An", "stringee_user_id": "an"}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "national number": ({"phone_number": "0901234567"}, "phone_country"),
    "status": ({"manual_status": "AVAIL"}, "did you mean AVAILABLE"),
    "long name": ({"name": "A" * 100_000}, "at most 255 characters, got 100,000"),
    "NUL in a name": ({"name": "A\x00B"}, "control character"),
    "NUL in an id": ({"stringee_user_id": "a\x00b"}, "control character"),
    "user id of 40 characters": ({"stringee_user_id": "u" * 40}, "at most 36 characters, got 40"),
    "damaged user id": ({"stringee_user_id": "1001.0"}, "changed by a spreadsheet"),
}
OPTIONS = {"stringee_user_id": "--user-id"}
COLUMNS = {"stringee_user_id": "user_id", "phone_number": "phone"}

Call = Callable[[StringeeClient], Awaitable[Any]]


def refused_by_sdk(shell: Shell, call: Call) -> str:
    """Make a call against the emulator; return what the client says of it."""

    async def work() -> str:
        async with StringeeClient(**shell.emulator.stringee()) as client:
            with pytest.raises(ConfigError) as caught:
                await call(client)
            return caught.value.message

    return asyncio.run(work())


def words(fields: dict[str, Any]) -> list[str]:
    """Return fields as options of the command line."""
    options: list[str] = []
    for name, value in fields.items():
        options += [OPTIONS.get(name, f"--{name.replace('_', '-')}"), str(value)]
    return options


@pytest.mark.parametrize("bad", BAD)
def test_a_wrong_field_is_refused_alike_by_sdk_command_line_and_roster(shell: Shell, bad: str) -> None:
    wrong, advice = BAD[bad]
    sdk: list[Call] = [
        lambda c: c.agents.create(**{**GOOD, **wrong}),
        lambda c: c.agents.update("AG_1", **wrong),
        lambda c: c.agents.ensure(**{**GOOD, **wrong}),
    ]
    for call in sdk:
        assert advice in refused_by_sdk(shell, call)
    commands = [
        ["agents", "create", *words({**GOOD, **wrong})],
        ["agents", "create", "--ensure", *words({**GOOD, **wrong})],
        ["agents", "update", "AG_1", *words(wrong)],
    ]
    for command in commands:
        told = " ".join(shell(*command, code=1).stderr.split())
        assert advice in told
    if "manual_status" not in wrong:  # a roster has no column for it
        row = {COLUMNS.get(name, name): value for name, value in {**GOOD, **wrong}.items()}
        text = f"{','.join(row)}\n{','.join(row.values())}\n"
        problems: list[Problem] = []
        read_roster_table(text.encode(), source="people.csv", phone_country=None, problems=problems)
        told = " ".join(problem.text for problem in problems)
        assert advice in told or "zero bytes" in told
    assert len(shell.emulator.requests) == 0


def test_ringing_a_phone_without_a_number_is_refused_alike(shell: Shell, tmp_path: Path) -> None:
    advice = "phone_number must be given"
    assert advice in refused_by_sdk(shell, lambda c: c.agents.create(**GOOD, routing_type=2))
    typed = "--routing-type 2 rings the agent's phone, so --phone-number must be given"
    assert typed in shell("agents", "create", *words(GOOD), "--routing-type", "2", code=1).stderr
    problems: list[Problem] = []
    read_roster_table(
        b"user_id,name,phone,routing\nan,An,,phone\n",
        source="people.csv",
        phone_country=None,
        problems=problems,
    )
    assert problems[0].text == "is empty, but routing is phone"
    cleared = refused_by_sdk(shell, lambda c: c.agents.update("AG_1", routing_type=2, phone_number=None))
    assert "must not be cleared" in cleared
    clear = ("agents", "update", "AG_1", "--routing-type", "2", "--clear", "phone-number")
    assert "--phone-number must not be cleared" in shell(*clear, code=1).stderr
    assert len(shell.emulator.requests) == 0
    assert advice in refused_by_sdk(shell, lambda c: c.agents.ensure(**GOOD, routing_type=2))
    assert typed in shell("agents", "create", "--ensure", *words(GOOD), "--routing-type", "2", code=1).stderr
    assert [request.method for request in shell.emulator.requests] == ["GET", "GET"]


def test_a_value_beyond_a_limit_of_ours_can_be_sent_all_the_same(shell: Shell) -> None:
    long = "u" * 40

    async def work() -> Created:
        async with StringeeClient(**shell.emulator.stringee()) as client:
            with pytest.raises(ConfigError) as caught:
                await client.agents.create(name="An", stringee_user_id=long)
            assert "`extra`" in " ".join(caught.value.__notes__)
            with pytest.raises(Exception, match="stringee_user_id is invalid"):
                await client.agents.create(name="An", stringee_user_id=long, extra={"stringee_user_id": long})
            return await client.agents.create(**GOOD, extra={"phone_number": "84900", "unheard_of": 1})

    made = asyncio.run(work())
    assert shell.emulator.state.stringee.agents[made.id]["phone_number"] == "84900"
    assert b'"unheard_of":1' in shell.emulator.requests[-1].body
