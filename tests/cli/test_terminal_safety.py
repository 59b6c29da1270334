"""What a vendor stores never steers the terminal of whoever looks at it."""

from __future__ import annotations

import pytest

from stringee_async.cli.output import Form, OutputFormat, note, show_fields, show_record, show_rows

STEERING = "\x1b[31mred\x1b]0;owned\x07\x9b1m\r\n\u202egnp.exe"
ROW = {"id": "A1", "name": STEERING, "groups": [STEERING]}


@pytest.mark.parametrize("way", ["table", "fields", "sentence", "note"])
def test_stored_names_are_shown_with_escapes(way: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name with escape sequences, line breaks or direction marks is printed as escapes, wherever people read it."""
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
