"""Waiting that a change ends: a pause or an outage that begins or ends."""

from __future__ import annotations

import asyncio

from ..core.limiter_protocol import RateLimiter
from ..core.unset import Lane


async def undisturbed(changed: asyncio.Event, seconds: float) -> bool:
    """Wait; return whether nothing changed meanwhile."""
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return True
    return False


async def permit_before(changed: asyncio.Event, limiter: RateLimiter, lane: Lane) -> bool:
    """Wait for a permit of a limiter; return whether it came before something changed."""
    permit = asyncio.ensure_future(limiter.acquire("", lane))
    change = asyncio.ensure_future(changed.wait())
    try:
        await asyncio.wait((permit, change), return_when=asyncio.FIRST_COMPLETED)
        return permit.done()
    finally:
        permit.cancel()
        change.cancel()
        await asyncio.gather(permit, change, return_exceptions=True)
