"""`dump`, `graph` and `schema`: files that are kept, pictures, and what needs no credentials."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .centre_files import many, settle_quickly, written
from .conftest import Shell

NO_CREDENTIALS = {"STRINGEE_KEY_SID": None, "STRINGEE_KEY_SECRET": None}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    settle_quickly(monkeypatch)


def test_a_folder_is_dumped_and_plans_to_nothing(shell: Shell, tmp_path: Path) -> None:
    shell("apply", written(tmp_path, many(51)), "--yes")
    folder = tmp_path / "dumped" / "here"
    result = shell("dump", "--to", str(folder))
    assert result.stdout == ""
    assert "wrote 2 files" in result.stderr
    assert {path.name for path in folder.iterdir()} == {"centre.yaml", "roster.csv"}
    assert "Nothing to do" in shell("plan", str(folder)).stdout


def test_a_file_of_somebody_else_is_not_replaced(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "dumped"
    shell("dump", "--to", str(folder))
    shell("dump", "--to", str(folder))  # the same bytes
    mine = folder / "centre.yaml"
    mine.write_text("version: 1\n", encoding="utf-8")
    refused = shell("dump", "--to", str(folder), code=1)
    assert f"{mine} is there and differs, so nothing was written; --force replaces it" in refused.stderr
    assert mine.read_text(encoding="utf-8") == "version: 1\n"
    shell("dump", "--to", str(folder), "--force")
    assert "vendor: stringee" in mine.read_text(encoding="utf-8")
    assert "does not apply" in shell("dump", "-o", "json", code=64, COLUMNS="200").stderr


def test_a_specification_is_drawn_without_credentials(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path)
    text = shell("graph", file, **NO_CREDENTIALS).stdout
    assert text.startswith("flowchart")
    for name, beginning in (("a.svg", b"<svg"), ("b.PNG", b"\x89PNG"), ("c.mmd", b"flowchart")):
        path = tmp_path / "pictures" / name
        assert str(path) in shell("graph", file, "--to", str(path), **NO_CREDENTIALS).stderr
        assert path.read_bytes().startswith(beginning)
    for wrong in ("a.gif", "README.md", "picture"):
        path = tmp_path / wrong
        assert ".svg, .png, .mmd" in shell("graph", file, "--to", str(path), code=64, COLUMNS="200").stderr
        assert not path.exists()
    assert shell.emulator.count() == 0


def test_what_is_there_is_drawn_with_credentials(shell: Shell, tmp_path: Path) -> None:
    shell("apply", written(tmp_path), "--yes")
    assert "Hotline" in shell("graph").stdout
    shell("graph", code=1, **NO_CREDENTIALS)


def test_a_picture_without_its_extra(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    words = ("graph", written(tmp_path), "--to", str(tmp_path / "a.png"))
    assert 'pip install "stringee-async[graph]"' in shell(*words, code=1).stderr
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize("name", ["plan", "apply", "dump", "verify", "graph", "schema"])
def test_the_help_has_an_example(shell: Shell, name: str) -> None:
    page = " ".join(shell(name, "--help", COLUMNS="200").stdout.split())
    assert f": stringee-async {name}" in page
    assert ("Exits with 0 if" in page) == (name in {"plan", "apply", "verify"})


def test_the_schema_is_json_and_needs_no_credentials(shell: Shell) -> None:
    schema = json.loads(shell("schema", **NO_CREDENTIALS).stdout)
    assert {"agents", "groups", "queues"} <= schema["properties"].keys()
    shell("schema", "-o", "csv", code=64)
