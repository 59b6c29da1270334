"""From results.json to what people read: RESULTS.md and the benchmark part of `docs/speed.md`.

One job: text. It computes nothing but the verdicts; every number is one of the results, so that no figure is ever
written by hand. The plots are `plots`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from .goals import GOALS
from .peers.peer import BARE, PEERS, SDK

HOME: Final = Path(__file__).parent
PAGE: Final = HOME.parent / "docs" / "speed.md"
RESULTS: Final = HOME / "results.json"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"

PLOTS: Final = {
    "creates.svg": "Creates: throughput of every contender, by how many are in flight",
    "lists.svg": "Listings at three latencies",
    "growth.svg": "CPU per call, row and permit as their number grows",
}

_PLACES: Final = {"x": "{:.2f}", "share": "{:.1%}", "us": "{:.2f} us", "s": "{:.2f} s", "MiB": "{:.1f} MiB", "count": "{:.0f}",
                  "rows/s": "{:,.0f}", "latencies": "{:.1f} latencies"}  # fmt: skip


def load(path: Path = RESULTS) -> dict[str, Any]:
    """Return the results in a file."""
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results


def number(value: float, unit: str) -> str:
    """Return a figure as text."""
    if unit == "share" and value < 0.01:
        return f"{value:.2%}"
    return _PLACES[unit].format(value)


def spread(figure: Mapping[str, Any]) -> str:
    """Return a figure's lowest and highest value as text; nothing where there is one value only."""
    if figure["low"] == figure["high"]:
        return ""
    return f"{number(figure['low'], figure['unit'])} to {number(figure['high'], figure['unit'])}"


def machine(results: Mapping[str, Any]) -> str:
    """Return what the figures depend on, in one sentence."""
    about = results["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items())
    return f"{about['python']} on {about['system']}, {about['cores']} cores; {packages}."


def goals_table(results: Mapping[str, Any]) -> str:
    """Return the goals with what was found and the verdict."""
    lines = ["| what | goal | stretch | found (median) | spread | verdict |", "|---|---|---|---|---|---|"]
    for goal in GOALS:
        figure = goal.found(results)
        unit = figure["unit"] if figure else "x"
        sign = ">=" if goal.sense == "at least" else "<="
        stretch = "" if goal.stretch is None else f"{sign} {number(goal.stretch, unit)}"
        found = f"{number(figure['median'], unit)} | {spread(figure)}" if figure else " | "
        verdict = goal.verdict(results)
        lines.append(
            f"| {goal.what} | {sign} {number(goal.value, unit)} | {stretch} | {found} | {_loud(verdict)} |"
        )
    return "\n".join(lines)


def _loud(verdict: str) -> str:
    return f"**{verdict}**" if verdict == "missed" else verdict


def creates_table(results: Mapping[str, Any]) -> str:
    """Return the throughput of every contender at every width."""
    widths = [name for name, row in results["rows"].items() if name.startswith("create-") and row["figures"]]
    names = [_create_title(name) for name in widths]
    lines = [f"| throughput of creates | {' | '.join(names)} |", "|---" * (len(widths) + 1) + "|"]
    for peer in PEERS:
        cells = []
        for width in widths:
            figure = results["rows"][width]["figures"].get(f"{peer}: throughput")
            cells.append("1" if peer == BARE else "" if figure is None else number(figure["median"], "x"))
        lines.append(f"| {f'**{peer}**' if peer == SDK else peer} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _create_title(row: str) -> str:
    width, _, way = row.removeprefix("create-").partition("-")
    return f"{width} at once, {way}" if way else f"{width} at once"


def rows_table(results: Mapping[str, Any]) -> str:
    """Return every figure of every row."""
    lines = ["| row | figure | median | spread |", "|---|---|---|---|"]
    for name, row in results["rows"].items():
        for label, figure in row["figures"].items():
            lines.append(
                f"| `{name}` | {label} | {number(figure['median'], figure['unit'])} | {spread(figure)} |"
            )
    return "\n".join(lines)


def curves_table(results: Mapping[str, Any]) -> str:
    """Return every point of every curve."""
    lines = ["| curve | what is varied | points (multiple of the first) |", "|---|---|---|"]
    for row in results["rows"].values():
        for label, curve in row.get("curves", {}).items():
            points = ", ".join(f"{x:,.0f}: {median:.2f}" for x, median, _, _ in curve["points"])
            lines.append(f"| {label} | {curve['x']} | {points} |")
    return "\n".join(lines)


def titles(results: Mapping[str, Any]) -> str:
    """Return what each row is, and notes on what was left out."""
    lines = []
    for name, row in results["rows"].items():
        lines.append(f"- `{name}`: {row['title']}" + "".join(f"; {note}" for note in row.get("notes", [])))
    return "\n".join(lines)


def document(results: Mapping[str, Any]) -> str:
    """Return RESULTS.md."""
    return f"""# Results of the benchmarks

Written by `python -m benchmarks` from `results.json`; do not edit. {machine(results)} Each figure is the median over
the rounds of one run of a ratio taken within a round, with the lowest and the highest beside it. A ratio over a
socket that is within 0.15 of 1 proves nothing. Microseconds and rows per second say as much of the machine as of the
code; they are here for comparison within this run.

## Goals

{goals_table(results)}

## Throughput of creates

{creates_table(results)}

## Every figure

{rows_table(results)}

## Growth

{curves_table(results)}

## The rows

One row again: `python -m benchmarks --only NAME`.

{titles(results)}
"""


def page_part(results: Mapping[str, Any]) -> str:
    """Return what stands on the page between its two marks, marks included."""
    plots = "\n".join(f"![{text}](../benchmarks/plots/{name})" for name, text in PLOTS.items())
    return f"""{BEGIN}
{machine(results)}

{goals_table(results)}

{creates_table(results)}

{plots}
{END}"""


def with_part(page: str, results: Mapping[str, Any]) -> str:
    """Return the page's text with the benchmark part regenerated."""
    part = page_part(results)
    return re.sub(f"{BEGIN}.*?{END}", lambda _: part, page, flags=re.DOTALL)


def write(results: Mapping[str, Any], folder: Path, page: Path | None) -> None:
    """Write results.json and RESULTS.md into a folder, and the page's part if asked.

    Args:
        results: The results.
        folder: Where the files go.
        page: The page to bring up to date, or None.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "RESULTS.md").write_text(document(results), encoding="utf-8")
    if page is not None:
        page.write_text(with_part(page.read_text(encoding="utf-8"), results), encoding="utf-8")
