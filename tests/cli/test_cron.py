"""What a job without a person needs: silence on success, a log in a file, and failed ids that can be fed back."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from stringee_async.emulator import Fault

from .conftest import Shell

REFUSED = Fault.status(400, '{"r": 7, "msg": "no"}', {"Content-Type": "application/json"})


def test_quiet_says_nothing_of_success(shell: Shell) -> None:
    """Results that are data are written, warnings and errors too."""
    assert shell("groups", "create", "--name", "Sales", "--quiet").output == ""
    listed = shell("groups", "list", "-q")
    assert ("Sales" in listed.stdout, listed.stderr) == (True, "")
    assert "1 row" in shell("groups", "list").stderr
    assert '"result": "created"' in shell("groups", "create", "--name", "B", "-q", "-o", "json").stdout
    assert "error: " in shell("groups", "delete", "nope", "-q", code=5).stderr
    shell.emulator.faults.script("groups.create", Fault.lost_answer())
    assert "may have been" in shell("groups", "create", "--name", "C", "-q", code=4).stderr


def test_quiet_apply_reports_failures_alone(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "centre.yaml"
    file.write_text("version: 1\nvendor: stringee\ngroups:\n  - name: Sales\n", encoding="utf-8")
    assert shell("apply", str(file), "--yes", "-q").output == ""
    assert [one["name"] for one in shell.emulator.state.stringee.groups.values()] == ["Sales"]
    file.write_text(file.read_text(encoding="utf-8") + "  - name: Support\n", encoding="utf-8")
    shell.emulator.faults.script("groups.create", REFUSED)
    failed = shell("apply", str(file), "--yes", "--quiet", code=4)
    assert "Support" in failed.stdout


def test_a_log_file_has_a_line_for_each_request_and_no_secret(shell: Shell, tmp_path: Path) -> None:
    log = tmp_path / "calls.log"
    words = ("agents", "create", "--name", "An", "--user-id", "an", "--phone-number", "84901234567")
    said = shell(*words, "--log-file", str(log))
    shell("--log-file", str(log), "groups", "list", "-v")
    text = log.read_text(encoding="utf-8")
    assert "stringee_async.session" in text
    assert text.count("operation=agents.create") == 1
    assert text.count("operation=groups.list") == 1
    assert "operation=" not in said.stderr
    for hidden in ("84901234567", str(shell.environment["STRINGEE_KEY_SECRET"]), "eyJ"):
        assert hidden not in text
    if sys.platform != "win32":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        log.chmod(0o644)
        assert "chmod 600" in shell("groups", "list", "--log-file", str(log)).stderr
    before = log.read_text(encoding="utf-8")
    shell("groups", "list")
    assert log.read_text(encoding="utf-8") == before
    assert "cannot be written" in shell("groups", "list", "--log-file", str(tmp_path), code=1).stderr


def test_failed_ids_are_fed_back(shell: Shell, tmp_path: Path) -> None:
    """The file is empty once all is done, and then there is nothing to do."""
    failed, given = tmp_path / "failed.txt", tmp_path / "ids.txt"
    ids = [shell.made("groups", "create", "--name", name) for name in "ABC"]
    given.write_text(f"\ufeff# from the old centre\n{ids[1]}\n\n  {ids[2]}\n", encoding="utf-8")
    shell.emulator.faults.script("groups.delete", REFUSED)
    done = shell("groups", "delete", ids[0], "--ids-from", str(given), "--failed", str(failed), code=4)
    (left,) = failed.read_text(encoding="utf-8").split()
    assert left in ids
    assert f"--ids-from {failed}" in done.stderr
    if sys.platform != "win32":
        assert stat.S_IMODE(failed.stat().st_mode) == 0o600
    again = shell("groups", "delete", "--ids-from", str(failed), "--failed", str(failed))
    assert again.stdout == f"deleted group {left}\n"
    assert failed.read_text(encoding="utf-8") == ""
    assert shell.emulator.state.stringee.groups == {}
    before = len(shell.emulator.requests)
    assert "nothing to do" in shell("groups", "delete", "--ids-from", str(failed)).stderr
    assert len(shell.emulator.requests) == before


def test_ids_come_from_standard_input_too(shell: Shell) -> None:
    ids = [shell.made("groups", "create", "--name", name) for name in "AB"]
    shell("groups", "delete", "--ids-from", "-", typed="\n".join(ids))
    assert shell.emulator.state.stringee.groups == {}


def test_ids_that_are_missing_are_a_wrong_usage(shell: Shell, tmp_path: Path) -> None:
    assert "GROUP_ID" in shell("groups", "delete", code=64).stderr
    missing = shell("groups", "delete", "--ids-from", str(tmp_path / "no.txt"), code=64, COLUMNS="200")
    assert "No such file" in missing.stderr
    assert shell.emulator.requests == []
