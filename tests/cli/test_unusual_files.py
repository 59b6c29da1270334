"""Provisioning commands over files that are none, and disks that are full."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from .centre_files import written
from .conftest import Shell


@pytest.mark.skipif(os.name != "posix", reason="the device is one of POSIX")
def test_a_device_is_not_read_for_ever(shell: Shell, tmp_path: Path) -> None:
    for name in ("endless.json", "endless.yaml"):
        (tmp_path / name).symlink_to("/dev/zero")
    file = written(tmp_path)
    result = shell("plan", file, "--out", str(tmp_path / "endless.json"), code=64, COLUMNS="200")
    assert "is there and is no saved plan" in result.stderr
    for name in ("endless.json", "endless.yaml"):
        assert "is a device, and no file" in shell("apply", str(tmp_path / name), "--yes", code=1).stderr
    assert shell.emulator.count() == 0


def test_a_full_disk_leaves_no_half_file(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, whole = written(tmp_path), Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        whole(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = {path.name for path in tmp_path.iterdir()}
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", half)
        result = shell("plan", file, "--out", str(tmp_path / "plan.json"), code=1)
    assert os.strerror(errno.ENOSPC) in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == before
