"""Builds the site, offline, and checks it.

The owner of the builder, Zensical, which is run as a command.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .assembly import ROOT, assemble

LANGUAGES: Final = ("vi", "ru")
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_UNRESOLVED: Final = re.compile(r"^Warning: unresolved autoref.*(?:\n.*\[ (.*?) \])?", re.MULTILINE)
PROXY: Final = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
"""A proxy that is not there, so that a builder which asks a foreign host fails."""


class BuildError(Exception):
    """The site could not be built, or a reference in it leads nowhere."""


def build(folder: Path, *, only: Sequence[str] = ()) -> Path:
    """Build the site below a folder, and return the folder of the built pages.

    Args:
        folder: Where everything goes; replaced.
        only: Paths of pages below `docs/`; where they are given, no others are built, and nothing is generated.

    Raises:
        BuildError: The builder failed, or reports a reference that leads nowhere.
    """
    assemble(folder, only=only)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean"],
        cwd=folder,
        env={**os.environ, **PROXY, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    said = _COLOURS.sub("", done.stdout + done.stderr)
    unresolved = sorted({found[1] or found[0] for found in _UNRESOLVED.finditer(said)})
    if done.returncode or unresolved:
        raise BuildError("\n".join(unresolved) or said)
    site = folder / "site"
    for language in LANGUAGES:  # the switch of languages asks each for its own list of pages
        if (site / language).is_dir():
            shutil.copy(site / "sitemap.xml", site / language / "sitemap.xml")
    return site
