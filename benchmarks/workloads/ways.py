"""Other ways to measure a row: over TLS, and with the client under uvloop.

One job: to put what a row needs around the function that measures it. Where a library is missing, the row is left out
with a note.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import attrs

from ..certificate import trusting
from ..peers.peer import BARE, RAW, SDK
from .row import Bench, Result

CONTENDERS = (BARE, SDK, RAW)
"""The reference, the SDK, and the limit; the others are measured over plain TCP under asyncio."""

Measure = Callable[[Bench], Coroutine[Any, Any, Result]]


def over_tls(measure: Measure) -> Measure:
    """Return a function that measures over TLS, with an authority that all contenders trust."""

    async def measured(bench: Bench) -> Result:
        certificate = bench.server.certificate
        if certificate is None:
            return Result(notes=["left out: trustme is not installed"])
        with trusting(certificate.authority):
            return await measure(attrs.evolve(bench, tls=True))

    return measured


def under_uvloop(measure: Measure) -> Measure:
    """Return a function that measures on uvloop's event loop, in a thread; asyncio's loop waits for it meanwhile."""

    async def measured(bench: Bench) -> Result:
        try:
            import uvloop
        except ImportError as error:
            return Result(notes=[f"left out: {error}"])

        def run() -> Result:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(measure(bench))

        return await asyncio.to_thread(run)

    return measured
