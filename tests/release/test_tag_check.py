"""A tag is published only where package and changelog agree with it."""

from __future__ import annotations

import stringee_async
from release.tag_check import problems, version

GOOD = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2027-01-31\n\n### What you must change\n\nNothing.\n"


def test_a_tag_that_agrees_may_be_published() -> None:
    assert problems("0.2.0", "0.2.0", GOOD) == []
    assert version() == stringee_async.__version__


def test_a_tag_of_another_version_is_refused() -> None:
    assert problems("0.3.0", "0.2.0", GOOD) == [
        "the tag is 0.3.0, stringee_async/_version.py says 0.2.0",
        "CHANGELOG.md has no section `## [0.3.0] - YYYY-MM-DD`",
    ]


def test_a_section_without_a_date_or_without_what_to_change_is_refused() -> None:
    undated = GOOD.replace("2027-01-31", "soon")
    assert problems("0.2.0", "0.2.0", undated) == ["the section 0.2.0 of CHANGELOG.md has no date"]
    silent = GOOD.replace("### What you must change", "### Added")
    assert problems("0.2.0", "0.2.0", silent) == [
        "the section 0.2.0 of CHANGELOG.md does not say what a user must change"
    ]
