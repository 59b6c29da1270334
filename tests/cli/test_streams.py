"""What reaches standard output: every letter, whatever the encoding, and a plain end where it cannot be written."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from stringee_async import UnknownWrite
from stringee_async.cli.output import Form, OutputFormat, note, show_fields, show_record, show_rows
from stringee_async.cli.trouble import show_unknown
from stringee_async.cli.vendor import Vendor
from stringee_async.emulator import Fault

from .conftest import Shell

PROGRAM = (sys.executable, "-m", "stringee_async")
NAME = "Nguyễn Văn Ấn"


def environment(shell: Shell, **more: str) -> dict[str, str]:
    given = {name: value for name, value in shell.environment.items() if value is not None}
    # In debug mode asyncio itself tells on standard error of a turn that took long.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONASYNCIODEBUG"}
    return {**inherited, **given, **more}


def run(shell: Shell, *words: str, code: int = 0, stdout: Any = subprocess.PIPE, **more: str) -> Any:
    done = subprocess.run(
        [*PROGRAM, *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        env=environment(shell, **more),
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return done


def interrupted(shell: Shell, *words: str, when: Callable[[], object]) -> tuple[bytes, bytes]:
    """Run a command and press Ctrl-C as soon as `when` holds; return what it wrote."""
    with subprocess.Popen(
        [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(shell)
    ) as process:
        end = time.monotonic() + 60.0  # longer than a loaded machine needs
        while not when():
            assert time.monotonic() < end
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        written = process.communicate(timeout=60)
    assert process.returncode == 130
    return written


@pytest.fixture
def an(shell: Shell) -> Shell:
    """A shell with one agent whose name cp1252 does not know."""
    shell("agents", "create", "--name", NAME, "--user-id", "an")
    return shell


@pytest.fixture
def full() -> Iterator[BinaryIO]:
    """A device that is always full."""
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    with Path("/dev/full").open("wb") as device:
        yield device


@pytest.fixture
def left() -> Iterator[int]:
    """A pipe whose reader has left."""
    if sys.platform == "win32":
        pytest.skip("pipes are another matter there")
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_no_letter_is_lost_in_a_pipe(an: Shell, encoding: str) -> None:
    more = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    assert json.loads(run(an, "agents", "list", "-o", "json", **more).stdout)[0]["name"] == NAME
    assert json.loads(run(an, "agents", "list", "-o", "ndjson", **more).stdout)["name"] == NAME
    text = run(an, "agents", "list", "-o", "csv", **more).stdout.decode("utf-8")
    assert next(csv.DictReader(io.StringIO(text)))["name"] == NAME
    assert NAME in run(an, "agents", "list", **more).stdout.decode("utf-8")


def test_json_in_another_encoding_is_ascii(an: Shell) -> None:
    done = run(an, "agents", "list", "-o", "json", PYTHONIOENCODING="cp1252")
    assert done.stdout.isascii()
    assert b"Nguy\\u1ec5n" in done.stdout


def test_csv_with_a_byte_order_mark(an: Shell) -> None:
    """`--bom` begins CSV with one, by which Excel recognises UTF-8; without it there is none."""
    assert run(an, "agents", "list", "-o", "csv", "--bom").stdout.startswith(b"\xef\xbb\xbfid,")
    assert run(an, "agents", "list", "-o", "csv").stdout.startswith(b"id,")


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "＝1",
        "\r=1",
        "\n=1",
        "\u200b=1",
        "\ufeff=1",
    ],
)
def test_csv_cells_are_no_formulas(shell: Shell, name: str) -> None:
    """A cell that a spreadsheet would run as a formula begins with an apostrophe, unless `--raw` is given."""
    shell.emulator.state.stringee.add_agent(name=name, stringee_user_id="an")
    (safe,) = csv.DictReader(io.StringIO(shell("agents", "list", "-o", "csv").stdout, newline=""))
    (raw,) = csv.DictReader(io.StringIO(shell("agents", "list", "-o", "csv", "--raw").stdout, newline=""))
    assert (safe["name"], raw["name"]) == (f"'{name}", name)


@pytest.mark.parametrize("name", ["An\r=1+1", "An\n=1+1", "An\r\n=1+1"])
def test_a_line_break_in_a_cell_begins_no_row(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([{"id": "A1", "name": name}], ["id", "name"], Form(OutputFormat.CSV))
    text = capsys.readouterr().out
    assert [row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))] == [name]
    assert text.endswith("\n")
    assert not text.endswith("\r\n")


def test_plain_numbers_in_csv_stay_as_they_are() -> None:
    """A number with a sign runs nothing, so it gets no apostrophe."""
    from stringee_async.cli.output import _harmless

    numbers = ["+84901234567", "-5", "+1.5"]
    assert [_harmless(text, text) for text in numbers] == numbers
    assert _harmless(-5, "-5") == "-5"


def test_columns_of_csv_do_not_depend_on_rows(shell: Shell) -> None:
    for words in (("agents",), ("groups",), ("queues",), ("users",)):
        empty = shell(*words, "list", "-o", "csv").stdout
        assert empty.count("\n") == 1
        if words[0] in {"agents", "groups", "queues"}:
            extra = ("--user-id", "an") if words[0] == "agents" else ()
            shell(words[0], "create", "--name", "A", *extra)
            assert shell(*words, "list", "-o", "csv").stdout.splitlines()[0] == empty.strip()


@pytest.mark.parametrize(
    ("vendor", "words"),
    [
        ("ringme", ("agents", "list")),
        ("ringme", ("extensions", "list")),
        ("ringme", ("current-calls", "list")),
        ("itniotech", ("agents", "list")),
        ("itniotech", ("team-leaders", "list")),
    ],
)
def test_other_vendors_have_columns_without_rows(shell: Shell, vendor: str, words: tuple[str, ...]) -> None:
    header, *_ = shell.of(vendor)(*words, "-o", "csv").stdout.splitlines()
    assert len(header.split(",")) > 4
    assert header.endswith(",extra")


def test_ndjson_is_one_object_a_line(shell: Shell) -> None:
    for place in range(3):
        made = shell("agents", "create", "--name", f"A{place}", "--user-id", f"a{place}", "-o", "ndjson")
        assert json.loads(made.stdout)["result"] == "created"
    lines = shell("agents", "list", "-o", "ndjson").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["A0", "A1", "A2"]


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_reader_that_leaves_ends_every_format_alike(an: Shell, left: int, form: str) -> None:
    assert b"rror" not in run(an, "agents", "list", "-o", form, stdout=left).stderr


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_results_that_cannot_be_written_end_with_1(an: Shell, full: BinaryIO, form: str) -> None:
    done = run(an, "agents", "list", "-o", form, stdout=full, code=1)
    assert done.stderr.decode().startswith("error: standard output cannot be written: No space left")


@pytest.mark.parametrize("form", ["table", "json"])
def test_what_was_created_is_said_although_standard_output_is_full(
    an: Shell, full: BinaryIO, form: str
) -> None:
    done = run(an, "groups", "create", "--name", "Sales", "-o", form, stdout=full, code=1)
    (group,) = an.rows("groups", "list")
    assert f"created group {group['id']}" in done.stderr.decode()
    assert "error: standard output cannot be written" in done.stderr.decode()


def test_a_full_disk_does_not_stop_a_deletion(an: Shell, full: BinaryIO) -> None:
    an("agents", "create", "--name", "B", "--user-id", "b")
    ids = [row["id"] for row in an.rows("agents", "list")]
    run(an, "agents", "delete", *ids, stdout=full, code=1)
    assert an.rows("agents", "list") == []


@pytest.mark.skipif(sys.platform == "win32", reason="streams are another matter there")
@pytest.mark.parametrize("words", [("agents", "list"), ("--help",), ("agents", "delete", "AG_1")])
def test_closed_standard_output_is_said_at_once(shell: Shell, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import os, sys; os.close(1); os.execv(sys.executable, {[*PROGRAM, *words]!r})",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(shell),
        timeout=60,
        check=False,
    )
    assert (done.returncode, shell.emulator.count()) == (1, 0)
    assert (
        done.stderr == b"error: standard output is closed, so results cannot be written; nothing was done\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_ctrl_c_in_the_middle_of_a_deletion_reports_all_ids(shell: Shell, form: str) -> None:
    """After Ctrl-C there is a row for every id: deleted, unknown or not started; and a way to look."""
    ids = [shell.made("agents", "create", "--name", f"A{i}", "--user-id", f"a{i}") for i in range(20)]
    held = [Fault.hang(100.0)] * 16
    shell.emulator.faults.script("agents.delete", Fault.slow_answer(0.0), Fault.slow_answer(0.0), *held)
    words = ("agents", "delete", *ids, "-o", form)
    out, errors = interrupted(shell, *words, when=lambda: shell.emulator.count("agents.delete") >= 18)
    assert b"2 deleted, 16 unknown, 2 not started" in errors
    assert b"`stringee-async agents list`" in errors
    if form == "table":
        assert out.count(b"deleted agent") == 2
        return
    rows = json.loads(out) if form == "json" else list(csv.DictReader(io.StringIO(out.decode())))
    assert [row["id"] for row in rows] == ids
    assert [row["result"] for row in rows].count("unknown") == 16


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_ctrl_c_in_a_create_says_what_may_have_been_done(shell: Shell) -> None:
    shell.emulator.faults.script("agents.create", Fault.hang(100.0))
    words = ("agents", "create", "--name", "An", "--user-id", "u.an.nguyen")
    _, errors = interrupted(shell, *words, when=lambda: shell.emulator.count("agents.create"))
    assert b"1 write left and may have been carried out:\n  agents.create (u....en)" in errors
    assert b"Look what is there before you repeat them: `stringee-async agents list`." in errors


def test_skipped_rows_are_counted(an: Shell) -> None:
    """A listing says on standard error how many rows it does not show, and why the first is not shown."""
    data = '"totalAgents": 3, "totalPages": 1, "currentPage": 1, "limit": 100, "agents": [{"id": "AG_1"}, 5, "x"]'
    body = f'{{"r": 0, "data": {{{data}}}}}'
    an.emulator.faults.script("agents.list", Fault.wrong_envelope(body))
    done = an("agents", "list", "-o", "json")
    assert "2 rows skipped" in done.stderr


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_on_a_full_disk_is_said(shell: Shell, full: BinaryIO, word: str) -> None:
    done = run(shell, word, stdout=full, code=1)
    assert done.stderr.decode().startswith("error: standard output cannot be written: No space left")


def test_a_reader_that_leaves_the_help_ends_it_with_0(shell: Shell, left: int) -> None:
    assert run(shell, "agents", "--help", stdout=left).stderr == b""


def test_a_long_wait_is_said(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> None:
    """While nothing happens the command says that it waits, for how long, and what for."""
    monkeypatch.setattr("stringee_async.cli.trouble.QUIET", 0.05)
    shell.emulator.faults.script("agents.list", Fault.slow_answer(0.3))
    assert re.search(r"waiting for a response, \d s so far; Ctrl-C stops", shell("agents", "list").stderr)
    shell.emulator.faults.script("agents.list", Fault.retry_after(0.3))
    shown = shell("agents", "list").stderr
    assert "waiting for the limit, or until the vendor can be tried again" in shown


def test_unknown_writes_are_listed_with_a_way_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    writes = [UnknownWrite("agents.create", f"user-{place}") for place in range(30)]
    writes += [UnknownWrite("group_agents.add", "GR_1/AG_1"), UnknownWrite("users.send_message", "")]
    show_unknown(writes, Vendor.STRINGEE)
    err = capsys.readouterr().err
    assert err.startswith("32 writes left and may have been carried out:\n  agents.create (us...-0)\n")
    assert "  and 12 more\n" in err
    assert "`stringee-async agents list` and `stringee-async members list GROUP_ID`." in err
    show_unknown(writes[:1], Vendor.RINGME)
    assert "`stringee-async agents list --vendor ringme`" in capsys.readouterr().err
    show_unknown(writes[-1:], Vendor.STRINGEE)
    assert "there is no command that lists them" in capsys.readouterr().err
    show_unknown(writes[:1], Vendor.STRINGEE, gone=True)
    assert "kept nothing" in capsys.readouterr().err
    show_unknown([], Vendor.STRINGEE)
    assert capsys.readouterr().err == ""


STEERING = "\x1b[31mred\x1b]0;owned\x07\x9b1m\r\n\u202egnp.exe"
ROW = {"id": "A1", "name": STEERING, "groups": [STEERING]}


@pytest.mark.parametrize("way", ["table", "fields", "sentence", "note"])
def test_stored_names_are_shown_with_escapes(way: str, capsys: pytest.CaptureFixture[str]) -> None:
    if way == "table":
        show_rows([ROW], ["id", "name", "groups"], Form(OutputFormat.TABLE))
    elif way == "fields":
        show_fields(ROW, Form(OutputFormat.TABLE))
    elif way == "sentence":
        show_record(ROW, f"created agent {STEERING}", Form(OutputFormat.TABLE))
    else:
        note(STEERING)
    out, err = capsys.readouterr()
    shown = out + err
    assert "red" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert "\n\u202e" not in shown


@pytest.mark.parametrize("kind", [OutputFormat.JSON, OutputFormat.NDJSON])
def test_json_says_the_same_without_a_character_that_steers_a_terminal(
    kind: OutputFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    show_rows([ROW | {"name": f"Nguyễn \x7f{STEERING}"}], [], Form(kind))
    out = capsys.readouterr().out
    assert all(char.isprintable() or char == "\n" for char in out)
    assert "Nguyễn" in out
    read = json.loads(out)
    assert (read[0] if kind is OutputFormat.JSON else read)["name"] == f"Nguyễn \x7f{STEERING}"


@pytest.mark.parametrize("terminal", [True, False])
def test_csv_steers_no_terminal_and_loses_nothing_in_a_file(
    terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(sys, "stdout", stream)
    show_rows([ROW], ["id", "name", "groups"], Form(OutputFormat.CSV, raw=True))
    text = stream.getvalue()
    if terminal:
        assert all(char.isprintable() or char == "\n" for char in text)
        assert text.count("\n") == 2
    else:
        assert [row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))] == [STEERING]
