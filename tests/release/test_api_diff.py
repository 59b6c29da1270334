"""What breaks users between two versions is found, and only what is public counts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytest.importorskip("griffe", reason="griffe is in dependency group api")

from release.api_diff import breakages, last_release, unexpected

OLD = {
    "__init__.py": "from .core.thing import Thing\nfrom .core.thing import gone\n__all__ = ['Thing', 'gone']\n",
    "core/__init__.py": "",
    "core/thing.py": (
        "SIZE = 3\n\nclass Thing:\n    def act(self, a: int, b: int = 1) -> None: ...\n    def _own(self, a: int) -> None: ...\n"
        "\ndef gone() -> None: ...\n\ndef inner(a: int) -> None: ...\n"
    ),
    "door.py": "__all__ = ['use']\n\ndef use(*, a: int) -> None: ...\n\ndef beside(a: int) -> None: ...\n",
    "closed.py": "__all__ = ['x']\nx = 1\n",
}
NEW = {
    "__init__.py": "from .core.thing import Thing\n__all__ = ['Thing']\n",
    "core/thing.py": (
        "SIZE = 4\n\nclass Thing:\n    def act(self, a: int, c: int, b: int = 1) -> None: ...\n    def _own(self) -> None: ...\n"
        "\ndef inner() -> None: ...\n"
    ),
    "door.py": "__all__ = ['use']\n\ndef use(*, a: int, b: int = 0) -> None: ...\n\ndef beside() -> None: ...\n",
}


def git(folder: Path, *words: str) -> None:
    names = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *names, *words], check=True, capture_output=True)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    write(tmp_path / "sample_package", OLD)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "One")
    return tmp_path


def test_what_breaks_users_is_found_and_what_is_not_public_is_not(repository: Path) -> None:
    git(repository, "tag", "0.1.0")
    (repository / "sample_package" / "closed.py").unlink()
    write(repository / "sample_package", NEW)
    found = breakages(repository, "sample_package", "0.1.0")
    assert found.keys() == {
        "sample_package.gone",
        "sample_package.core.thing.gone",
        "sample_package.core.thing.Thing.act",
        "sample_package.closed",
    }
    assert "added as required" in found["sample_package.core.thing.Thing.act"]


def test_nothing_is_compared_before_the_first_release_and_a_release_with_the_one_before(
    repository: Path,
) -> None:
    git(repository, "tag", "latest")
    assert last_release(repository) is None
    git(repository, "tag", "0.9.0")
    git(repository, "commit", "--allow-empty", "-qm", "Two")
    git(repository, "tag", "0.10.0")
    assert last_release(repository) == "0.9.0"
    git(repository, "commit", "--allow-empty", "-qm", "Three")
    assert last_release(repository) == "0.10.0"


def test_a_break_must_be_allowed_and_an_allowed_one_must_exist() -> None:
    breaks = {"p.a": "removed", "p.b": "removed"}
    assert unexpected(breaks, ["p.a", "p.b"]) == []
    assert unexpected(breaks, ["p.a", "p.c"]) == ["p.b: removed", "p.c is allowed to break and does not"]
