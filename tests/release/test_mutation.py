"""What the mutation run counts, and that each file it changes and each test that judges it is there."""

from __future__ import annotations

import tomllib
from pathlib import Path

from release.mutation import FILES, is_wording, report, settings

ROOT = Path(__file__).parents[2]


def test_the_files_and_their_tests_are_there() -> None:
    given = tomllib.loads(settings(FILES))["tool"]["mutmut"]
    assert len(given["only_mutate"]) == len(FILES)
    named = [*given["only_mutate"], *given["also_copy"], *given["pytest_add_cli_args_test_selection"]]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_changes_of_a_text_or_of_a_cast_count_apart() -> None:
    assert is_wording('-     raise E("a b")\n+     raise E("XXa bXX")')
    assert is_wording('-     x = cast("int", y)\n+     x = cast(None, y)')
    assert not is_wording('-     raise E("a b")\n+     raise E(None)')
    assert not is_wording("-     if a < b:\n+     if a <= b:")
    assert not is_wording('-     strip("a", 1)\n+     strip("a", 2)')


def test_the_report_counts_each_kind_and_shows_what_changed_behaviour() -> None:
    text = report(
        [
            ("retry", "killed", ""),
            ("retry", "timeout", ""),
            ("retry", "survived", "- a < b\n+ a <= b"),
            ("retry", "survived", '- "a"\n+ "A"'),
            ("retry", "no tests", ""),
            ("retry", "not checked", ""),
        ]
    )
    assert "| retry | 2 | 1 | 1 | 1 |" in text
    assert text.count("<=") == 1
    assert '"A"' not in text
