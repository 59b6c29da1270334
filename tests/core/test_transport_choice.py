"""Which transport a client gets that was given no session."""

from __future__ import annotations

import sys

import pytest

from stringee_async import ConfigError
from stringee_async.core.aiohttp_transport import AiohttpTransport
from stringee_async.core.transport_choice import transport_for


def test_an_unknown_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRINGEE_ASYNC_TRANSPORT", "curl")
    with pytest.raises(ConfigError, match="must be 'own' or 'aiohttp', got 'curl'"):
        transport_for(1, None)


def test_without_httptools_a_session_of_aiohttp_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stringee_async.core.pooled_transport", None)
    assert isinstance(transport_for(1, None), AiohttpTransport)
