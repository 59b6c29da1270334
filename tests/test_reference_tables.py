"""The tables of resources in `docs/reference/` name every resource of every client, with every operation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conformance.rigs import RIGS
from .kit.signatures import methods_of

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"

BESIDE = {"ensure_many": "ensure"}
"""Methods that come with another one, so that the text tells of them once and the tables do not."""


def tables(vendor: str) -> list[tuple[set[str], set[str]]]:
    """Return the rows of a vendor's table: the resources that a row names, and the operations."""
    text = (REFERENCE / f"{vendor}.md").read_text(encoding="utf-8")
    found = []
    for row in re.findall(r"^\| `client\..*$", text, re.MULTILINE):
        first, operations = row.split(" | ")[:2]
        names: list[str] = []
        for whole, kind in re.findall(r"`(?:client\.([a-z_.]+)(?:\(\))?|\.([a-z_]+))`", first):
            names.append(whole or f"{names[-1].rpartition('.')[0]}.{kind}")
        found.append((set(names), set(re.findall(r"`([a-z_]+)[`(]", operations))))
    return found


@pytest.mark.parametrize("vendor", RIGS)
def test_each_resource_stands_on_the_vendors_page_with_its_operations(vendor: str) -> None:
    """Once, and no operation stands there that is none."""
    rig = RIGS[vendor]
    methods = methods_of(rig.over(rig.transport()))
    rows = tables(vendor)
    assert sorted(name for names, _ in rows for name in names if name in methods) == sorted(methods)
    for names, operations in rows:
        own = {method for name in names for method in methods.get(name, ())}
        assert operations == own - BESIDE.keys(), names
        assert all(kind in own for method, kind in BESIDE.items() if method in own), names


def test_what_stands_beside_the_tables_is_told_in_the_text() -> None:
    for method in BESIDE:
        assert re.search(rf"\b{method}\b", (REFERENCE / "bulk.md").read_text(encoding="utf-8"))
