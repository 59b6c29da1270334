"""Tests of your own app: an emulator as fixtures, a clock whose waits return at once, and a guard.

Where this package is installed, pytest loads `plugin`, which brings the fixtures `stringee_emulator`, `stringee_client`,
`ringme_client`, `itniotech_client` and `stringee_clock`, the markers `stringee_faults`, `stringee_emulator_options` and
`allow_vendor_hosts`, and the guard: in tests no client of this package sends a request to a host that is not loopback or
private. `-p no:stringee_async` switches the plugin off.

| file | its one job |
|------|-------------|
| `plugin`         | the pytest plugin: options, markers, hooks; imports nothing of this package until a test needs it |
| `fixtures`       | its fixtures                                                        |
| `marked`         | what the markers of a test say, checked                             |
| `running`        | the emulator of one test, with its clients                          |
| `guard`          | which hosts a client may reach, and transports that obey            |
| `fast_clock`     | a clock whose waits return at once                                  |
| `mocked_aiohttp` | aioresponses, made to work with the installed aiohttp                |
| `emulator_mixin` | the same for `unittest`                                             |
"""

from typing import TYPE_CHECKING

from ..core.lazy import lazy_names

if TYPE_CHECKING:
    from .emulator_mixin import EmulatorMixin
    from .fast_clock import FastClock
    from .mocked_aiohttp import aioresponses

_HOMES = {
    ".emulator_mixin": "EmulatorMixin",
    ".fast_clock": "FastClock",
    ".mocked_aiohttp": "aioresponses",
}

__all__ = ["EmulatorMixin", "FastClock", "aioresponses"]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
