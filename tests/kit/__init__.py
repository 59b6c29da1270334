"""What the tests share: virtual time, a scripted transport, a raw server, a forwarder, and readers of what happened.

One job: to let a test say what the vendor responds and when, without a socket and without waiting. Tests that
need a real server use the emulator instead.
"""

from __future__ import annotations

from stringee_async.testing.mocked_aiohttp import MockedResponse

from .forwarder import Forwarder, Weather
from .raw_request import split
from .raw_server import Play, RawServer, canned, hang, reset, then
from .scripted_transport import (
    ICC,
    KEY_SECRET,
    KEY_SID,
    OVER_AIOHTTP,
    ScriptedTransport,
    Step,
    agents,
    answer,
    client_over,
    no_send,
)
from .signatures import parameters_of
from .virtual_time import FixedClock, P, VirtualLoop, jump, until, virtual

__all__ = [
    "ICC", "KEY_SECRET", "KEY_SID", "OVER_AIOHTTP", "FixedClock", "Forwarder", "MockedResponse", "P", "Play", "RawServer", "ScriptedTransport",
    "Step", "VirtualLoop",
    "Weather", "agents", "answer", "canned", "client_over", "hang", "jump", "no_send", "parameters_of", "reset", "split", "then", "until", "virtual",
]  # fmt: skip
