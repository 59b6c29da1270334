"""What the provisioning commands write: plans and reports to standard output, files where the user wants them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..core.redaction import printable
from .output import Form, OutputFormat, note, show_document
from .streams import OutputError, is_quiet, write
from .wording import counted

if TYPE_CHECKING:
    from ..provision.plan import Plan
    from ..provision.planning.verified import Verified
    from ..provision.run_events import Finished


def show_plan(
    plan: Plan, form: Form, *, markdown: bool = False, all_names: bool = False, rate: float | None = None
) -> None:
    """Write a plan: text or Markdown for people, one JSON object for programs.

    `rate` is how many requests a second may leave, for an estimate of the time.
    """
    if markdown:
        write(plan.render("markdown", verbose=all_names, rate=rate) + "\n")
    elif form.for_people:
        write(plan.render(verbose=all_names, rate=rate) + "\n")
    else:
        show_document(plan.to_json(), form)


def show_verified(left: Verified, form: Form, *, all_names: bool = False) -> None:
    """Write what differs from a specification, and what is there more than once."""
    if form.for_people:
        twice = (f" ! {printable(text, one_line=True)}\n" for text in left.duplicates)
        write(left.render(verbose=all_names) + "\n" + "".join(twice))
    else:
        show_document({**left.to_json(), "duplicates": list(left.duplicates)}, form)


def show_report(end: Finished, form: Form, *, all_names: bool = False) -> None:
    """Write what a run did; tell people where the whole report lies, and what was there before."""
    report, files = end.report, files_of(end)
    try:
        if form.for_people and report.exit_code == 0 and is_quiet():
            return
        if form.for_people:
            write(report.render(verbose=all_names) + "\n")
        elif form.kind is OutputFormat.NDJSON:
            show_document({"event": "finished", **report.to_json(), **files}, form)
        else:
            show_document({**report.to_json(), **files}, form)
    finally:
        if form.for_people and end.file is not None:
            note(f"The whole report: {end.file}", whole=True)
        if form.for_people and end.file is None:
            note("the report could not be written to a file; keep what stands above", "yellow")
        if form.for_people and end.before is not None:
            note(f"What was there before, as a specification: {end.before}", whole=True)


def files_of(end: Finished) -> dict[str, str | None]:
    """Return where a run has left its report (`file`) and what was there before it (`before`)."""
    paths = {"file": end.file, "before": end.before}
    return {name: None if path is None else str(path) for name, path in paths.items()}


def check_plan_file(path: Path) -> None:
    """Check that a plan can be saved in a file before it is made.

    Raises:
        typer.BadParameter: `apply` would not take it for a saved plan, or something else is there.
    """
    if path.suffix.lower() != ".json":
        raise typer.BadParameter("the file's name must end with .json", param_hint="--out")
    if path.exists() and not is_saved_plan(path):
        raise typer.BadParameter(
            f"{path} is there and is no saved plan; choose another name", param_hint="--out"
        )


def save_plan(plan: Plan, path: Path) -> None:
    """Save a plan for `apply`, in place of one that is there."""
    text = json.dumps(plan.to_json(), ensure_ascii=False, indent=1)
    save_files({path.name: text.encode("utf-8", "backslashreplace")}, path.parent, replace=True)


def read_plan(path: Path) -> Plan:
    """Return a saved plan."""
    from ..provision.plan import Plan

    return Plan.from_json(_json_of(path))


def is_saved_plan(path: Path) -> bool:
    """Return whether a file holds a saved plan, also one that was edited, and not a specification."""
    found = _json_of(path)
    return isinstance(found, dict) and len({"form", "units", "digest", "checksum"} & found.keys()) > 1


def _json_of(path: Path) -> Any:
    """Return what a JSON file holds; None for what is no JSON; the reader of specifications says what is wrong."""
    try:
        if path.is_char_device():
            return None  # it would be read for ever
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None


def save_files(files: Mapping[str, bytes], folder: Path, *, replace: bool) -> None:
    """Write files into a folder that is made where it is missing; each whole or not at all.

    Without `replace`, nothing is written if one of them is there and differs.

    Raises:
        OutputError: They cannot be written.
    """
    if not replace:
        _refuse_foreign(files, folder)
    for name, data in files.items():
        aside = folder / f".{name}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(data)
            aside.replace(folder / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                aside.unlink()  # half a file, where the disk is full
            raise OutputError(f"{folder / name} cannot be written: {error.strerror or error}") from None
    names = ", ".join(str(folder / name) for name in files)
    note(f"wrote {counted(len(files), 'file')}: {names}", whole=True)


def _refuse_foreign(files: Mapping[str, bytes], folder: Path) -> None:
    """Raise `OutputError` if a file is there that differs from the one to be written."""
    for name, data in files.items():
        path = folder / name
        if path.exists() and not (path.is_file() and path.read_bytes() == data):
            raise OutputError(f"{path} is there and differs, so nothing was written; --force replaces it")
