"""What a demo run did, for people and for programs: the last page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .branches import drawn, indented
from .output import Form, OutputFormat, show_document, show_rows
from .tables import column_widths, console, show

if TYPE_CHECKING:
    from ..core.session_state import Stats
    from ..provision.contact_centre import Report
    from ..provision.inspection import Inspection
    from .stringee.ivr import Ivr

_SHOWN: Final = 20
"""How many failures and findings are written out for people."""

_FAULTS: Final = {
    "lost_answer": "responses lost",
    "late_commit": "carried out late",
    "reset_before": "connections reset",
    "status": "HTTP 503",
    "retry_after": "HTTP 429",
}
"""The emulator's kinds of fault in words."""

_COUNTS: Final = ("total", "created", "adopted", "changed", "found", "failed")


@attrs.frozen(kw_only=True)
class Summary:
    """Everything measured in one run.

    Args:
        report: The building.
        inspection: The listing back.
        stats: The client's numbers.
        faults: The faults by kind.
        seconds: How long it took.
        menu: What answers the number in front of the queues.
    """

    report: Report
    inspection: Inspection
    stats: Stats
    faults: Mapping[str, int]
    seconds: float
    menu: Ivr | None = None

    @property
    def good(self) -> bool:
        """Whether everything is there as it should be, once."""
        return not self.report.failures and not self.inspection.findings


def show_summary(summary: Summary, form: Form) -> None:
    """Write the summary: a page for people, JSON with everything, or CSV with one row for each stage."""
    if form.for_people:
        show(_stages(summary), "", _numbers(summary), "", *_menu(summary), *_bad(summary), _verdict(summary))
    elif form.kind is OutputFormat.CSV:
        show_rows(_stage_rows(summary), (), form)
    else:
        show_document(_document(summary), form)


def _document(summary: Summary) -> dict[str, Any]:
    return {
        "good": summary.good,
        "seconds": round(summary.seconds, 3),
        **attrs.asdict(summary.stats),
        "faults": dict(summary.faults),
        "stages": _stage_rows(summary),
        "failures": [attrs.asdict(failure) for failure in summary.report.failures],
        "findings": [attrs.asdict(finding) for finding in summary.inspection.findings],
        "listed": dict(summary.inspection.listed),
        "ivr": summary.menu.document() if summary.menu else None,
    }


def _stage_rows(summary: Summary) -> list[dict[str, Any]]:
    return [{**attrs.asdict(stage), "seconds": round(stage.seconds, 3)} for stage in summary.report.stages]


def _stages(summary: Summary) -> Table:
    """Return what each stage did: a table, or where the terminal is too narrow for one, a line for each stage."""
    names = ("", *_COUNTS, "seconds")
    rows = [[row["stage"], *(f"{row[name]:,}" for name in _COUNTS), ""] for row in _stage_rows(summary)]
    if column_widths(rows, names, console().width) is None:
        return _stage_lines(summary)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    table.add_column("")
    for name in (*_COUNTS, "seconds"):
        table.add_column(name, justify="right")
    for stage in summary.report.stages:
        cells = [Text(f"{getattr(stage, name):,}") for name in _COUNTS]
        for name, cell in zip(_COUNTS, cells, strict=True):
            if cell.plain == "0":
                cell.stylize("dim")
            elif name in {"failed", "adopted"}:
                cell.stylize("bold red" if name == "failed" else "magenta")
        table.add_row(Text(stage.stage, "bold"), *cells, f"{stage.seconds:.1f}")
    return table


def _stage_lines(summary: Summary) -> Table:
    """Return what each stage did as a sentence that can be broken between words."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    for stage in summary.report.stages:
        counts = [(name, getattr(stage, name)) for name in _COUNTS]
        words = [f"{count:,} {name}" for name, count in counts if count or name == "total"]
        grid.add_row(stage.stage, ", ".join([*words, f"{stage.seconds:.1f} s"]))
    return grid


def _numbers(summary: Summary) -> Table:
    stats = summary.stats
    per_call = stats.permit_wait / stats.requests if stats.requests else 0.0
    rate = stats.requests / summary.seconds if summary.seconds else 0.0
    faults = ", ".join(
        f"{count} {_FAULTS.get(kind, kind)}" for kind, count in sorted(summary.faults.items(), key=_often)
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right", style="bold")
    grid.add_column(style="dim")
    grid.add_row("Calls sent", f"{stats.requests:,}", f"{rate:,.0f} per second")
    grid.add_row("Faults met", f"{sum(summary.faults.values()):,}", faults)
    grid.add_row("Retries", f"{stats.retries:,}", "after faults that are safe to repeat")
    grid.add_row("Adopted creates", f"{stats.adopted:,}", "response lost, found again, not made twice")
    grid.add_row("Tokens made", f"{stats.tokens:,}", "one signature serves all calls of an hour")
    grid.add_row(
        "Waiting for permits",
        f"{per_call * 1000:,.0f} ms",
        f"per call; {stats.permit_wait:,.1f} s over all calls",
    )
    grid.add_row("Paused on request", f"{stats.paused:.1f} s", "all calls together, when the server said 429")
    grid.add_row("Total time", f"{summary.seconds:.1f} s", "building, then listing everything back")
    return grid


def _menu(summary: Summary) -> list[RenderableType]:
    """Return what answers the number: drawn on a terminal, indented elsewhere."""
    if summary.menu is None:
        return []
    branches = summary.menu.branches()
    if console().is_terminal:
        return [*drawn(branches), ""]
    return [*(Text(line) for line in indented(branches)), ""]


def _often(fault: tuple[str, int]) -> tuple[int, str]:
    """Sort key: the most frequent first."""
    return -fault[1], fault[0]


def problems(summary: Summary) -> list[Text]:
    """Return a line for each failure and finding."""
    lines = [
        Text.assemble((f"{failure.state} ", "red"), f"{failure.stage}: {failure.what}: {failure.reason}")
        for failure in summary.report.failures
    ]
    lines += [
        Text.assemble(
            (f"{finding.kind} ", "red"), finding.what, f": {finding.detail}" if finding.detail else ""
        )
        for finding in summary.inspection.findings
    ]
    return lines


def _bad(summary: Summary) -> list[Text]:
    """Return as many of the problems as fit a display, and how many more there are."""
    lines = problems(summary)
    left = len(lines) - _SHOWN
    return lines[:_SHOWN] + (
        [Text(f"and {left} more; --errors FILE or --output json shows all", "dim")] if left > 0 else []
    )


def _verdict(summary: Summary) -> Text:
    listed = ", ".join(f"{count:,} {kind}" for kind, count in summary.inspection.listed.items())
    if summary.good:
        return Text.assemble(
            ("All there: ", "bold green"),
            f"nothing missing, nothing double, nothing wrong. Listed back: {listed}.",
        )
    found = ", ".join(
        f"{summary.inspection.count(kind)} {kind}" for kind in ("missing", "double", "wrong", "uncertain")
    )
    return Text.assemble(
        ("Not as the roster says: ", "bold red"),
        f"{len(summary.report.failures)} failed, {found}. Listed back: {listed}.",
    )
