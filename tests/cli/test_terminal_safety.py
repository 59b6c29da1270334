"""Control characters in a vendor's data never reach the terminal."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from stringee_async.cli.output import Form, OutputFormat, note, show_fields, show_record, show_rows

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
