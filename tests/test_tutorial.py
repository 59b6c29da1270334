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


@pytest.mark.parametrize("name", ["index.md", "tutorial.md"])
@pytest.mark.parametrize("language", ["vi", "ru"])
def test_a_translation_has_the_same_files_and_commands(language: str, name: str) -> None:
    assert blocks(DOCS / language / name) == blocks(DOCS / name)


@pytest.mark.parametrize("language", ["vi", "ru"])
def test_a_translated_glossary_has_words_of_the_english_one(language: str) -> None:
    english, translated = (
        re.findall(r"^\| ([^|-][^|]*) \|", page.read_text(encoding="utf-8"), re.MULTILINE)[1:]
        for page in (DOCS / "glossary.md", DOCS / language / "glossary.md")
    )
    assert len(translated) >= 25
    assert [word for word in translated if not any(word in term for term in english)] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary, in_another_thread(Emulator(seed=1)) as server:
        os.environ |= {**server.environment(), "XDG_STATE_HOME": f"{temporary}/state", "COLUMNS": "120"}
        os.chdir(temporary)
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
