"""The code blocks of Markdown pages, and the command lines in them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner

from stringee_async.cli.app import app

COMMAND = "stringee-async"
_FINE = {"plan": {0, 2}}
"""What a command may exit with; a plan says with 2 that there is something to do."""


def fenced(text: str, language: str) -> list[str]:
    """Return the code blocks of a language; one that is marked further, such as `no-run`, is left out."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(block: str) -> list[str]:
    """Return those lines of a shell block that run the command line of this package."""
    return [line for line in block.splitlines() if re.match(rf"(?:\w+=\S+ )*{COMMAND} ", line)]


def run(line: str, environment: Mapping[str, str], folder: Path) -> str:
    """Run one line, by a shell where there is something for a shell to do; return what it wrote."""
    whole = {**os.environ, **environment, "XDG_STATE_HOME": str(folder / "state")}
    fine = _FINE.get(shlex.split(line)[1], {0})
    if not re.search(r"[|<>;&$`*#]", line) and line.startswith(COMMAND):
        shown = CliRunner().invoke(app, shlex.split(line)[1:], env=whole)
        assert shown.exit_code in fine, f"{line}\n{shown.output}"
        return shown.stdout
    command = line.replace(f"{COMMAND} ", f"{shlex.quote(sys.executable)} -m stringee_async ")
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=whole,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode in fine, f"{line}\n{done.stderr}"
    return done.stdout
