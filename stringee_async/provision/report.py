"""The report of a run: what `ReportData` holds, to be shown. Always written, also after a crash of ours."""

from __future__ import annotations

import attrs

from .report_data import ReportData
from .showing.render_report import render_report


@attrs.frozen(kw_only=True)
class Report(ReportData):
    """What a run did; see `ReportData` for what it holds."""

    def render(self, *, verbose: bool = False) -> str:
        """Return the report for people, in one screen: what is not as it was planned comes with what to do next.

        Args:
            verbose: Whether every unit that is not done has a line of its own.
        """
        return render_report(self, verbose=verbose)
