"""What installing and importing the package costs, and what it gets along with."""

import ast
import functools
import importlib.util
import re
import subprocess
import sys
import tempfile
import tomllib
import typing
import warnings
from decimal import Decimal
from importlib import metadata, resources
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import aioresponses
import attrs
import pytest

import stringee_async
from stringee_async import NotFoundError, OutcomeUnknownError, RetryPolicy, StringeeAuth, StringeeClient

from .kit import ICC, KEY_SECRET, KEY_SID, OVER_AIOHTTP, MockedResponse, ScriptedTransport, answer, virtual

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(code: str) -> str:
    """Run Python code in a fresh interpreter with warnings as errors, and return what it prints."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


HEAVY = {"aiohttp", "attrs", "attr", "cattrs", "msgspec", "jwt", "tenacity", "asyncio", "ssl"}
OPTIONAL = {
    "typer",
    "rich",
    "click",
    "orjson",
    "ruamel",
    "httpx",
    "pytest",
    "numpy",
    "uvloop",
    "opentelemetry",
}
LAZY = {"stringee_async.core", "stringee_async.core.lazy"}
"""What finds the names of the package when they are first used."""


def test_importing_the_package_imports_next_to_nothing() -> None:
    loaded = run("import sys, stringee_async; print(*sys.modules)").split()
    assert not {name.split(".")[0] for name in loaded} & (HEAVY | OPTIONAL)
    assert {name for name in loaded if name.startswith("stringee_async")} == {
        "stringee_async",
        "stringee_async._version",
        *LAZY,
    }


def test_using_a_client_imports_no_optional_dependency() -> None:
    loaded = run(
        "import sys; from stringee_async import StringeeClient, bulk; StringeeClient('SK', 'k' * 40); print(*sys.modules)"
    ).split()
    assert not {name.split(".")[0] for name in loaded} & OPTIONAL
    assert not [name for name in loaded if name.startswith(("stringee_async.emulator", "stringee_async.cli"))]


LATER = {"aiohttp", "yarl", "multidict", "jwt", "cryptography", "cattrs", "tenacity", "rich"}
"""What the first request, the first token, the first odd value, the first retry or the first table needs."""


@pytest.mark.skipif(OVER_AIOHTTP, reason="aiohttp is what it needs there")
def test_a_client_loads_what_it_needs_when_it_needs_it() -> None:
    loaded = run(
        "import sys; from stringee_async import ItniotechClient, RingMeClient, StringeeClient\n"
        "StringeeClient('SK', 'k' * 40), RingMeClient('id', 'secret', url='https://pbx.example'), ItniotechClient('a', 'b')\n"
        "print(*sys.modules)"
    ).split()
    assert not {name.split(".")[0] for name in loaded} & LATER


def test_the_emulator_imports_no_client() -> None:
    loaded = run("import sys, stringee_async.emulator; print(*sys.modules)").split()
    assert not [
        name
        for name in loaded
        if name.startswith(("stringee_async.core", "stringee_async.stringee", "stringee_async.ringme"))
        and name not in LAZY
    ]
    assert not {name.split(".")[0] for name in loaded} & OPTIONAL


def test_import_is_cheap_by_count() -> None:
    added = run(
        "import logging, importlib, typing, sys; before = set(sys.modules); import stringee_async; print(*(set(sys.modules) - before))"
    )
    assert len(added.split()) < 20


def test_the_package_says_that_it_is_typed() -> None:
    assert resources.files("stringee_async").joinpath("py.typed").is_file()


def test_the_example_is_part_of_the_package() -> None:
    """Its files lie in the package, which wheel and sdist hold whole; the suite runs on the wheel too."""
    names = {
        file.name for file in resources.files("stringee_async").joinpath("provision", "examples").iterdir()
    }
    assert names == {"centre.yaml", "roster.csv"}
    targets = PYPROJECT["tool"]["hatch"]["build"]["targets"]
    assert "stringee_async" in targets["wheel"]["packages"]
    assert "/stringee_async" in targets["sdist"]["include"]


def test_the_version_is_the_one_installed() -> None:
    assert stringee_async.__version__ == metadata.version("stringee-async")


async def test_aioresponses_with_a_users_session() -> None:
    page = {"totalPages": 1, "currentPage": 1, "totalAgents": "1", "agents": [{"id": "A1"}]}
    once = RetryPolicy(max_attempts=1)
    async with aiohttp.ClientSession(response_class=MockedResponse) as http:
        with aioresponses.aioresponses() as mocked:
            mock = functools.partial(mocked.add, response_class=MockedResponse)
            mock(
                f"{ICC}/v1/agent", "POST", payload={"r": 0, "project": 246, "agentID": "A1", "message": "ok"}
            )
            mock(f"{ICC}/v1/agent/A1", "DELETE", payload={"r": -1, "message": "Agent not found"})
            mock(f"{ICC}/v1/agent?page=1&limit=50", "GET", payload={"r": 0, "data": page})
            mock(f"{ICC}/v1/agent/A1", "PUT", exception=aiohttp.ServerDisconnectedError())
            async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=ICC, http=http, retry=once) as client:
                assert (await client.agents.create(name="An", stringee_user_id="u")).id == "A1"
                assert [agent.id for agent in await client.agents.list().collect()] == ["A1"]
                with pytest.raises(NotFoundError):
                    await client.agents.delete("A1")
                with pytest.raises(OutcomeUnknownError):
                    await client.agents.update("A1", name="An")
            assert sum(len(calls) for calls in mocked.requests.values()) == 4


def test_nothing_depends_on_the_private_shape_of_a_response() -> None:
    """The transport reads public attributes of aiohttp's response only, and one private switch of its session."""
    tree = ast.parse(
        (Path(stringee_async.__file__).parent / "core" / "aiohttp_transport.py").read_text(encoding="utf-8")
    )
    private = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
    }
    foreign = {name for name in private if not name.startswith("self.")}
    assert foreign <= {"session._retry_connection", "sys._getframe", "link.request_info._replace"}


