"""aioresponses, made to work with the installed aiohttp.

aiohttp from 3.14 on gives a response the writer of its request; aioresponses 0.7.9 makes responses without one, which ends
in a TypeError about `stream_writer`.
"""

from __future__ import annotations

import inspect
from typing import Any
from unittest import mock

import aiohttp
import aioresponses as library

from ..core.errors import ConfigError

_WRITER = "stream_writer"


def _needs_writer() -> bool:
    return _WRITER in inspect.signature(aiohttp.ClientResponse.__init__).parameters


class MockedResponse(aiohttp.ClientResponse):
    """A response of aiohttp that can be made without the writer of its request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _needs_writer():
            kwargs.setdefault(_WRITER, mock.Mock(output_size=0))
        super().__init__(*args, **kwargs)


class _Repaired(library.aioresponses):
    """The library's context manager, over responses that the installed aiohttp lets it make."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._classes = mock.patch("aioresponses.core.ClientResponse", MockedResponse)

    def start(self) -> None:
        """Begin to mock aiohttp."""
        self._classes.start()
        super().start()

    def stop(self) -> None:
        """Put aiohttp and the library back as they were."""
        super().stop()
        self._classes.stop()


def aioresponses(**options: Any) -> library.aioresponses:
    """Return a mock of aiohttp: the library's own context manager and decorator, which works with the installed aiohttp.

    A client of this package sees the mock without more ado; its guard lets mocked requests pass.

    Args:
        options: Those of `aioresponses.aioresponses`: `param`, `passthrough`, `passthrough_unmatched`.

    Raises:
        ConfigError: An option does not exist.
    """
    unknown = options.keys() - {"param", "passthrough", "passthrough_unmatched"}
    if unknown:
        raise ConfigError(f"aioresponses has no option {min(unknown)!r}")
    return _Repaired(**options) if _needs_writer() else library.aioresponses(**options)
