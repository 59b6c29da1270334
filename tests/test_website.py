"""The documentation site: what is generated is current and whole, and what is built opens in a browser without a fault.

The short form of `nox -s docs`, which builds and opens every page.
"""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path

import pytest
import yaml

from stringee_async import Agent
from stringee_async.cli.app import tree
from stringee_async.cli.vendor import Vendor
from website import browser, checks
from website.assembly import CONFIGURATION, ROOT, assemble, generated_pages
from website.build import BuildError, build
from website.command_pages import command_pages
from website.docstring_texts import flat, with_attributes
from website.for_programs import written
from website.names import CLIENTS, public_names, public_path

from .kit.command_tree import leaves
from .kit.signatures import methods_of

DOCS = ROOT / "docs"
SHORT = (
    "index.md",
    "tutorial.md",
    "recipes/README.md",
    "explanation/README.md",
    "vi/index.md",
    "ru/index.md",
)


@pytest.mark.parametrize("path", written(), ids=lambda path: path.name)
def test_what_is_committed_for_programs_is_current(path: Path) -> None:
    """`python -m website write` renews it."""
    assert path.read_text(encoding="utf-8") == written()[path]


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the site is built from."""
    folder = tmp_path_factory.mktemp("site") / "whole"
    assemble(folder)
    return folder


def test_every_page_is_in_the_navigation_and_the_other_way_round(assembled: Path) -> None:
    nav = (assembled / CONFIGURATION).read_text(encoding="utf-8")
    listed = re.findall(r"[\w./-]+\.md", nav[nav.index("\nnav:") :])
    there = [page.relative_to(assembled / "docs").as_posix() for page in (assembled / "docs").rglob("*.md")]
    assert sorted(listed) == sorted(there)


def test_links_between_pages_lead_somewhere(assembled: Path) -> None:
    broken = []
    for page in (assembled / "docs").rglob("*.md"):
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        for link in re.findall(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)", text):
            if not (page.parent / link).is_file():
                broken.append(f"{page.name}: {link}")
    assert broken == []


def test_every_public_name_has_a_place() -> None:
    texts = [page.text for page in generated_pages()]
    shown = [path for text in texts for path in re.findall(r"^::: (\S+)", text, re.MULTILINE)]
    assert len(shown) == len(set(shown)), "one place for each"
    assert {public_path(one.value) for one in public_names() if one.described} <= set(shown)
    indexed = "\n".join(texts)
    assert [one.path for one in public_names() if f"`{one.name}`" not in indexed] == []


def test_every_resource_has_a_page() -> None:
    paths = {page.path.as_posix() for page in generated_pages()}
    wanted = {
        f"reference/api/{vendor}/{name.replace('.', '-')}.md"
        for vendor in CLIENTS
        for name in methods_of(CLIENTS[vendor])
    }
    assert wanted <= paths


@pytest.mark.parametrize("vendor", Vendor)
def test_every_command_and_option_is_on_the_vendors_page(vendor: Vendor) -> None:
    (page,) = [one for one in command_pages() if one.path.stem == vendor]
    for path, command in leaves(tree(vendor)):
        if path[0] in {"group-agents", "members"}:
            continue  # one is another name of the other
        assert f"stringee-async {' '.join(path)}" in page.text
        for option in command.params:
            if option.param_type_name == "option" and not option.hidden:
                assert re.search(rf"`{option.opts[0]}[ `]", page.text), option.opts


def test_settings_become_arguments_and_fields_become_attributes() -> None:
    settings = "    settings: Any of these.\n        age (int): In years,\n            whole.\n"
    flattened = "Keyword Args:\n    age (int): In years,\n        whole.\n"
    text = f"Make.\n\nArgs:\n    name: Its name.\n{settings}\nRaises:\n    E: No.\n"
    assert flat(text) == f"Make.\n\nArgs:\n    name: Its name.\n\n{flattened}\nRaises:\n    E: No.\n"
    assert (
        flat(f"Make.\n\nArgs:\n{settings}\nRaises:\n    E: No.\n")
        == f"Make.\n\n{flattened}\nRaises:\n    E: No.\n"
    )
    assert flat("Make.\n\nArgs:\n    name: Its name.\n") == "Make.\n\nArgs:\n    name: Its name.\n"
    told = with_attributes(Agent, str(inspect.getdoc(Agent)))
    assert "Args:" not in told
    assert re.search(r"^Attributes:\n(    .*\n)*    name: ", told, re.MULTILINE)


def test_the_configuration_asks_no_foreign_host() -> None:
    configuration = yaml.safe_load((ROOT / CONFIGURATION).read_text(encoding="utf-8"))
    assert configuration["theme"]["font"] is False
    assert "repo_url" not in configuration, "its page asks the host of the repository for figures"
    for page in DOCS.rglob("*.md"):
        assert "```mermaid" not in page.read_text(encoding="utf-8"), "it loads a script from a foreign host"


def test_checks_find_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="gone.html">1</a><a href="#none">2</a><a href="a.html#here">3</a><p id="here">'
        '<script src="https://foreign.example/x.js"></script>'
    )
    found = checks.problems(tmp_path)
    assert found[:3] == [
        "a.html: gone.html leads nowhere",
        "a.html: #none: there is no such anchor",
        "a.html: loads https://foreign.example/x.js",
    ]
    assert "stringee_async.Agent stands on no page" in found
    assert "StringeeClient.agents.create stands on no page" in found


@pytest.mark.skipif(
    importlib.util.find_spec("zensical") is None, reason="zensical is not installed; see `nox -s docs`"
)
def test_a_few_pages_are_built_and_open_in_a_browser(tmp_path: Path) -> None:
    site = build(tmp_path / "short", only=SHORT)
    assert "An asyncio SDK" in checks.searchable(site)
    if browser.CHROMIUM is None or importlib.util.find_spec("playwright") is None:
        pytest.skip("chromium or playwright is not installed; see `nox -s docs`")
    assert browser.problems(site, ["index.html", "tutorial.html"], ["429", "ensure"]) == []


def test_a_builder_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("website.build.sys.executable", "/bin/false")
    with pytest.raises(BuildError):
        build(tmp_path / "short", only=SHORT)
