"""The arguments of an ITNIO TECH client."""

from __future__ import annotations

import inspect

import pytest

from stringee_async import ConfigError, ItniotechClient
from stringee_async.core.client import ClientOptions
from stringee_async.itniotech.client import ItniotechOptions

from ..kit import ScriptedTransport
from .rig import API_KEY, API_SECRET, client_over


def test_the_client_takes_what_is_written() -> None:
    """Key and secret first, then the keyword options that every client has, and a base URL with a default."""
    parameters = inspect.signature(ItniotechClient).parameters
    assert list(parameters) == ["api_key", "api_secret", "clock_offset", "options"]
    assert inspect.signature(ItniotechClient._set_up).parameters["url"].default == "https://api.itniotech.com"
    assert set(ItniotechOptions.__annotations__) == {"url", *ClientOptions.__annotations__}
    with pytest.raises(TypeError):
        ItniotechClient(API_KEY, API_SECRET, "https://x.example")  # type: ignore[misc]
    with pytest.raises(ConfigError, match="did you mean timeouts"):
        ItniotechClient(API_KEY, API_SECRET, timeout=3)  # type: ignore[call-arg]
    assert inspect.iscoroutinefunction(client_over(ScriptedTransport()).balance)
