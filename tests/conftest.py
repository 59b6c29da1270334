"""What every test gets: a last resort against hangs, and the two ways over which a request can travel."""

from __future__ import annotations

import asyncio
import faulthandler
import importlib
import logging
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from .kit.services import postgres_server, redis_server

__all__ = ["postgres_server", "redis_server"]

if os.environ.get("TESTS_LOOP"):

    def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
        """Let `TESTS_LOOP` choose the event loops of asynchronous tests.

        `uvloop`; `aiofastnet`, which replaces asyncio's transports; or `eager`: tasks begin to run when they are made
        (Python 3.12 and later).
        """
        match os.environ["TESTS_LOOP"]:
            case "uvloop":
                return {"uvloop": importlib.import_module("uvloop").new_event_loop}
            case "aiofastnet":
                return {"aiofastnet": importlib.import_module("aiofastnet").loop_factory()}
            case _:
                return {"eager": _eager_loop}


def pytest_configure(config: pytest.Config) -> None:
    """Switch off the guard of the package's own plugin: tests dial hosts that do not exist, to see what the error says."""
    config.option.allow_vendor_hosts = True


NOT_OF_CORE = (
    "cli", "durable", "emulator", "explanations", "provision", "release", "shared_quota", "testing",
    "test_benchmarks.py", "test_costs.py", "test_documents.py", "test_emulator_docs.py", "test_layers.py",
    "test_packaging.py", "test_provisioning_docs.py", "test_provisioning_tour.py", "test_public_api.py", "test_readme.py",
    "test_recipes.py", "test_tutorial.py", "test_website.py",
)  # fmt: skip
"""Tests that cover nothing of `core/` that the others do not."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `TESTS_COVER=core`, measure the coverage of `core/` alone: under measurement a test takes twice its time."""
    if os.environ.get("TESTS_COVER") == "core":
        home = Path(__file__).parent
        for item in items:
            if item.path.relative_to(home).parts[0] in NOT_OF_CORE:
                item.add_marker("no_cover")


def _eager_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    factory: Any = vars(asyncio)["eager_task_factory"]
    loop.set_task_factory(factory)
    return loop


@pytest.fixture(params=["own", "aiohttp"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let clients without a session of the caller's use connections of their own, or a session of aiohttp."""
    monkeypatch.setenv("STRINGEE_ASYNC_TRANSPORT", request.param)
    return str(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """End the process, with every thread's stack, where a test hangs in spite of its time limit.

    The time limit raises inside the test. A test that hangs again while it cleans up would then wait for ever.
    """
    faulthandler.dump_traceback_later(300, exit=True, file=sys.__stderr__)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Put the package's logger back as it was: the command line sets it up for a process of its own."""
    package = logging.getLogger("stringee_async")
    handlers, level, propagate = list(package.handlers), package.level, package.propagate
    yield
    package.handlers, package.propagate = handlers, propagate
    package.setLevel(level)
