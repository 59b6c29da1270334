"""Workflows run nothing that someone else can change, and may do nothing that they need not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read(file: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def unpinned(text: str) -> list[str]:
    """Return what a workflow uses without its full hash and, beside it, its version."""
    used = re.findall(r"^\s*(?:- )?uses:\s*(.+?)\s*$", text, re.MULTILINE)
    return [line for line in used if not PINNED.fullmatch(line)]


def jobs() -> dict[str, dict[str, Any]]:
    return {f"{file.stem}.{name}": job for file in FILES for name, job in read(file)["jobs"].items()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_action_is_pinned_by_its_full_hash_with_the_version_beside_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert unpinned(text) == []
    assert text.count("uses:") == len(PINNED.findall(text)) > 0


def test_what_is_not_pinned_is_seen() -> None:
    loose = ["a/b@v4", "a/b@main", "a/b@" + "0" * 40, "a/b@" + "0" * 39 + " # v1.0.0", "./local", "a/b"]
    assert unpinned("".join(f"      - uses: {line}\n" for line in loose)) == loose


def test_one_action_has_one_hash_everywhere() -> None:
    used = {line for file in FILES for line in PINNED.findall(file.read_text(encoding="utf-8"))}
    assert len({line.split("@")[0] for line in used}) == len(used)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_may_do_nothing_but_what_its_jobs_ask_for(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in workflow[True]  # `on` is a truth value in YAML 1.1
    assert "secrets." not in file.read_text(encoding="utf-8")
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60


def test_only_the_job_that_publishes_may_write_and_it_runs_no_code_of_the_repository() -> None:
    writes = {name for name, job in jobs().items() if "write" in job["permissions"].values()}
    assert writes == {"release.publish"}
    publish = jobs()["release.publish"]
    assert publish["permissions"] == {"attestations": "write", "id-token": "write"}
    assert publish["environment"]["name"] == "pypi"
    assert all("run" not in step and "checkout" not in step["uses"] for step in publish["steps"])


def test_a_checkout_leaves_no_credentials_behind() -> None:
    steps = [step for job in jobs().values() for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_suite_runs_on_each_python_and_on_three_systems() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = [line.rsplit(" ", 1)[1] for line in project["classifiers"] if re.search(r":: 3\.\d+$", line)]
    matrix = jobs()["tests.suite"]["strategy"]["matrix"]
    assert matrix["python"] == promised
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}


def test_the_sessions_that_workflows_run_exist() -> None:
    named = set(jobs()["tests.session"]["strategy"]["matrix"]["session"])
    for step in jobs()["release.build"]["steps"]:
        if found := re.search(r"nox --session (.+)", step.get("run", "")):
            named |= set(found[1].split())
    there = set(
        re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {"build"} < named <= there


ZIZMOR = shutil.which("zizmor", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(ZIZMOR is None, reason="zizmor is in dependency group workflows")
def test_zizmor_finds_nothing() -> None:
    asked = [str(ZIZMOR), "--offline", "--persona", "pedantic", "--no-progress", str(ROOT / ".github")]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
