"""The arguments of a RingMe client."""

from __future__ import annotations

import inspect

import pytest

from stringee_async import RingMeClient
from stringee_async.core.client import ClientOptions
from stringee_async.ringme.client import RingMeOptions

from .rig import CLIENT_ID, CLIENT_SECRET


def test_the_client_takes_what_is_written() -> None:
    """Id, secret, then url by keyword without a default, then the options that every client takes."""
    parameters = inspect.signature(RingMeClient).parameters
    assert list(parameters) == ["client_id", "client_secret", "url", "options"]
    assert parameters["url"].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["url"].default is inspect.Parameter.empty
    assert set(RingMeOptions.__annotations__) == {*ClientOptions.__annotations__, "url"}
    with pytest.raises(TypeError, match="url"):
        RingMeClient(CLIENT_ID, CLIENT_SECRET)  # type: ignore[call-arg]
