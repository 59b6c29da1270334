"""What aioresponses needs on aiohttp from 3.14 on."""

from __future__ import annotations

import inspect
from typing import Any
from unittest.mock import Mock

import aiohttp


class MockedResponse(aiohttp.ClientResponse):
    """Supplies what aioresponses 0.7.9 does not pass on, and aiohttp from 3.14 on insists on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "stream_writer" in inspect.signature(aiohttp.ClientResponse.__init__).parameters:
            kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)
