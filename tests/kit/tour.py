"""A page whose files are written and whose commands are run in order: what stands there, and what was printed.

A block below `<!-- file: NAME -->` is written to that file. Of a `console` block each line that begins with `$ ` is run, by
the command line or by Python, and what stands below it is what it prints.
"""

from __future__ import annotations

import io
import re
import runpy
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from stringee_async.cli.app import app

BLOCK: Final = re.compile(r"^(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MASKED: Final = (
    (r"\b(Plan|plan) [0-9a-f]{8}\b", r"\1 DIGEST"),
    (r"\bRun \S+", "Run ID"),
    (r"\b[\d.]+ s\b", "SECONDS"),
    (r", 0 refused for the quota, SECONDS waited for it", ""),
    (r"\b\d+ calls(?=[,.])", "N calls"),
    (r"\b([A-Z]{2})_[0-9A-Z]{16}\b", r"\1_ID"),
)
"""What differs from run to run."""


def masked(text: str) -> str:
    """Return what a command printed without ids, times, digests and the number of calls that waits depend on."""
    for pattern, instead in _MASKED:
        text = re.sub(pattern, instead, text)
    return text


def walked(
    page: str, instead: Callable[[str, str], str | None] | None = None
) -> Iterator[tuple[str, str, str]]:
    """Write the files of a page into this folder and run its commands; yield each with what stands there and what it printed.

    Args:
        page: The page, or a part of it.
        instead: Runs a command in its own way, given the line and what stands below it; None where it leaves it to this.
    """
    for name, language, body in BLOCK.findall(page):
        if name:
            Path(name).write_text(body, encoding="utf-8")
        elif language == "console":
            for line, text in _lines(body):
                printed = instead(line, text) if instead is not None else None
                yield line, text, _printed(line) if printed is None else printed


def rewritten(page: str) -> str:
    """Run a page as `walked` does; return it with what its commands printed below them."""
    printed = iter([(line, text) for line, _, text in walked(page)])

    def block(found: re.Match[str]) -> str:
        if found[2] != "console":
            return found[0]
        own = [next(printed) for _ in _lines(found[3])]
        return "```console\n" + "".join(f"$ {line}\n{text}" for line, text in own) + "```"

    return BLOCK.sub(block, page)


def _lines(body: str) -> Iterator[tuple[str, str]]:
    starts = [found.start() for found in re.finditer(r"^\$ ", body, re.MULTILINE)]
    for begin, end in pairwise([*starts, len(body)]):
        line, _, text = body[begin + 2 : end].partition("\n")
        yield line, text


def _printed(line: str) -> str:
    program, *words = shlex.split(line)
    if program == "python":
        with redirect_stdout(io.StringIO()) as output:
            runpy.run_path(words[0], run_name="__main__")
        return output.getvalue()
    return CliRunner().invoke(app, words).stdout
