"""The demo as a user meets it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from stringee_async.cli.app import app
from stringee_async.cli.output import Form
from stringee_async.cli.progress import live_display
from stringee_async.cli.summary import show_summary
from stringee_async.core.session_state import Stats
from stringee_async.provision.contact_centre import Progress
from stringee_async.provision.roster_file import packaged_text

from .conftest import Shell

STATS = Stats(
    requests=1234, retries=5, tokens=1, adopted=3, in_flight=7, queued=9, permit_wait=2.5, paused=0.3
)


def test_whole_demo(shell: Shell) -> None:
    """500 people through lost responses, resets and refusals: nothing missing, nothing double."""
    result = json.loads(shell("demo", "--output", "json").stdout)
    assert result["good"] is True
    assert result["listed"] == {"agents": 500, "groups": 20, "queues": 10, "members": 639, "routings": 30}
    assert set(result["faults"]) == {"lost_answer", "late_commit", "reset_before", "status", "retry_after"}
    assert result["adopted"] >= result["faults"]["lost_answer"] > 0
    assert result["tokens"] == 1
    assert result["retries"] > 0
    (number,) = result["ivr"]["numbers"]
    keys = number["tree"]["root"]["keys"]
    assert [key["key"] for key in keys] == [*"123456789", "EMPTY_KEY"]
    assert all(key["queue"]["groups"] for key in keys[:9])


def test_a_users_own_file_is_built_and_summed_up(shell: Shell, small_roster: Path) -> None:
    result = shell("demo", str(small_roster), "--no-faults", "--concurrency", "4")
    assert "3 agents, 2 groups, 2 queues, 4 memberships, 3 routings" in result.stderr
    assert "members       4 of 4" in result.stderr
    assert "All there: nothing missing, nothing double, nothing wrong." in result.stdout
    assert "\x1b" not in result.output
    assert 'number 842471234567 (Hotline)\n  IVR tree "Main menu"\n    node "Welcome" says' in result.stdout
    assert "      no key: the end of the call\n" in result.stdout


def test_the_summary_as_csv_has_a_row_for_each_stage(shell: Shell, small_roster: Path) -> None:
    result = shell("demo", str(small_roster), "--no-faults", "-o", "csv")
    found = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["stage"] for row in found] == ["groups", "queues", "agents", "members", "routings"]


def test_a_bad_roster_ends_with_every_bad_line_before_anything_starts(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("user_id,name\n,A\na,\n", encoding="utf-8")
    result = shell("demo", str(path), code=1)
    assert result.stdout == ""
    assert "line 2: user_id is empty" in result.stderr
    assert "line 3: name is empty" in result.stderr


def test_national_numbers_of_a_roster_are_those_of_the_country(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "national.csv"
    path.write_text("user_id,name,phone,routing\na,A,0901234567,phone\n", encoding="utf-8")
    assert "--phone-country VN" in shell("demo", str(path), "--no-faults", code=1).stderr
    assert "phone_country must be" in shell("demo", str(path), "--phone-country", "Nowhere", code=1).stderr
    words = ("--no-faults", "--phone-country", "VN", "-o", "json")
    assert json.loads(shell("demo", str(path), *words).stdout)["good"] is True
    piped = CliRunner().invoke(app, ["demo", "-", *words], input=path.read_bytes())
    assert json.loads(piped.stdout)["good"] is True


def test_the_packaged_roster_is_printed_as_a_file_to_begin_with(shell: Shell) -> None:
    assert shell("demo", "--print-roster").stdout == packaged_text()


def test_bad_ending(capsys: pytest.CaptureFixture[str]) -> None:
    """Failures and findings are written out, a few of them, and the verdict is clear."""
    from stringee_async.cli.summary import Summary
    from stringee_async.provision.contact_centre import Failure, Report
    from stringee_async.provision.inspection import Finding, Inspection

    summary = Summary(
        report=Report(
            stages=(),
            failures=(Failure(stage="agents", what="a", state="unknown", reason="lost"),),
            seconds=1.0,
        ),
        inspection=Inspection(
            findings=tuple(Finding("missing", f"agent {number}") for number in range(30)), listed={}, others=0
        ),
        stats=STATS,
        faults={"status": 2},
        seconds=1.0,
    )
    assert not summary.good
    show_summary(summary, Form())
    page = capsys.readouterr().out
    assert "unknown agents: a: lost" in page
    assert "missing agent 18" in page
    assert "missing agent 19" not in page
    assert "and 11 more" in page
    assert "Not as the roster says: 1 failed, 30 missing, 0 double" in page
    assert "2 HTTP 503" in page


async def test_live_picture() -> None:
    """On a terminal every stage has a bar, and the client's numbers stand below."""
    target = Console(file=io.StringIO(), force_terminal=True, width=100)
    async with live_display(("groups", "agents", "check"), lambda: STATS, target) as display:
        display.progress(Progress("groups", 20, 20))
        display.progress(Progress("agents", 250, 500, 2))
        with target.capture() as capture:
            target.print(display.picture())
    picture = capture.get()
    for expected in ("20 / 20", "250 / 500", "2 bad", "check", "1,234", "adopted"):
        assert expected in picture
