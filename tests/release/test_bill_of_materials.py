"""The bill of materials in the wheel names what a user's environment will hold."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("hatchling", reason="hatchling builds the package; it is in dependency group release")

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def bill(required: list[str], extras: dict[str, list[str]]) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    made: dict[str, Any] = hook.bill_of_materials("stringee-async", "1.2.3", required, extras)
    return made


def test_every_dependency_is_listed_once_with_its_range() -> None:
    made = bill(PROJECT["dependencies"], PROJECT["optional-dependencies"])
    parts = made["components"]
    names = [part["name"] for part in parts]
    assert len(names) == len(set(names))
    required = {part["properties"][0]["value"] for part in parts if part["scope"] == "required"}
    assert required == set(PROJECT["dependencies"])
    assert {"typer", "rich", "resvg-py", "uvloop"} <= set(names)
    assert not {"pytest", "ruff", "matplotlib", "nox", "stringee-async"} & set(names)


def test_the_document_is_the_same_each_time_and_holds_no_time() -> None:
    first = json.dumps(bill(["attrs>=24.3"], {"cli": ["rich>=13", "attrs>=24.3"]}))
    assert first == json.dumps(bill(["attrs>=24.3"], {"cli": ["rich>=13", "attrs>=24.3"]}))
    assert "timestamp" not in first


def test_what_depends_on_what_is_told_by_references_that_exist() -> None:
    made = bill(["Py_JWT>=2"], {"speed": ["uvloop>=0.21; platform_system != 'Windows'"]})
    refs = {part["bom-ref"] for part in made["components"]}
    assert refs == {"pkg:pypi/py-jwt", "pkg:pypi/uvloop"}
    assert set(made["dependencies"][0]["dependsOn"]) == refs
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", made["serialNumber"])