@virtual
async def test_a_short_key_warns_once() -> None:
    with pytest.warns(UserWarning, match="key_secret is shorter than 32 bytes") as caught:
        client = StringeeClient(KEY_SID, "short-key", transport=ScriptedTransport(default=answer()))
    assert len(caught) == 1
    assert "short-key" not in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            await client.agents.delete("A1")
            client.auth._cache.forget()
            client.client_token("u")
    await client.aclose()


@pytest.mark.parametrize("length", [32, 33, 64])
def test_a_key_that_is_long_enough_does_not_warn(length: int) -> None:
    StringeeAuth(KEY_SID, "k" * length)
    StringeeAuth(KEY_SID, "ă" * 16)


@pytest.mark.parametrize("file", sorted((ROOT / "tests").rglob("*.py")), ids=lambda file: file.name)
def test_no_test_uses_the_removed_loop_fixtures(file: Path) -> None:
    gone = {"event_loop", "event_loop_policy", "unused_tcp_port_factory"}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = {node.name, *(argument.arg for argument in [*node.args.args, *node.args.kwonlyargs])}
            assert not names & gone, f"{file.name}: {node.name}"


def test_warnings_are_errors_here() -> None:
    assert PYPROJECT["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"]
    with pytest.raises(DeprecationWarning):
        warnings.warn("probe", DeprecationWarning, stacklevel=1)


def test_public_field_types_are_concrete() -> None:
    """No model field has an abstract collection type, whose meaning changed between versions of cattrs."""
    concrete = {str, int, bool, list, dict, Decimal, type(None)}
    models = [
        thing
        for name in stringee_async.__all__
        if isinstance(thing := getattr(stringee_async, name), type)
        and issubclass(thing, stringee_async.Model)
        and thing is not stringee_async.Model
    ]
    assert len(models) >= 5
    for model in models:
        for field in attrs.fields(attrs.resolve_types(model)):
            kinds = set(typing.get_args(field.type)) or {field.type}
            kinds = {typing.get_origin(kind) or kind for kind in kinds}
            assert kinds <= concrete, f"{model.__name__}.{field.name}"


