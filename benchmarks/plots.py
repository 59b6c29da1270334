"""From results.json to pictures: SVG files drawn by matplotlib, which only this file imports.

One job: to draw three pictures. The same results give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from .peers.peer import BARE, PEERS, SDK

WIDTHS: Final = ("create-1", "create-16", "create-64", "create-256", "create-64-tls", "create-64-uvloop")
LISTS: Final = (
    "list-0ms",
    "list-0ms-ahead-8",
    "list-20ms",
    "list-20ms-ahead-8",
    "list-100ms",
    "list-100ms-ahead-8",
)
GROWTH: Final = ("growth-calls", "growth-rows", "growth-permits")


def _throughput(results: Mapping[str, Any], row: str, peer: str) -> tuple[float, float, float]:
    """Return median and the distances down and up; nothing where it was not measured."""
    figure = results["rows"].get(row, {}).get("figures", {}).get(f"{peer}: throughput")
    if figure is None:
        return (1.0, 0.0, 0.0) if peer == BARE else (0.0, 0.0, 0.0)
    return figure["median"], figure["median"] - figure["low"], figure["high"] - figure["median"]


def _bars(axes: Any, results: Mapping[str, Any], rows: tuple[str, ...], peers: list[str]) -> None:
    width = 0.8 / len(peers)
    for place, peer in enumerate(peers):
        values = [_throughput(results, row, peer) for row in rows]
        at = [index - 0.4 + (place + 0.5) * width for index in range(len(rows))]
        errors = [[value[1] for value in values], [value[2] for value in values]]
        axes.bar(at, [value[0] for value in values], width, yerr=errors, label=peer, error_kw={"lw": 0.7})
    axes.axhline(1.0, color="black", lw=0.7)
    axes.set_xticks(range(len(rows)), rows)
    axes.set_ylabel(f"throughput, {BARE} = 1")
    axes.legend(fontsize=8)


def _creates(figure: Figure, results: Mapping[str, Any]) -> None:
    _bars(figure.subplots(), results, WIDTHS, list(PEERS))


def _lists(figure: Figure, results: Mapping[str, Any]) -> None:
    _bars(figure.subplots(), results, LISTS, [BARE, SDK])


def _growth(figure: Figure, results: Mapping[str, Any]) -> None:
    for axes, row in zip(figure.subplots(1, len(GROWTH)), GROWTH, strict=True):
        curves = results["rows"].get(row, {}).get("curves", {})
        if not curves:
            axes.set_title(f"{row} was not measured", fontsize=8)
            continue
        for label, curve in curves.items():
            x, median, low, high = zip(*curve["points"], strict=True)
            (line,) = axes.plot(x, median, marker="o", label=label)
            axes.fill_between(x, low, high, alpha=0.2, color=line.get_color())
            axes.set_xlabel(curve["x"])
            axes.set_ylabel(curve["y"], fontsize=8)
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.legend(fontsize=7)


PICTURES: Final = {
    "creates.svg": (_creates, "Creates"),
    "lists.svg": (_lists, "Listings of 20 pages of 50"),
    "growth.svg": (_growth, "Growth: a flat curve is a cost that does not grow"),
}


def draw(results: Mapping[str, Any], folder: Path) -> None:
    """Draw every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "stringee-async", "svg.fonttype": "none"}):
        for name, (picture, title) in PICTURES.items():
            figure = Figure(figsize=(11, 4), layout="constrained")
            figure.suptitle(title, fontsize=10)
            picture(figure, results)
            figure.savefig(folder / name, format="svg", metadata={"Date": None})
