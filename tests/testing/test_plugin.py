"""The plugin as a user meets it: in projects of their own, in processes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .sample import outcome

FIXTURES = """
import pytest
from stringee_async import StringeeClient

pytestmark = [MARK]

async def test_all_three(stringee_emulator, stringee_client, ringme_client, itniotech_client):
    assert isinstance(stringee_client, StringeeClient)
    await stringee_client.groups.create(name="Sales")
    assert [group.name async for group in stringee_client.groups.list()] == ["Sales"]
    await ringme_client.extensions.list().collect()
    await itniotech_client.agent_groups.list().collect()
    assert stringee_emulator.state.stringee.groups

@pytest.mark.stringee_faults("groups.create", "status:503", "lost_answer")
@pytest.mark.stringee_emulator_options(seed=7)
async def test_each_test_has_an_emulator_of_its_own(stringee_client, stringee_emulator, stringee_clock):
    assert not stringee_emulator.state.stringee.groups and stringee_emulator.seed == 7
    for _ in range(2):
        with pytest.raises(Exception):
            await stringee_client.groups.create(name="Sales")
    assert [fault.kind for _, fault in stringee_emulator.faults.consumed] == ["status", "lost_answer"]

@pytest.mark.stringee_faults("agents.list", "retry_after:30")
async def test_a_pause_takes_no_time(stringee_client, stringee_clock):
    await stringee_client.agents.list().collect()
    assert max(stringee_clock.slept) >= 30
"""
MODES = {
    "strict": ("pytest.mark.asyncio", ("--asyncio-mode=strict",)),
    "auto": ("", ("--asyncio-mode=auto",)),
    "session": ("pytest.mark.asyncio(loop_scope='session')", ("--asyncio-mode=strict", "-n", "1")),
    "anyio alone": (
        "pytest.mark.anyio, pytest.mark.parametrize('anyio_backend', ['asyncio'])",
        ("-p", "no:asyncio"),
    ),
}


@pytest.mark.parametrize("mode", MODES)
def test_the_fixtures_work_with_each_plugin_for_asynchronous_tests(mode: str, tmp_path: Path) -> None:
    mark, options = MODES[mode]
    code, text = outcome(tmp_path, {"test_app.py": FIXTURES.replace("MARK", mark)}, *options)
    assert code == 0, text
    assert "3 passed" in text


WRONG = """
import pytest
@pytest.mark.stringee_faults("agents.creat", "lost_answer")
async def test_operation(stringee_client): ...
@pytest.mark.stringee_faults("agents.create", "lost_anser")
async def test_fault(stringee_client): ...
@pytest.mark.stringee_faults("agents.create", "status:20")
async def test_argument(stringee_client): ...
@pytest.mark.stringee_emulator_options(sed=7)
async def test_option(stringee_client): ...
@pytest.mark.stringee_faults("agents.create")
async def test_no_fault(stringee_client): ...
"""


def test_a_wrong_marker_is_an_error_of_collection_that_names_near_ones(tmp_path: Path) -> None:
    code, text = outcome(tmp_path, {"test_wrong.py": WRONG}, "--asyncio-mode=auto", "-n", "1")
    assert code != 0
    assert "1 error" in text
    assert "passed" not in text
    for hint in ("'agents.create'", "'lost_answer'", "test_argument", "seed", "test_no_fault"):
        assert hint in text


UNMET = """
import pytest
@pytest.mark.stringee_faults("agents.create", "lost_answer")
async def test_unmet(stringee_client): ...
@pytest.mark.stringee_faults("agents.create", "lost_answer")
def test_without_emulator(): ...
"""


def test_a_fault_that_no_request_met_fails_the_test(tmp_path: Path) -> None:
    code, text = outcome(tmp_path, {"test_unmet.py": UNMET}, "--asyncio-mode=auto")
    assert code == 1
    assert "2 failed" in text
    assert "faults that no request met: agents.create" in text
    assert "needs a fixture" in text


GUARD = """
import asyncio, os
import aiohttp, pytest
from stringee_async import (
    ConfigError, ItniotechClient, NotSentError, Response, RetryPolicy, RingMeClient, StringeeClient, Timeouts
)
from stringee_async.testing import aioresponses

