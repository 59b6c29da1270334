"""The fixtures of the plugin, for pytest-asyncio (strict and auto) and for anyio's plugin.

Emulator and clients live on the event loop of the test. pytest-asyncio has a loop for each scope, so the emulator has a
fixture for each of them, and one for anyio; the public fixtures choose.
"""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from ..emulator import Emulator
    from ..itniotech import ItniotechClient
    from ..ringme import RingMeClient
    from ..stringee import StringeeClient
    from .fast_clock import FastClock
    from .running import Running

_SCOPES = ("function", "class", "module", "package", "session")


async def _on_the_loop_of_the_test(request: pytest.FixtureRequest) -> AsyncGenerator[Running]:
    from .marked import emulator_options, script_faults
    from .running import running

    item = request.node
    clock = request.getfixturevalue("stringee_clock") if "stringee_clock" in request.fixturenames else None
    async with running(emulator_options(item), clock) as here:
        script_faults(item, here.emulator)
        item._stringee_running = here
        try:
            yield here
        finally:
            del item._stringee_running


_stringee_on_anyio = pytest.fixture(name="_stringee_on_anyio")(_on_the_loop_of_the_test)


def _for_scope(scope: Any) -> Any:
    """Return the fixture for tests whose loop has this scope."""
    import pytest_asyncio

    async def on_that_loop(request: pytest.FixtureRequest) -> AsyncGenerator[Running]:
        async for here in _on_the_loop_of_the_test(request):
            yield here

    return pytest_asyncio.fixture(on_that_loop, loop_scope=scope, name=f"_stringee_on_{scope}")


if importlib.util.find_spec("pytest_asyncio") is not None:
    globals().update({f"_stringee_on_{scope}": _for_scope(scope) for scope in _SCOPES})


@pytest.fixture
def _stringee_running(request: pytest.FixtureRequest) -> Running:
    """Return the emulator of the test, on the loop of the plugin that runs it."""
    if "anyio_backend" in request.fixturenames:
        backend: Any = request.getfixturevalue("anyio_backend")
        if backend != "asyncio" and backend[0] != "asyncio":
            pytest.fail(
                f"stringee_async needs asyncio, and this test runs on {backend}; see the fixture anyio_backend"
            )
        return cast("Running", request.getfixturevalue("_stringee_on_anyio"))
    if not request.config.pluginmanager.hasplugin("asyncio"):
        pytest.fail(
            "the fixtures of stringee_async need pytest-asyncio, or a test that is marked for anyio's plugin"
        )
    marker = request.node.get_closest_marker("asyncio")
    named: dict[str, Any] = {} if marker is None else marker.kwargs
    asked = named.get("loop_scope") or named.get("scope")
    scope = asked or request.config.getini("asyncio_default_test_loop_scope") or "function"
    return cast("Running", request.getfixturevalue(f"_stringee_on_{scope}"))


@pytest.fixture
def stringee_emulator(_stringee_running: Running) -> Emulator:
    """An emulator of all three vendors, for this test alone."""
    return _stringee_running.emulator


@pytest.fixture
def stringee_client(_stringee_running: Running) -> StringeeClient:
    """A client of the emulator's Stringee; it is closed after the test."""
    from ..stringee import StringeeClient

    return _stringee_running.client(StringeeClient, _stringee_running.emulator.stringee())


@pytest.fixture
def ringme_client(_stringee_running: Running) -> RingMeClient:
    """A client of the emulator's RingMe; it is closed after the test."""
    from ..ringme import RingMeClient

    return _stringee_running.client(RingMeClient, _stringee_running.emulator.ringme())


@pytest.fixture
def itniotech_client(_stringee_running: Running) -> ItniotechClient:
    """A client of the emulator's ITNIO TECH; it is closed after the test."""
    from ..itniotech import ItniotechClient

    return _stringee_running.client(ItniotechClient, _stringee_running.emulator.itniotech())


@pytest.fixture
def stringee_clock() -> FastClock:
    """A clock whose waits return at once; the client fixtures and the emulator of this test are on it."""
    from .fast_clock import FastClock

    return FastClock()
