"""Completion in a shell: what is offered for a line that is still typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stringee_async.cli.app import NAME, app

Complete = Callable[[str], list[str]]


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Complete:
    """Asks as the script for bash does; returns what is offered."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("STRINGEE_ASYNC_VENDOR", "STRINGEE_ASYNC_CONFIG", "STRINGEE_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def offered(line: str) -> list[str]:
        monkeypatch.setenv("_STRINGEE_ASYNC_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", f"{NAME} {line}")
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" "))))
        with pytest.raises(SystemExit) as ended:
            app(prog_name=NAME)
        assert ended.value.code == 0
        return capsys.readouterr().out.split()

    return offered


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ag", ["agents"]),
        ("doc", ["doctor"]),
        ("agents ", ["list", "create", "update", "delete"]),
        ("agents create --na", ["--name"]),
        ("agents list -o ", ["table", "json", "ndjson", "csv"]),
        ("agents list --vendor ringme --k", ["--kind"]),
        ("--vendor ringme extensions g", ["get"]),
        ("--vendor ", ["stringee", "ringme", "itniotech"]),
        ("--vendor nope ag", ["agents"]),
        ("call-records l", []),  # another vendor's
    ],
)
def test_words_are_completed_for_the_vendor(complete: Complete, line: str, expected: list[str]) -> None:
    assert complete(line) == expected


def test_names_of_profiles_are_completed(complete: Complete, write_profiles: Callable[[str], Path]) -> None:
    assert complete("agents list --profile ") == []
    write_profiles("[profiles.shop]\n[profiles.show]\n[profiles.pbx]\n")
    assert complete("agents list --profile sh") == ["shop", "show"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_shown(shell: str) -> None:
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # typer's own, so that a shell can be named
    shown = CliRunner().invoke(app, ["--show-completion", shell], prog_name=NAME, env=named)
    assert shown.exit_code == 0
    assert "_STRINGEE_ASYNC_COMPLETE" in shown.stdout
