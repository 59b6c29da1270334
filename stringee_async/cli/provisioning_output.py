"""What the provisioning commands write: plans and reports to standard output, files where the user wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .output import Form, note, show_document
from .streams import OutputError, write
from .wording import counted

if TYPE_CHECKING:
    from ..provision.plan import Plan
    from ..provision.report import Report


def show_plan(plan: Plan, form: Form, *, markdown: bool = False, all_names: bool = False) -> None:
    """Write a plan: text or Markdown for people, one JSON object for programs."""
    if markdown:
        write(plan.render("markdown", verbose=all_names) + "\n")
    elif form.for_people:
        write(plan.render(verbose=all_names) + "\n")
    else:
        show_document(plan.to_json(), form)


def show_report(report: Report, form: Form, path: Path | None) -> None:
    """Write what a run did, and where the whole report lies."""
    if form.for_people:
        write(report.render() + "\n")
        if path is not None:
            note(f"The whole report: {path}")
    else:
        show_document({**report.to_json(), "file": None if path is None else str(path)}, form)


def save_plan(plan: Plan, path: Path) -> None:
    """Save a plan for `apply`."""
    text = json.dumps(plan.to_json(), ensure_ascii=False, indent=1)
    save_files({path.name: text.encode()}, path.parent)


def read_plan(path: Path) -> Plan:
    """Return a saved plan."""
    from ..provision.plan import Plan

    return Plan.from_json(_json_of(path))


def is_saved_plan(path: Path) -> bool:
    """Return whether a file holds a saved plan, and not a specification."""
    found = _json_of(path)
    return isinstance(found, dict) and "units" in found and "digest" in found


def _json_of(path: Path) -> Any:
    """Return what a JSON file holds; None for what is no JSON; the reader of specifications says what is wrong."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None


def save_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder that is made where it is missing; each whole or not at all."""
    for name, data in files.items():
        aside = folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(data)
            aside.replace(folder / name)
        except OSError as error:
            raise OutputError(f"{folder / name} cannot be written: {error.strerror or error}") from None
    names = ", ".join(str(folder / name) for name in files)
    note(f"wrote {counted(len(files), 'file')}: {names}")
