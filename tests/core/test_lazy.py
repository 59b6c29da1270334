"""What is imported when it is first used."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.lazy import LazyResource, resources_of


class Ours(StringeeClient):
    """A client of a user's own class."""


PACKAGES = ("stringee_async", "stringee_async.stringee", "stringee_async.ringme", "stringee_async.itniotech")


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_and_the_interpreter_find_the_same_names(package: str) -> None:
    module = import_module(package)
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    seen = {
        alias.name: ("." * node.level + (node.module or ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.col_offset
        for alias in node.names
    }
    homes = {name: home for home, names in module._HOMES.items() for name in names.split()}
    assert homes == seen
    assert set(homes) | {"__version__"} >= set(module.__all__) >= set(homes)
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Agnet'"):
        getattr(module, "Agnet")  # noqa: B009 - as a misspelt import has it


def test_importing_a_client_and_using_one_resource_imports_no_other() -> None:
    code = (
        "import sys; from stringee_async import StringeeClient; client = StringeeClient('SK', 'k' * 40); client.agents; "
        "print(*sorted(name for name in sys.modules if name.startswith('stringee_async.stringee.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert "agents" in loaded
    assert not loaded & {"queues", "groups", "users", "group_agents", "group_routings"}


@pytest.mark.parametrize(
    "client",
    [StringeeClient("SK", "k" * 40), Ours("SK", "k" * 40), RingMeClient("app", "secret", url="https://pbx.example"), ItniotechClient("key12345", "secret12")],
    ids=["stringee", "a subclass", "ringme", "itniotech"],
)  # fmt: skip
def test_a_client_makes_each_resource_once_and_a_view_makes_its_own(
    client: StringeeClient | RingMeClient | ItniotechClient,
) -> None:
    view = client.with_options(lane="bulk")
    for name in resources_of(client):
        made = getattr(client, name)
        assert getattr(client, name) is made
        assert getattr(view, name) is not made
        assert getattr(view.with_options(), name) is not getattr(view, name)
        assert isinstance(getattr(type(client), name), LazyResource)
    assert len(resources_of(client)) > 5
