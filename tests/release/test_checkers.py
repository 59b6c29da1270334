"""A user's code is judged alike by four type checkers; what one of them cannot do is known."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from release.checkers import CANNOT, COMMANDS, FOLDER, ROOT, differences, objections


@pytest.mark.parametrize("checker", COMMANDS)
def test_a_checker_objects_to_what_is_wrong_and_to_nothing_else(checker: str) -> None:
    if not Path(sys.executable).with_name(checker).exists():
        pytest.skip(f"{checker} is in dependency group checkers")
    assert differences(checker, objections(checker)) == []


def wrong_on_purpose() -> set[tuple[str, int]]:
    return {
        (file.name, number)
        for file in (ROOT / FOLDER).glob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# (type|pyright): ignore", line)
    }


def test_a_line_that_is_judged_otherwise_is_named() -> None:
    right = wrong_on_purpose()
    assert differences("pyrefly", right) == []
    (gone, *_), extra = sorted(right), ("api.py", 1)
    found = differences("pyrefly", (right - {gone}) | {extra})
    assert len(found) == 2
    assert found[0].startswith(f"pyrefly objects to {FOLDER / 'api.py'}:1: ")
    assert found[1].startswith(f"pyrefly takes {FOLDER / gone[0]}:{gone[1]}: ")


def test_a_difference_that_is_gone_has_to_be_removed_from_the_list() -> None:
    found = differences("ty", wrong_on_purpose())
    assert len(found) == len(CANNOT["ty"])
    assert all("now judges this line rightly" in line for line in found)
