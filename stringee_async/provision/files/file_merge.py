"""Several files as one: sections and lists are put together; a key that two files state is a problem that names both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from .file_form import SECTIONS
from .nodes import Node, below
from .problems import Problem

_HEADER: Final = frozenset({"version", "vendor", "phone_country"})
"""Keys that every file may state, if all state the same."""


def merged(roots: Sequence[Node], problems: list[Problem]) -> Node | None:
    """Return the map of all files together; None if no file has one.

    Args:
        roots: The map of each file, in order.
        problems: Where keys are noted that two files state.
    """
    whole: Node | None = None
    for root in roots:
        if root.kind != "map":
            what = (
                "says nothing; is it cut off? A specification begins with the line version: 1"
                if root.empty
                else f"must be a map of sections, such as version: 1 and groups: [Sales], got {root.shown}"
            )
            problems.append(root.problem(what))
            continue
        full = _with_whole_sections(root)
        whole = full if whole is None else _together(whole, full, problems)
    return whole


def _with_whole_sections(root: Node) -> Node:
    """Return a file's map with a map for each section that is a plain list, and a list for a single `from` or `ignore`."""
    members = dict(root.members)
    for name in SECTIONS:
        section = members.get(name)
        if section is not None and section.kind == "list":
            section = attrs.evolve(section, kind="map", value={"list": section}, keys={})
        if section is None or section.kind != "map":
            continue
        inner = dict(section.members)
        for key in ("from", "ignore"):
            given = inner.get(key)
            if given is not None and given.kind in {"plain", "text"} and given.text:
                inner[key] = attrs.evolve(given, kind="list", value=(given,))
        members[name] = attrs.evolve(section, value=inner)
    return attrs.evolve(root, value=members)


def _together(first: Node, second: Node, problems: list[Problem]) -> Node:
    members = dict(first.members)
    keys = dict(first.keys)
    for key, node in second.members.items():
        there = members.get(key)
        if there is None:
            members[key] = node
            keys[key] = second.keys.get(key, (node.line, node.column))
        elif there.kind == node.kind == "map":
            members[key] = _together(there, node, problems)
        elif there.kind == node.kind == "list":
            members[key] = attrs.evolve(there, value=(*there.items, *node.items))
        elif not (key in _HEADER and there.text.strip() == node.text.strip()):
            problems.append(
                second.problem_of(
                    key, f"{below(second.path, key)} is stated in {there.where} already; keep one"
                )
            )
    return attrs.evolve(first, value=members, keys=keys)
