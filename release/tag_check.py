"""Check that a tag is what it releases: `python -m release.tag_check 0.2.0`.

The version of the package is that of the tag, and the changelog has a dated section for it that says what a user
must change.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """End with an error that says what is wrong with the tag."""
    if wrong := problems(sys.argv[1], version(), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")):
        sys.exit("\n".join(wrong))
    print(f"{sys.argv[1]} may be published")


def version() -> str:
    """Return the version of the package, without importing it."""
    tree = ast.parse((ROOT / "stringee_async" / "_version.py").read_text(encoding="utf-8"))
    (found,) = (ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    return str(found)


def problems(tag: str, packaged: str, changelog: str) -> list[str]:
    """Return what keeps a tag from being published, one sentence each."""
    found = []
    if tag != packaged:
        found.append(f"the tag is {tag}, stringee_async/_version.py says {packaged}")
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    mine = [section for section in sections if section.startswith(f"[{tag}] - ")]
    if not mine:
        return [*found, f"CHANGELOG.md has no section `## [{tag}] - YYYY-MM-DD`"]
    if not re.match(r"\[[^]]+\] - \d{4}-\d\d-\d\d\n", mine[0]):
        found.append(f"the section {tag} of CHANGELOG.md has no date")
    if "### What you must change" not in mine[0]:
        found.append(f"the section {tag} of CHANGELOG.md does not say what a user must change")
    return found


if __name__ == "__main__":
    main()
