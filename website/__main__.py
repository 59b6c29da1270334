"""`python -m website build|check|write [FOLDER]`: builds the site, builds and checks it, or renews what is committed."""

from __future__ import annotations

import sys
from pathlib import Path

from . import browser, checks
from .assembly import ROOT
from .build import build
from .for_programs import written

SEARCHED = ("429", "ensure")
"""What a reader looks for first."""


def main(words: list[str]) -> int:
    """Do what the words say, and return the exit code."""
    job, folder = (words[0] if words else ""), Path(words[1]) if len(words) > 1 else ROOT / "build" / "docs"
    if job == "write":
        for path, text in written().items():
            path.write_text(text, encoding="utf-8")
        return 0
    if job not in {"build", "check"}:
        print(__doc__, file=sys.stderr)
        return 64
    site = build(folder)
    print(f"built: {site}", flush=True)
    return _check(site) if job == "check" else 0


def _check(site: Path) -> int:
    pages = checks.pages_of(site)
    wrong = checks.problems(site, pages)
    if browser.CHROMIUM is None:
        wrong.append("there is no chromium to open the pages in")
    else:
        wrong += browser.problems(site, [page.relative_to(site).as_posix() for page in pages], SEARCHED)
    print("\n".join(wrong) or f"{len(pages)} pages: every link, name and page is fine")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
