"""The README says of every operation of every vendor whether it is safe to repeat."""

from __future__ import annotations

import re
from pathlib import Path

from ..kit.operations import operations
from .rig import Rig

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TITLES = {"stringee": "", "ringme": "RingMe: ", "itniotech": "ITNIO TECH: "}


def test_the_readme_lists_each_operation_with_its_class(rig: Rig) -> None:
    classes = "read|idempotent write|create"
    rows = re.findall(rf"^\| {TITLES[rig.vendor]}({classes}) \| (.*) \|$", README, re.MULTILINE)
    listed = [(name, title) for title, row in rows for name in re.findall(r"`([a-z_.]+)`", row)]
    assert sorted(listed) == sorted(
        (key.partition(":")[2], operation.retry_class.value.replace("_", " "))
        for key, operation in operations().items()
        if key.startswith(f"{rig.vendor}:")
    )


def test_the_readme_says_that_there_are_no_idempotency_keys() -> None:
    assert re.search(r"no\s+idempotency\s+key", README)
