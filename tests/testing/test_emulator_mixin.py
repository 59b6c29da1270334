"""`EmulatorMixin`: the emulator and its clients in a test case of `unittest`."""

from __future__ import annotations

import unittest
from typing import Any

import pytest

from stringee_async import ConfigError, NotFoundError
from stringee_async.emulator import Fault
from stringee_async.testing import EmulatorMixin, FastClock

seen: list[Any] = []


class Case(EmulatorMixin, unittest.IsolatedAsyncioTestCase):
    __test__ = False
    emulator_options = {"seed": 7}  # noqa: RUF012

    def setUp(self) -> None:
        self.clock = FastClock()

    async def test_it(self) -> None:
        client = self.stringee_client()
        seen.append(client)
        self.emulator.faults.script("groups.list", Fault.retry_after(30))
        assert await client.groups.list().collect() == []
        assert self.clock is not None
        assert max(self.clock.slept) >= 30.0
        await self.itniotech_client().agent_groups.list().collect()
        with pytest.raises(NotFoundError):
            await self.ringme_client().queues.get("404")
        assert self.emulator.seed == 7


def test_a_case_has_an_emulator_and_its_clients_are_closed() -> None:
    result = unittest.TestResult()
    Case("test_it").run(result)
    assert not result.errors + result.failures, result.errors + result.failures
    assert result.testsRun == 1
    assert seen[0]._session.state.closed


def test_the_order_of_bases_is_checked() -> None:
    with pytest.raises(ConfigError, match="before the test case"):
        type("Wrong", (unittest.IsolatedAsyncioTestCase, EmulatorMixin), {})
