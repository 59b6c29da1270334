"""The noun `calls`, for every vendor: listed, exported from run to run, with recordings, and what calls can be told."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stringee_async.cli.moments import age, moment
from stringee_async.emulator import Emulator, Fault

from .conftest import Shell

NOW = datetime.now(UTC)
BEGAN = NOW.replace(microsecond=0) - timedelta(hours=3)


def add_calls(emulator: Emulator, count: int, *, since: datetime = BEGAN, **columns: Any) -> list[str]:
    """Add calls of Stringee, a second apart."""
    first, add = int(since.timestamp() * 1000), emulator.state.stringee.add_call
    return [add(first + 1000 * n, from_number=f"8490{n:07}", **columns) for n in range(count)]


def in_database(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [key for (key,) in database.execute("SELECT id FROM calls ORDER BY started, id")]


def in_csv(path: Path) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))]


def in_lines(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


READERS = {"calls.db": in_database, "calls.csv": in_csv, "calls.jsonl": in_lines}


def test_calls_of_every_vendor_are_listed_alike(shell: Shell) -> None:
    (key,) = add_calls(shell.emulator, 1)
    exchange = shell.emulator.state.ringme
    exchange.call_history.add(exchange.add_extension("101"), flow="out", to_username="84900000009")
    shell.emulator.state.itniotech.add_record(callType=2, callDuration=5, caller="84900000008")
    core = {"id", "direction", "from_number", "to_number", "started", "answered", "ended", "seconds", "agent"}
    for vendor in ("stringee", "ringme", "itniotech"):
        (row,) = shell.of(vendor).rows("calls", "list", "--since", "1d")
        assert core | {"recording_id"} <= row.keys(), vendor
        assert row["started"].endswith("Z"), vendor
    (row,) = shell.rows("calls", "list")
    assert (row["id"], row["from_number"], row["start_time"]) == (key, "84900000000", row["created"] * 1000)
    table = shell("calls", "list").stdout
    assert "84900000000" in table
    assert "start_time" not in table
    assert shell.rows("calls", "list", "--to-number", "84911111111") == []
    assert len(shell.rows("calls", "list", "--first", "1")) == 1


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01T08:30:00+07:00", datetime(2026, 11, 1, 1, 30, tzinfo=UTC)),
        ("2026-11-01T01:30Z", datetime(2026, 11, 1, 1, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_typed_as_dates_or_times(typed: str, wanted: datetime) -> None:
    assert moment(typed, "--since") == wanted


def test_ages_count_back_from_now() -> None:
    assert abs(datetime.now(UTC) - timedelta(days=7) - moment("7d", "--since")) < timedelta(seconds=5)
    assert age("90d", "--older-than") == timedelta(days=90)
    assert age("2w", "--older-than") == timedelta(weeks=2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("calls", "list", "--since", "yesterday"), "got 'yesterday'"),
        (("calls", "list", "--since", "7x"), "--since"),
        (("calls", "export", "--to", "calls.xls", "--since", "1d"), "must end with one of"),
        (("calls", "export"), "needed where there is no --to"),
        (("calls", "export", "--to", "calls.db", "--overlap", "1"), "--overlap"),
        (("calls", "purge", "--older-than", "old", "--db", "calls.db"), "--older-than"),
        (("calls", "purge", "--older-than", "1d", "--db", "calls.db"), "there is no file"),
        (("calls", "make", "--from", "84900000000", "--to", "84900000001", "--actions", "{"), "JSON list"),
    ],
)
def test_what_is_typed_wrongly_is_wrong_usage(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told in " ".join(shell(*words, code=64, COLUMNS="200").output.split())
    assert shell.emulator.count() == 0


def test_times_without_a_zone_are_in_the_vendors(shell: Shell) -> None:
    shell.of("itniotech")("calls", "list", "--since", "2026-01-02T08:00", "--until", "2026-01-03")
    asked = json.loads(shell.emulator.requests[-1].body)["params"]
    assert asked["startTime"].startswith("2026-01-02 08:00")


@pytest.mark.parametrize("name", READERS)
def test_an_export_goes_on_where_the_one_before_ended(shell: Shell, tmp_path: Path, name: str) -> None:
    path, read = tmp_path / name, READERS[name]
    keys = add_calls(shell.emulator, 3)
    told = shell("calls", "export", "--since", "7d", "--to", str(path))
    assert "3 new calls of 3 read" in told.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys += add_calls(shell.emulator, 2, since=NOW - timedelta(minutes=30))
    fact = shell.fact("calls", "export", "--to", str(path))
    assert (fact["result"], fact["new"], fact["read"]) == ("exported", 2, 5)
    assert read(path) == keys
    shell("calls", "export", "--since", "1d", "--to", str(path))
    assert read(path) == keys


def test_the_first_export_must_be_told_from_when_on(shell: Shell, tmp_path: Path) -> None:
    result = shell("calls", "export", "--to", str(tmp_path / "calls.db"), code=1)
    assert "--since must be given for the first export" in result.stderr


def test_an_export_without_a_file_goes_to_standard_output(shell: Shell) -> None:
    keys = add_calls(shell.emulator, 2)
    shown = shell("calls", "export", "--since", "1d").stdout
    assert shown.splitlines()[0].startswith(
        "id,direction,from_number,to_number,started,answered,ended,seconds"
    )
    assert [row["id"] for row in csv.DictReader(io.StringIO(shown))] == keys
    lines = shell("calls", "export", "--since", "1d", "-o", "ndjson").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == keys


def test_cells_that_a_spreadsheet_would_run_are_harmless_in_a_file(shell: Shell, tmp_path: Path) -> None:
    add_calls(shell.emulator, 1, to_number="=SUM(A1)", unheard_of="x")
    path = tmp_path / "calls.csv"
    shell("calls", "export", "--since", "1d", "--to", str(path), "--bom")
    (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert row["to_number"] == "'=SUM(A1)"
    assert json.loads(row["extra"])["unheard_of"] == "x"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_that_was_changed_or_is_another_is_not_touched(shell: Shell, tmp_path: Path) -> None:
    other, path = tmp_path / "other.csv", tmp_path / "calls.csv"
    other.write_text("a,b\n", encoding="utf-8")
    words = ("calls", "export", "--since", "1d", "--to")
    assert "was not written by an export" in shell(*words, str(other), code=1).stderr
    assert other.read_text(encoding="utf-8") == "a,b\n"
    add_calls(shell.emulator, 1)
    shell(*words, str(path))
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "my own line\n", encoding="utf-8")
    assert "was changed since the last export" in shell(*words, str(path), code=1).stderr
    path.unlink()
    shell(*words, str(path))  # one that was taken away is begun again
    assert path.read_text(encoding="utf-8") == before
    lines = tmp_path / "calls.jsonl"
    shell(*words, str(lines))
    lines.rename(tmp_path / "lines.csv")
    (tmp_path / "calls.jsonl.state").rename(tmp_path / "lines.csv.state")
    assert "another format" in shell(*words, str(tmp_path / "lines.csv"), code=1).stderr


def test_a_file_without_calls_is_gone_on_with(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    shell("calls", "export", "--since", "1d", "--to", str(path))
    assert path.read_text(encoding="utf-8") == ""
    keys = add_calls(shell.emulator, 1)
    shell("calls", "export", "--to", str(path))
    assert in_lines(path) == keys


def test_two_exports_do_not_write_one_file_at_once(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stringee_async.core.sqlite_file._BUSY", 0.01)
    path = tmp_path / "calls.csv"
    shell("calls", "export", "--since", "1d", "--to", str(path))
    with contextlib.closing(sqlite3.connect(f"{path}.state", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "calls.csv" in shell("calls", "export", "--to", str(path), code=1).stderr


def test_a_folder_in_the_place_of_a_file_is_an_error(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").mkdir()
    words = ("calls", "export", "--since", "1d", "--to", str(tmp_path / "calls.csv"))
    assert "error: calls.csv" in shell(*words, code=1).stderr


@pytest.mark.parametrize("name", ["calls.db", "calls.csv"])
def test_a_process_that_is_killed_loses_nothing_and_doubles_nothing(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    path, read = tmp_path / name, READERS[name]
    keys = add_calls(shell.emulator, 1_100, since=NOW - timedelta(days=2))
    shell.emulator.latency = 0.02
    environment = {
        **os.environ,
        **{key: value for key, value in shell.environment.items() if value is not None},
    }
    words = [sys.executable, "-m", "stringee_async", "calls", "export", "--since", "3d", "--to", str(path)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None and len(held(path, name)) < 800:
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -9
    if name != "calls.db":  # what a kill between the file and its state leaves
        with path.open("a", encoding="utf-8") as file:
            file.write("half a line")
    fact = shell.fact("calls", "export", "--to", str(path))
    assert fact["read"] < 1_100  # it goes on; what is in the file and not in the state is read once more
    assert read(path) == keys


def held(path: Path, name: str) -> list[str]:
    """Return the calls that a file has by now."""
    with contextlib.suppress(OSError, sqlite3.Error, ValueError):
        return READERS[name](path)
    return []


def test_old_calls_are_purged_without_credentials(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    add_calls(shell.emulator, 2, since=NOW - timedelta(days=5))
    new = add_calls(shell.emulator, 1)
    shell("calls", "export", "--since", "7d", "--to", str(path))
    words = ("calls", "purge", "--older-than", "4d", "--db", str(path))
    assert "deleted 2 calls" in shell(*words, STRINGEE_KEY_SID=None, STRINGEE_KEY_SECRET=None).stdout
    assert in_database(path) == new
    assert shell.fact(*words) == {"result": "deleted", "count": 0}


def test_rows_that_are_no_calls_are_told(shell: Shell, tmp_path: Path) -> None:
    (key,) = add_calls(shell.emulator, 1)
    shell.emulator.state.stringee.call_log[key]["id"] = None
    result = shell("calls", "export", "--since", "10h", "--to", str(tmp_path / "calls.db"))
    assert "1 row skipped, because no call can be read from them" in result.stderr


def test_recordings_are_saved_by_the_ids_of_their_calls(shell: Shell, tmp_path: Path) -> None:
    folder, state = tmp_path / "recordings", shell.emulator.state.stringee
    start = int(BEGAN.timestamp() * 1000)
    ready = state.add_call(start, recording=b"\0" * 4096)
    late = state.add_call(start + 1, recording=b"\0" * 4096, ready_after=60)
    state.add_call(start + 2)
    words = ("calls", "save-recordings", "--since", "1d", "--to", str(folder))
    told = shell(*words)
    assert f"recording of {ready} saved as {ready}.mp3, 4,096 bytes" in told.stdout
    assert f"recording of {late} is not there yet" in told.stdout
    assert (folder / f"{ready}.mp3").read_bytes() == b"\0" * 4096
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f"{ready}.mp3").stat().st_mode) == 0o600
    before = shell.emulator.count("recordings.save")
    rows = {row["id"]: row["result"] for row in shell.rows(*words)}
    assert rows == {ready: "there", late: "not_yet"}
    assert shell.emulator.count("recordings.save") == before + 1
    assert [path.name for path in folder.iterdir()] == [f"{ready}.mp3"]


def test_each_recorded_leg_of_a_call_is_saved(shell: Shell, tmp_path: Path) -> None:
    exchange = shell.emulator.state.ringme
    key = exchange.call_history.add(exchange.add_extension("101"), recording=b"sound" * 300)
    words = ("calls", "save-recordings", "--since", "1d", "--to", str(tmp_path / "rec"))
    assert "1 recording: 1 saved" in shell.of("ringme")(*words).stderr
    (path,) = (tmp_path / "rec").iterdir()
    assert path.name.startswith(key.lower())


def test_the_link_of_a_recording_is_not_shown(shell: Shell, tmp_path: Path) -> None:
    state = shell.emulator.state.itniotech
    record = state.add_record(callType=2)
    link = state.add_recording(record, b"sound" * 300)
    words = ("calls", "save-recordings", "--since", "1d", "--to", str(tmp_path / "rec"))
    told = shell.of("itniotech")(*words, "-v")
    assert f"recording of {record} saved as" in told.stdout
    assert link not in told.output


def test_recordings_that_cannot_be_saved_end_with_4(shell: Shell, tmp_path: Path) -> None:
    state, start = shell.emulator.state.stringee, int(BEGAN.timestamp() * 1000)
    bad = state.add_call(start, recording=b"\0" * 4096)
    saved = "recordings.save"
    words = ("calls", "save-recordings", "--since", "1d", "--to", str(tmp_path / "rec"))
    refused = Fault.status(403, body='{"r": 7, "msg": "no"}')
    shell.emulator.faults.script(saved, refused, refused)
    told = shell(*words, code=4)
    assert f"error: recording of {bad}: " in told.stderr
    (row,) = json.loads(shell(*words, "-o", "json", code=4).stdout)
    assert (row["result"], row["id"]) == ("failed", bad)
    assert row["error"]
    shell(*words)


def test_rejected_credentials_end_with_5(shell: Shell, tmp_path: Path) -> None:
    words = ("calls", "save-recordings", "--since", "1d", "--to", str(tmp_path / "rec"))
    told = shell(*words, "-o", "json", code=5, STRINGEE_KEY_SECRET="wrong" * 10)
    assert "error: " in told.stderr
    assert json.loads(told.stdout) == []


def test_a_folder_that_cannot_be_made_is_an_error(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "rec").write_text("", encoding="utf-8")
    words = ("calls", "save-recordings", "--to", str(tmp_path / "rec"))
    assert "the folder rec cannot be used" in shell(*words, code=1).stderr


def test_calls_of_stringee_are_placed_handed_over_and_ended(shell: Shell) -> None:
    state = shell.emulator.state.stringee
    state.add_agent("An", "u.an")
    state.add_number("84900000001")
    words = ("--agent", "u.an", "--to", "84900000002", "--from", "84900000001")
    placed = shell.fact("calls", "call-out", *words)
    assert placed["result"] == "placed"
    call = placed["id"] or state.add_centre_call("u.an", "84900000002", "84900000001")
    told = shell("calls", "transfer", call, "--to-type", "external", "--to", "84900000003")
    assert f"transferred call {call}" in told.stdout
    script = '[{"action": "talk", "text": "Hello"}]'
    made = shell.made(
        "calls", "make", "--from", "84900000001", "--to", "84900000002", "--actions", script, "--record"
    )
    assert f"stopped call {made}" in shell("calls", "stop", made).stdout
    shell("calls", "stop", "call-unknown", code=5)
    shell("calls", "stop", "call-unknown", "--missing-ok")


def test_calls_of_ringme_are_called_back_and_ended(shell: Shell) -> None:
    ringme, state = shell.of("ringme"), shell.emulator.state.ringme
    phone = state.add_extension("101")
    made = ringme.made("calls", "callback", str(phone), "--from", "101", "--to", "84900000002")
    assert [row["call_id"] for row in state.callbacks] == [made]
    call = state.add_call(phone)
    assert f"dropped call {call}" in ringme("calls", "stop", str(phone), call).stdout


def test_calls_of_itniotech_are_made_for_an_agent(shell: Shell) -> None:
    itnio, state = shell.of("itniotech"), shell.emulator.state.itniotech
    (agent,) = state.add_agents(state.add_group("g"))
    account = state.agents[str(agent)]["account"]
    words = ("calls", "make", "--to", "84900000002", "--account", account, "--app-id", state.app_id)
    assert itnio.fact(*words)["result"] == "placed"
