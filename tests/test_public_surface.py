"""The public surface is a promise: names, signatures and types are those of the snapshot."""

from __future__ import annotations

import difflib

from .public_surface import FILE, surface


def test_the_public_surface_is_the_promised_one() -> None:
    promised, found = FILE.read_text(encoding="utf-8"), surface()
    changes = "\n".join(
        difflib.unified_diff(promised.splitlines(), found.splitlines(), "promised", "found", n=0, lineterm="")
    )
    assert found == promised, f"{changes}\nif this is meant: python -m tests.public_surface"
