"""The demo as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Shell


def test_whole_demo(shell: Shell) -> None:
    """500 people through lost responses, resets and refusals, then a month of changes: nothing missing, nothing double."""
    result = json.loads(shell("demo", "--output", "json").stdout)
    assert result["good"] is True
    assert result["held"] == {"agents": 508, "groups": 20, "queues": 10}
    assert [plan["units"] for plan in result["plans"]] == [1199, 0, 51]
    assert [report["exit_code"] for report in result["reports"]] == [0, 0]
    assert (result["left"], result["double"]) == (0, [])
    assert set(result["faults"]) == {"lost_answer", "late_commit", "reset_before", "status", "retry_after"}
    assert result["adopted"] >= result["faults"]["lost_answer"] > 0
    assert result["tokens"] == 1
    (number,) = result["ivr"]["numbers"]
    keys = number["tree"]["root"]["keys"]
    assert [key["key"] for key in keys] == [*"123456789", "EMPTY_KEY"]
    assert all(key["queue"]["groups"] for key in keys[:9])


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A small specification of a user's own."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "version: 1\nagents:\n  - {user_id: an, name: An, groups: [Sales]}\n"
        "queues:\n  - name: Hotline\n    groups: [Sales]\n",
        encoding="utf-8",
    )
    return path


def test_each_step_is_shown_as_the_command_that_does_it(shell: Shell, centre: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    result = shell("demo", str(centre), "--no-faults", "--keep", str(folder))
    commands = [line for line in result.stdout.splitlines() if line.startswith("$ ")]
    assert commands == [
        "$ stringee-async plan own.yaml",
        "$ stringee-async apply own.yaml",
        "$ stringee-async plan own.yaml",
        "$ stringee-async verify own.yaml",
        "$ stringee-async ivr show 842471234567",
        "$ stringee-async graph own.yaml --to centre.svg",
    ]
    assert "All there: nothing missing, nothing double." in result.stdout
    assert 'number 842471234567 (Hotline)\n  IVR tree "Main menu"\n    node "Welcome" says' in result.stdout
    assert (folder / "centre.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "\x1b" not in result.output


def test_a_wrong_file_is_named_before_anything_starts(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("version: 1\nagentz: []\n", encoding="utf-8")
    result = shell("demo", str(path), code=1)
    assert result.stdout == ""
    assert "bad.yaml:2:1" in result.stderr
    assert "agents" in result.stderr
