"""The tutorial works by copying: its files are written and its commands run in order, and they print what stands there.

`python -m tests.test_tutorial` writes what they print into the page, after a change that is meant.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest

from stringee_async.emulator import Emulator

from .kit.other_thread import in_another_thread
from .kit.tour import BLOCK, masked, rewritten, walked

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "tutorial.md"


def test_the_commands_print_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "120")
    with in_another_thread(Emulator(seed=1)) as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        told = list(walked(PAGE.read_text(encoding="utf-8")))
    assert [masked(text) for _, text, _ in told] == [masked(printed) for *_, printed in told]
    assert {row["name"] for row in emulator.state.stringee.queues.values()} == {"Hotline"}
    assert len(emulator.state.stringee.agents) == 4


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Return the blocks of a page."""
    return BLOCK.findall(
        re.sub(r"^```sh no-run$", "```sh", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )


@pytest.mark.parametrize(
    "language", [folder.name for folder in DOCS.iterdir() if (folder / "tutorial.md").is_file()]
)
def test_a_translation_has_the_same_files_and_commands(language: str) -> None:
    assert blocks(DOCS / language / "tutorial.md") == blocks(PAGE)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary, in_another_thread(Emulator(seed=1)) as server:
        os.environ |= {**server.environment(), "XDG_STATE_HOME": f"{temporary}/state", "COLUMNS": "120"}
        os.chdir(temporary)
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
