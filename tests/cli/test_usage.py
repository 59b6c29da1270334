"""How a command is written, and what its help and its tables look like on a narrow terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from stringee_async.cli.app import app, tree
from stringee_async.cli.output import Form, show_rows
from stringee_async.cli.vendor import Vendor
from stringee_async.cli.vendor_selection import choose

from ..kit.command_tree import leaves
from .conftest import Shell


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("width", [30, 60, 100])
def test_help_cuts_no_word(vendor: Vendor, width: int) -> None:
    """Every option of every command stands in its help as it is typed, on a narrow terminal too.

    No name of an option, a variable or a file ends in dots, at the root and in the groups neither. What is narrower
    than the longest option shows it on two lines.
    """
    commands = dict(leaves(tree(vendor)))
    groups = {path[:1] for path in commands if len(path) > 1}
    for path in [(), *sorted(groups), *commands]:
        shown = (
            CliRunner().invoke(app, [*path, "--vendor", vendor, "--help"], env={"COLUMNS": str(width)}).stdout
        )
        assert "…" not in shown, path
        assert re.search(r"--help(?![a-z-])", shown), path
        if path in commands and width >= 60:
            options = [
                one for one in commands[path].params if one.param_type_name == "option" and not one.hidden
            ]
            names = [name for one in options for name in (*one.opts, *one.secondary_opts)]
            assert [name for name in names if name not in shown] == [], path


@pytest.mark.parametrize("words", [(), ("agents",), ("agents", "list"), ("demo",)])
def test_h_shows_help_at_every_level(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*words, "-h"])
    assert (shown.exit_code, "Usage" in shown.stdout) == (0, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["-o", "json", "agents", "list"], ["agents", "list", "-o", "json"]),
        (
            ["agents", "--output=csv", "list", "--first", "3"],
            ["agents", "list", "--first", "3", "--output=csv"],
        ),
        (["-v", "--profile", "shop", "whoami"], ["whoami", "-v", "--profile", "shop"]),
        (["--raw", "agents", "delete", "--", "-v"], ["agents", "delete", "--raw", "--", "-v"]),
        (["agents", "create", "--name", "-v"], ["agents", "create", "--name", "-v"]),
        (["--phone-country", "VN", "agents", "list"], ["agents", "list", "--phone-country", "VN"]),
        (["-ojson", "agents", "list"], ["agents", "list", "-ojson"]),
        (["--version"], ["--version"]),
        (["-o"], ["-o"]),
    ],
)
def test_shared_options_may_stand_before_the_command(before: list[str], after: list[str]) -> None:
    assert choose([*before, "--vendor", "ringme"], {})[1] == after if "--" not in before else True
    assert choose(["--vendor", "ringme", *before], {})[1] == after


def test_options_may_stand_before_the_command(shell: Shell) -> None:
    assert (
        shell("-o", "json", "agents", "list").stdout == shell("agents", "list", "-o", "json").stdout == "[]\n"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("agents", "list", "--first", "abc"),
            "Invalid value for '--first': must be a whole number, such as 5",
        ),
        (("agents", "list", "--first", "0"), "must be at least 1"),
        (("agents", "list", "-o", "xml"), "'xml' is not one of 'table', 'json', 'ndjson', 'csv'"),
        (("emulator", "--latency", "x"), "must be a number, such as 0.5"),
    ],
)
def test_wrong_values_are_explained_in_plain_words(
    words: tuple[str, ...], expected: str, shell: Shell
) -> None:
    shown = " ".join(shell(*words, code=64, COLUMNS="200").output.split())
    assert expected in shown
    assert "Input should" not in shown


WIDE = {
    "id": "AG_0UK7UF7FV33LFBX1",
    "name": "Nguyễn Văn An của phòng kinh doanh miền Bắc",
    "manual_status": "NOT AVAILABLE",
    "phone_number": "84901234567",
    "queue_id": "QU_1234567890ABCDEF",
    "from_number_callout_to_agent": "842499990001",
}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Shows rows on a terminal of a width, and returns what it shows."""

    def shown(width: int, rows: list[dict[str, str]], columns: Iterable[str]) -> str:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", str(width))
        show_rows(rows, list(columns), Form())
        return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)

    return shown


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 160, 200])
def test_no_word_of_a_table_is_broken(terminal: Callable[..., str], width: int) -> None:
    out = terminal(width, [WIDE, WIDE], WIDE)
    words = {word for name, text in WIDE.items() for word in (name, *text.split())}
    assert all(out.split().count(word) >= 2 or word in WIDE for word in words)
    assert words <= set(out.split())
    if width >= 80:
        assert max(map(cell_len, out.splitlines())) <= width


def test_a_table_too_wide_for_the_terminal_has_a_line_for_each_field(terminal: Callable[..., str]) -> None:
    columns = ("id", "name", "manual_status", "phone_number")
    wide = terminal(80, [WIDE, WIDE], columns)
    assert len(wide.splitlines()) == 6, wide
    narrow = terminal(50, [WIDE, WIDE], columns)
    lines = [line.rstrip() for line in narrow.splitlines()]
    assert lines[0] == "id             AG_0UK7UF7FV33LFBX1"
    assert lines[1:4] == [
        "name           Nguyễn Văn An của phòng kinh doanh",
        "               miền Bắc",
        "manual_status  NOT AVAILABLE",
    ]
    assert lines[4:7] == ["phone_number   84901234567", "", lines[0]]
    assert terminal(30, [], columns) == ""


