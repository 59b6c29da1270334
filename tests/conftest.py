"""Runs what depends on the wire both ways: straight on connections, and through aiohttp's session."""

from __future__ import annotations

import pytest

from stringee_async.core.direct import Direct


@pytest.fixture(params=["direct", "session"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let an own session be used directly, or as if this aiohttp had changed inside."""
    if request.param == "session":
        monkeypatch.setattr(Direct, "over", lambda *_: None)
    return str(request.param)
