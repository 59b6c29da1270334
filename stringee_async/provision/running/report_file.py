"""Writes the report of a run as JSON: always, also where our own code failed."""

from __future__ import annotations

from pathlib import Path

from ..report import Report
from .private_file import write_json


def report_path(folder: Path, run: str) -> Path:
    """Return where the report of a run is written."""
    return folder / f"{run}.report.json"


def write_report(folder: Path, report: Report) -> Path:
    """Write a report, and return its path.

    Raises:
        ConfigError: It cannot be written.
    """
    path = report_path(folder, report.run)
    write_json(path, report.to_json())
    return path