def test_a_long_word_is_broken_rather_than_the_table(terminal: Callable[..., str]) -> None:
    row = {"id": "1", "url": "https://host.example/" + "x" * 300}
    lines = [line.rstrip() for line in terminal(60, [row], row).splitlines()]
    assert max(map(len, lines)) <= 60
    assert "".join(line[2:].strip() for line in lines[2:]) == row["url"]


def bad_roster(folder: Path, rows: int) -> Path:
    """Return a specification whose roster has so many bad rows."""
    text = "user_id,name\n" + "".join(f",{number}\n" for number in range(rows))
    (folder / "bad.csv").write_text(text, encoding="utf-8")
    path = folder / "bad.yaml"
    path.write_text("version: 1\nagents: {from: bad.csv}\n", encoding="utf-8")
    return path


def test_three_thousand_bad_rows_are_twenty_lines_and_a_file(shell: Shell, tmp_path: Path) -> None:
    path, everything = bad_roster(tmp_path, 3000), tmp_path / "errors.txt"
    shown = shell("plan", str(path), code=1).stderr
    assert len(shown.splitlines()) <= 24
    assert "and 2980 more; --errors FILE" in shown
    shown = shell("plan", str(path), "--errors", str(everything), code=1).stderr
    assert len(shown.splitlines()) <= 24
    assert f"all 3000 are in {everything}" in shown
    assert sum("user_id" in line for line in everything.read_text(encoding="utf-8").splitlines()) == 3000


def test_a_file_for_errors_that_cannot_be_written(shell: Shell, tmp_path: Path) -> None:
    path = bad_roster(tmp_path, 3)
    shown = shell("demo", str(path), "--errors", str(tmp_path / "no" / "folder"), code=1).stderr
    assert "cannot be written" in shown
    assert "user_id" in shown


def test_rows_that_do_not_end_at_a_terminal_are_not_wider(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([{"id": "1", "name": "x" * 300}], ["id", "name"], Form())
    assert "x" * 300 in capsys.readouterr().out


WRONG: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "stringee": [
        (("users", "send", "Hello", "--from", "a", "--to", "b"), "must be a JSON object"),
        (("users", "list", "--attribute", "x"), "not of the form NAME=VALUE"),
        (("nonsense",), "nonsense"),
        (("agents",), "Usage"),
        (("agents", "create"), "--name"),
        (("agents", "list", "--output", "xml"), "xml"),
        (("agents", "list", "--first", "0"), "--first"),
        (("agents", "list", "--vendor", "no one"), "is not one of"),
        (("agents", "update", "AG_X"), "at least one field"),
        (("agents", "update", "AG_X", "--clear", "name"), "cannot be cleared"),
        (("agents", "update", "AG_X", "--clear", "phone_number", "--phone-number", "84951112223"), "at once"),
        (("routings", "update", "GR_RO_X"), "--primary"),
        (("emulator", "--rate-limit", "many"), "REQUESTS/SECONDS"),
        (("demo", "/no/such/file.csv"), "does not exist"),
    ],
    "ringme": [
        (("agents", "delete", "9"), "--kind"),
        (("agents", "create", "--kind", "local"), "--extension-id: a local agent needs one"),
        (("agents", "create", "--kind", "remote"), "--number: a remote agent needs one"),
        (("agents", "create", "--kind", "remote", "--extension-id", "1", "--number", "8"), "has none"),
        (("agents", "list", "--kind", "remote", "--extension-id", "1"), "has none"),
        (("agents", "update", "9", "--kind", "local"), "at least one field"),
        (("agents", "update", "9", "--kind", "local", "--clear", "extension_id"), "cannot be cleared"),
        (("agents", "list", "--kind", "other"), "other"),
        (("queues", "update", "9"), "at least one field"),
        (("extensions", "create", "--name", "1"), "--type"),
        (("groups", "list"), "RingMe has no command 'groups'; Stringee has it"),
        (("agents", "enable", "9"), "RingMe has no command 'agents enable'; ITNIO TECH has it"),
        (("agents", "fly"), "No such command 'fly'"),
        (("agents", "list", "--user-id", "a"), "No such option: --user-id"),
    ],
    "itniotech": [
        (("agent-groups", "create", "--name", "Sales"), "--app-id"),
        (("agent-groups", "set", "5"), "at least one field"),
        (("agent-groups", "set", "5", "--clear", "show-recordings"), "cannot be cleared"),
        (("agents", "create", "5", "--size", "0"), "--size"),
        (("agents", "update", "5", "--name", "An"), "--group"),
        (("agents", "priority", "5", "7"), "NAME=VALUE"),
        (("agents", "priority", "5", "7=high"), "a priority is a number"),
        (("agents", "priority", "5", "7=1", "7=2"), "twice"),
        (("call-records", "list", "--from", "yesterday", "--until", "2025-01-08"), "yesterday"),
        (("queues", "list"), "ITNIO TECH has no command 'queues'; Stringee and RingMe have it"),
        (("agents", "get", "5"), "RingMe has it: stringee-async agents get --vendor ringme"),
        (("agents", "list", "--kind", "local"), "No such option: --kind"),
    ],
}


@pytest.mark.parametrize(
    ("vendor", "words", "expected"),
    [(vendor, words, expected) for vendor, rows in WRONG.items() for words, expected in rows],
)
def test_wrong_usage_is_said_and_sends_nothing(
    shell: Shell, vendor: str, words: tuple[str, ...], expected: str
) -> None:
    assert expected in " ".join(shell.of(vendor)(*words, code=64, COLUMNS="250").output.split())
    assert shell.emulator.count() == 0
