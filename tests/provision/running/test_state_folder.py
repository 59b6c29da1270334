"""Where runs keep what outlives them, the files there, and the lock."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stringee_async import ConfigError, PlanError, StringeeClient
from stringee_async.core.clock import RealClock
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.running.last_applied_file import read_last_applied, write_last_applied
from stringee_async.provision.running.run_lock import run_lock
from stringee_async.provision.running.state_folder import state_folder, state_root

SECRET = "a-secret-of-thirty-two-characters"


def test_each_account_has_a_folder_whose_name_tells_nothing(tmp_path: Path) -> None:
    first = state_folder(StringeeClient("SKfirst", SECRET), tmp_path)
    same = state_folder(StringeeClient("SKfirst", SECRET[::-1]), tmp_path)
    others = [
        state_folder(StringeeClient("SKsecond", SECRET), tmp_path),
        state_folder(StringeeClient("SKfirst", SECRET, icc_url="https://other.example"), tmp_path),
    ]
    assert first == same
    assert len({first.path, *(other.path for other in others)}) == 3
    assert first.path.name.startswith("stringee-")
    assert "SKfirst" not in first.path.name
    assert not first.path.exists()
    first.make()
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o700


def test_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_root({"XDG_STATE_HOME": "/x"}) == Path("/x/stringee-async")
    assert state_root({}) == Path.home() / ".local/state/stringee-async"
    assert state_root({"LOCALAPPDATA": "/l"}) == Path.home() / ".local/state/stringee-async"
    monkeypatch.setattr(sys, "platform", "win32")
    assert state_root({"LOCALAPPDATA": "/l"}) == Path("/l/stringee-async")


def test_a_folder_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="the folder for the state of runs"):
        state_folder(StringeeClient("SKfirst", SECRET), tmp_path / "file").make()


def test_what_was_applied_last_is_kept_and_what_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "last-applied.json"
    assert read_last_applied(path) is None
    applied = LastApplied(refs=frozenset({("agent", ("u.an",))}), agents=1, wish_digest="d")
    write_last_applied(path, applied)
    assert read_last_applied(path) == applied
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    for broken in (b"{", b"[]", b'{"form": 99}', b"\xff"):
        path.write_bytes(broken)
        assert read_last_applied(path) == LastApplied()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_last_applied(tmp_path / "nowhere" / "file", applied)


def test_the_lock_is_given_back_by_the_system_when_its_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "apply.lock"
    code = (
        "import sys, time, pathlib\n"
        "from stringee_async.provision.running.run_lock import run_lock\n"
        "from types import SimpleNamespace\n"
        "with run_lock(pathlib.Path(sys.argv[1]), SimpleNamespace(time=lambda: 1e9)):\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(PlanError, match=rf"process {process.pid} on .*, since 2001-09-09 01:46:40 UTC"):
            with run_lock(path, RealClock()):
                pass
        process.kill()
    with run_lock(path, RealClock()):
        assert json.loads(path.with_suffix(".json").read_text())["since"] > 1e9
    assert not path.with_suffix(".json").exists()


def test_without_the_extra_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "filelock", None)
    with pytest.raises(ConfigError, match=r"pip install .stringee-async\[cli\]"):
        with run_lock(tmp_path / "apply.lock", RealClock()):
            pass
