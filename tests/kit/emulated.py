"""An emulated vendor and a client of it, with settings chosen from a table of flat names, such as `ringme_put`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Generic, TypeVar

import attrs

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.clock import RealClock
from stringee_async.emulator import Emulator, Fault, ItniotechSettings, RingMeSettings, StringeeSettings

C = TypeVar("C", StringeeClient, RingMeClient, ItniotechClient)

VENDORS: Mapping[type[Any], str] = {
    StringeeClient: "stringee",
    RingMeClient: "ringme",
    ItniotechClient: "itniotech",
}


class QuickClock(RealClock):
    """Real time, in which the client waits a twentieth of what it means to."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 20)


class HastyClock(RealClock):
    """Real time, in which the client waits a hundredth of what it means to."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100)


@attrs.frozen(kw_only=True)
class Site(Generic[C]):
    """An emulated vendor and a client of it."""

    vendor: str
    emulator: Emulator
    client: C

    @property
    def state(self) -> Any:
        """What the server holds."""
        return getattr(self.emulator.state, self.vendor)

    @property
    def habits(self) -> Any:
        """How the server is: the vendor's settings."""
        return getattr(self.emulator, f"{self.vendor}_settings")

    def script(self, operation: str, *faults: Fault) -> None:
        """Plan faults for an operation of this vendor."""
        self.emulator.faults.script(f"{self.vendor}:{operation}", *faults)


@contextlib.asynccontextmanager
async def emulated(
    kind: type[C], options: dict[str, Any] | None = None, /, **settings: Any
) -> AsyncIterator[Site[C]]:
    """Run an emulator, with settings by flat names, and a client of this class with these options."""
    vendor = VENDORS[kind]
    async with (
        Emulator(**emulator_keywords({"seed": 1} | settings)) as emulator,
        kind(**getattr(emulator, vendor)(), **{"clock": QuickClock(), **(options or {})}) as client,
    ):
        yield Site(vendor=vendor, emulator=emulator, client=client)


def emulator_keywords(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Turn flat settings into keywords of an `Emulator`: `{"ringme_put": "reset"}` into `ringme_settings=...`."""
    given = dict(flat)
    for name, kind, prefix in (
        ("stringee_settings", StringeeSettings, ""),
        ("ringme_settings", RingMeSettings, "ringme_"),
        ("itniotech_settings", ItniotechSettings, ""),
    ):
        own = {key: given.pop(prefix + key) for key in attrs.fields_dict(kind) if prefix + key in given}
        if own:
            given[name] = kind(**own)
    return given
