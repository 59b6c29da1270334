"""The emulator and its clients for `unittest.IsolatedAsyncioTestCase`."""

from __future__ import annotations

import unittest
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.errors import ConfigError
from ..emulator import Emulator
from .fast_clock import FastClock
from .running import Running, running

if TYPE_CHECKING:
    from ..itniotech import ItniotechClient
    from ..ringme import RingMeClient
    from ..stringee import StringeeClient

    _Base = unittest.IsolatedAsyncioTestCase
else:
    _Base = object


class EmulatorMixin(_Base):
    """An emulator for each test of a class: `class MyTest(EmulatorMixin, unittest.IsolatedAsyncioTestCase)`.

    A class with an `asyncSetUp` of its own calls `await super().asyncSetUp()` first. Clients are closed, and the emulator is
    stopped, after the test.

    Attributes:
        emulator: The running emulator, for all three vendors.
        emulator_options: Keywords of `Emulator`, set in your class.
        clock: A `FastClock` for clients and emulator, set in `setUp`; None for real time.
    """

    emulator: Emulator
    emulator_options: ClassVar[Mapping[str, Any]] = {}
    clock: FastClock | None = None
    _running: Running

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        order = cls.__mro__
        if unittest.TestCase in order and order.index(unittest.TestCase) < order.index(EmulatorMixin):
            raise ConfigError(f"{cls.__name__}: EmulatorMixin stands before the test case among the bases")

    async def asyncSetUp(self) -> None:
        """Start the emulator."""
        await super().asyncSetUp()
        self._running = await self.enterAsyncContext(running(self.emulator_options, self.clock))
        self.emulator = self._running.emulator

    def stringee_client(self, **options: Any) -> StringeeClient:
        """Return a new client of the emulator's Stringee; `options` are those of `StringeeClient`."""
        from ..stringee import StringeeClient

        return self._running.client(StringeeClient, self.emulator.stringee(), **options)

    def ringme_client(self, **options: Any) -> RingMeClient:
        """Return a new client of the emulator's RingMe; `options` are those of `RingMeClient`."""
        from ..ringme import RingMeClient

        return self._running.client(RingMeClient, self.emulator.ringme(), **options)

    def itniotech_client(self, **options: Any) -> ItniotechClient:
        """Return a new client of the emulator's ITNIO TECH; `options` are those of `ItniotechClient`."""
        from ..itniotech import ItniotechClient

        return self._running.client(ItniotechClient, self.emulator.itniotech(), **options)