ONCE = dict(retry=RetryPolicy(max_attempts=1), timeouts=Timeouts(connect=0.05))
AT_MODULE_LEVEL = StringeeClient("SKx", "k" * 40, **ONCE)

def clients():
    yield AT_MODULE_LEVEL.agents.list().first
    yield RingMeClient("app", "secret", url="https://pbx.example", **ONCE).user
    yield ItniotechClient("key12345", "secret12", **ONCE).balance

async def test_refused():
    for call in clients():
        with pytest.raises(ConfigError, match="allow-vendor-hosts"):
            await call()
    async with aiohttp.ClientSession() as http:
        with pytest.raises(ConfigError, match="allow-vendor-hosts"):
            await StringeeClient("SKx", "k" * 40, http=http, **ONCE).agents.list().first()

class Scripted:
    async def send(self, request, timeouts):
        return Response(status=200, headers={}, body=b'{"r": 0, "agentID": "A1"}')
    async def aclose(self): ...

async def test_scripted_passes():
    client = StringeeClient("SKx", "k" * 40, transport=Scripted(), **ONCE)
    assert (await client.agents.create(name="An", stringee_user_id="u")).id == "A1"

async def test_mocked_passes():
    with aioresponses() as mocked:
        mocked.post("https://icc-api.stringee.com/v1/agent", payload={"r": 0, "agentID": "A1"})
        async with StringeeClient("SKx", "k" * 40, **ONCE) as client:
            assert (await client.agents.create(name="An", stringee_user_id="u")).id == "A1"

@pytest.mark.allow_vendor_hosts
async def test_marked():
    async with StringeeClient("SKx", "k" * 40, icc_url="https://no-such-host.invalid", **ONCE) as client:
        with pytest.raises(NotSentError):
            await client.agents.list().first()
"""
ALLOWED = """
import pytest
from stringee_async import NotSentError, RetryPolicy, StringeeClient
async def test_allowed():
    once = RetryPolicy(max_attempts=1)
    async with StringeeClient("SKx", "k" * 40, icc_url="https://no-such-host.invalid", retry=once) as client:
        with pytest.raises(NotSentError):
            await client.agents.list().first()
"""


def test_no_test_reaches_a_vendor_unless_it_is_allowed(tmp_path: Path) -> None:
    code, text = outcome(tmp_path, {"test_guard.py": GUARD}, "--asyncio-mode=auto")
    assert code == 0, text


@pytest.mark.parametrize(
    "options", ["--allow-vendor-hosts", "-oallow_vendor_hosts=true", "-pno:stringee_async"]
)
def test_the_guard_can_be_switched_off(options: str, tmp_path: Path) -> None:
    code, text = outcome(tmp_path, {"test_allowed.py": ALLOWED}, "--asyncio-mode=auto", options)
    assert code == 0, text


APP = """
from stringee_async import StringeeClient

class Centre:
    def __init__(self, client: StringeeClient) -> None:
        self.client = client

    async def greet(self) -> str:
        return str(len(await self.client.agents.list().collect()))
"""
APP_TEST = """
import sys
from centre import Centre

async def test_it(stringee_client):
    assert await Centre(stringee_client).greet() == "0"
"""
LOADED = """
import sys
print("LOADED", sorted(name for name in sys.modules if name.startswith(("stringee_async", "aiohttp", "attr"))))
"""


def test_coverage_of_a_users_package_is_whole(tmp_path: Path) -> None:
    """The plugin loads before coverage begins, and loads neither the user's package nor anything but itself of ours."""
    files = {"centre/__init__.py": APP, "test_it.py": APP_TEST, "conftest.py": LOADED}
    code, text = outcome(
        tmp_path, files, "--asyncio-mode=auto", "--cov=centre", "--cov-branch", "--cov-fail-under=100", "-s"
    )
    assert code == 0, text
    loaded = next(line for line in text.splitlines() if line.startswith("LOADED"))
    names = set(loaded.removeprefix("LOADED [").rstrip("]").replace("'", "").split(", "))
    lazy = {"", ".core", ".core.lazy", "._version", ".testing", ".testing.plugin", ".testing.fixtures"}
    assert names == {f"stringee_async{name}" for name in lazy}
