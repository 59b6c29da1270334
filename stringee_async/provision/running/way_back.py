"""Keeps what is there before a run changes it, as files that plan and apply read: a way back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...core.errors import ConfigError
from ..things import Reading
from ..unit import Unit
from .private_file import write_private


def keep_way_back(
    folder: Path, run: str, reading: Reading, units: Iterable[Unit], *, vendor: str
) -> Path | None:
    """Write what is there beside the report of a run; return the folder, or None where the run changes nothing of it.

    Args:
        folder: The folder of reports.
        run: The run.
        reading: What is there.
        units: What the run is about to do. Where it only creates, there is nothing to keep.
        vendor: The vendor.

    Raises:
        ConfigError: It cannot be written.
    """
    if all(unit.action == "create" for unit in units):
        return None
    from ..files.dump import dump_files

    kept = folder / f"{run}.before"
    try:
        kept.mkdir(mode=0o700)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(f"{kept.name} cannot be created: {why}") from None
    for name, data in dump_files(reading, vendor=vendor, whole=True).items():
        write_private(kept / name, data)
    return kept
