"""`python -m benchmarks`: measure everything, or the rows that are named, and write it down.

A whole run writes results.json, RESULTS.md, the part of `docs/speed.md` and the plots. A run of some rows, or a quick one,
prints and writes nothing unless it is told where (`--out`). `--report` makes everything again from results.json
without measuring.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import report
from .measure import machine
from .server import Server
from .workloads.catalogue import ROWS
from .workloads.row import Bench, Result


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", action="extend", metavar="NAME", default=[], help="measure these rows only"
    )
    parser.add_argument("--quick", action="store_true", help="measure badly, in under a minute")
    parser.add_argument("--list", action="store_true", help="print the rows and end")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write results, tables and plots there")
    parser.add_argument("--report", action="store_true", help="measure nothing; write tables and plots again")
    options = parser.parse_args(given)
    unknown = sorted(set(options.only) - set(ROWS))
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; --list names them all")
    return options


async def measure(names: Sequence[str], *, quick: bool) -> dict[str, Any]:
    """Measure rows on one server and return the results as JSON data.

    Args:
        names: Names of rows.
        quick: Measure badly but fast.
    """
    measured: dict[str, Any] = {}
    with Server() as server:
        bench = Bench(server=server, quick=quick)
        for name in names:
            started = time.perf_counter()
            result = await ROWS[name].run(bench)
            measured[name] = _plain(name, result, time.perf_counter() - started)
            _show(name, measured[name])
    return {"machine": machine(), "quick": quick, "rows": measured}


def _plain(name: str, result: Result, seconds: float) -> dict[str, Any]:
    return {
        "title": ROWS[name].title,
        "seconds": round(seconds, 1),
        "figures": {label: figure.plain() for label, figure in result.figures.items()},
        "curves": {label: curve.plain() for label, curve in result.curves.items()},
        "notes": result.notes,
    }


def _show(name: str, row: dict[str, Any]) -> None:
    print(f"{name}: {row['title']} ({row['seconds']} s)")
    for label, figure in row["figures"].items():
        print(f"    {label}: {report.number(figure['median'], figure['unit'])}   {report.spread(figure)}")
    for note in row["notes"]:
        print(f"    {note}")
    sys.stdout.flush()


def _write(results: dict[str, Any], folder: Path, page: Path | None) -> None:
    report.write(results, folder, page)
    try:
        from .plots import draw
    except ImportError as error:
        print(f"no plots: {error}")
    else:
        draw(results, folder / "plots")


def main(given: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code.

    Args:
        given: The arguments; those of the process where left out.
    """
    options = _arguments(given)
    if options.list:
        for name, row in ROWS.items():
            print(f"{name:24} {row.title}")
        return 0
    whole = not options.only and not options.quick
    if options.report:
        _write(report.load(), options.out or report.HOME, None if options.out else report.PAGE)
        return 0
    results = asyncio.run(measure(options.only or list(ROWS), quick=options.quick))
    print("\n" + report.goals_table(results))
    if options.out:
        _write(results, options.out, None)
    elif whole:
        _write(results, report.HOME, report.PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