def test_every_dependency_names_its_lowest_version_and_no_highest() -> None:
    """Each dependency, those of the extras too, names a lower bound only; the bare install has seven."""
    assert len(PYPROJECT["project"]["dependencies"]) == 8
    for spec in PYPROJECT["project"]["dependencies"] + list(
        chain(*PYPROJECT["project"]["optional-dependencies"].values())
    ):
        assert re.fullmatch(
            r"[A-Za-z.-]+>=[0-9.]+(b0|\.post0)?(; platform_system != 'Windows')?|stringee-async\[[a-z,]+\]",
            spec,
        ), spec


def test_the_lower_bounds_of_every_extra_are_tested_through_the_wheel() -> None:
    noxfile = _noxfile()
    session = Mock(posargs=[], **{"create_tmp.return_value": ""})
    with tempfile.TemporaryDirectory() as folder:
        away = Path(folder) / "away"
        (away / "dist").mkdir(parents=True)
        session.create_tmp.return_value = str(away)
        session.run.side_effect = lambda *words, **_: _pretend_to_build(words, away)
        noxfile.lowest.func(session)
        pins = set((away / "lowest.txt").read_text(encoding="utf-8").splitlines())
    direct = PYPROJECT["project"]["dependencies"] + list(
        chain(*PYPROJECT["project"]["optional-dependencies"].values())
    )
    assert pins == {spec.replace(">=", "==") for spec in direct if ">=" in spec}
    installed = session.install.call_args_list[-1].args
    assert installed[:2] == ("--constraint", str(away / "lowest.txt"))
    assert installed[2].endswith(f"x.whl[{','.join(sorted(PYPROJECT['project']['optional-dependencies']))}]")
    assert session.run.call_args_list[-1].args == ("pytest", "-n", "2", *noxfile.DEPENDENT)
    assert "nox --session lowest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_lint_session_and_ci_check_the_words() -> None:
    session = Mock()
    _noxfile().lint.func(session)
    assert ("codespell",) in [called.args for called in session.run.call_args_list]
    assert ".venv/bin/codespell\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_a_coined_word_fails_the_word_check(tmp_path: Path) -> None:
    """Every word of the list is found, with its standard term; a text without them passes."""
    lines = (ROOT / ".ci" / "words.txt").read_text(encoding="utf-8").splitlines()
    coined = [line.split("->")[0] for line in lines]
    (tmp_path / "coined.py").write_text("".join(f"# {word}\n" for word in coined), encoding="utf-8")
    (tmp_path / "plain.py").write_text("# The client retries.\n", encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib"]
    found = subprocess.run(
        [*command, str(tmp_path / "coined.py")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode != 0
    assert [line.split(": ", 1)[1].split(" ==> ")[0] for line in found.stdout.splitlines()] == coined
    subprocess.run([*command, str(tmp_path / "plain.py")], cwd=ROOT, check=True)


def test_what_runs_at_the_lower_bounds_is_there_and_touches_each_vendor_and_each_layer() -> None:
    """Every file that nox names exists, and each folder of tests that uses a dependency is among them."""
    dependent, wire = _noxfile().DEPENDENT, _noxfile().WIRE
    assert [file for file in (*dependent, *wire) if not (ROOT / file).exists()] == []
    folders = {Path(file).parent.name for file in dependent}
    assert folders >= {"tests", "core", "cli", "emulator", "stringee", "ringme", "itniotech"}


@functools.cache  # nox keeps what was registered
def _noxfile() -> Any:
    pytest.importorskip("nox", reason="nox is in extra dev")
    spec = importlib.util.spec_from_file_location("noxfile", ROOT / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    noxfile = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(noxfile)
    return noxfile


def _pretend_to_build(words: tuple[str, ...], away: Path) -> None:
    if "build" in words:
        (away / "dist").mkdir(parents=True, exist_ok=True)
        (away / "dist" / "x.whl").touch()
