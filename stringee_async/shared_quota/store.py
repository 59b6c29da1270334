"""What is asked of the store, over redis-py: one connection pool, short timeouts, one error for everything that fails."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import attrs
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import RedisError

from ..core.errors import ConfigError
from .decision import DECISION
from .quota_state import QuotaState, Sharer, StoreDownError
from .quota_url import SharedQuota
from .shares import LaneShare

T = TypeVar("T")

_TIMEOUT: Final = 1.0
"""Seconds; a store that takes longer is taken for down."""
REMEMBERED: Final = 15
"""Seconds for which a process that is silent is remembered."""
_LAST_PAUSE: Final = 86_400
_LONGER_PAUSE: Final = """
local length = tonumber(ARGV[1])
if redis.call("PTTL", KEYS[1]) < length then
    redis.call("SET", KEYS[1], "1", "PX", length)
end
redis.call("HSET", KEYS[2], "at", redis.call("TIME")[1], "by", ARGV[2], "for", length / 1000)
redis.call("EXPIRE", KEYS[2], ARGV[3])
"""


@attrs.frozen
class Lease:
    """What the store decided: permits, the seconds to wait before they are used, and those of a pause."""

    permits: int
    wait: float
    paused: float


class QuotaStore:
    """The keys of one quota."""

    def __init__(self, quota: SharedQuota) -> None:
        self._quota = quota
        self._prefix = f"stringee-async:{{{quota.name}}}"
        try:
            client: Any = redis.asyncio.Redis
            self._redis = client.from_url(
                quota.url.reveal(),
                decode_responses=True,
                socket_timeout=_TIMEOUT,
                socket_connect_timeout=_TIMEOUT,
                retry=Retry(NoBackoff(), 1, supported_errors=(LostConnectionError,)),
            )
        except (ValueError, TypeError):
            raise ConfigError(
                f"url has a setting that redis-py does not take; the store is {quota.shown}"
            ) from None
        self._decision = self._redis.register_script(DECISION)
        self._longer_pause = self._redis.register_script(_LONGER_PAUSE)
        self.calls = 0
        """Commands sent so far."""

    async def lease(self, share: LaneShare, wanted: int) -> Lease:
        """Ask for permits of a lane."""
        keys = [self._key(name) for name in (share.bucket, share.other, "pause", "used")]
        numbers = (
            share.interval, share.burst, wanted, share.ahead, share.lent_interval, share.lent, self._quota.limit.per
        )  # fmt: skip
        permits, wait, paused = await self._ask(self._decision(keys, numbers))
        return Lease(int(permits), float(wait), float(paused))

    async def paused(self) -> float:
        """Return the seconds of a pause that are left; the answer proves that the store is there."""
        left: int = await self._ask(self._redis.pttl(self._key("pause")))
        return max(0, left) / 1000

    async def pause(self, seconds: float, process: str) -> None:
        """Pause all processes; a longer pause that is there stays."""
        keys = [self._key("pause"), self._key("last-pause")]
        await self._ask(self._longer_pause(keys, [max(1, math.ceil(seconds * 1000)), process, _LAST_PAUSE]))

    async def returning(self, seconds: float) -> float:
        """Return the seconds until all processes that missed the store use it again, at most `seconds`."""
        key = self._key("returning")
        if await self._ask(self._redis.set(key, "1", px=math.ceil(seconds * 1000), nx=True)):
            return seconds
        left: int = await self._ask(self._redis.pttl(key))
        return max(0, left) / 1000

    async def announce(self, process: str, facts: dict[str, object]) -> None:
        """Tell the others of this process, for the next 15 s."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.sadd(self._key("processes"), process)
        pipe.expire(self._key("processes"), _LAST_PAUSE)
        pipe.set(self._key(f"process:{process}"), json.dumps(facts), ex=REMEMBERED)
        await self._ask(pipe.execute())

    async def withdraw(self, process: str) -> None:
        """Tell the others that this process has ended."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.srem(self._key("processes"), process)
        pipe.delete(self._key(f"process:{process}"))
        await self._ask(pipe.execute())

    async def state(self) -> QuotaState:
        """Return who shares the quota, and how much of it is used."""
        names = sorted(await self._ask(self._redis.smembers(self._key("processes"))))
        pipe = self._redis.pipeline(transaction=False)
        pipe.time()
        pipe.hgetall(self._key("used"))
        pipe.pttl(self._key("pause"))
        pipe.hgetall(self._key("last-pause"))
        for name in names:
            pipe.get(self._key(f"process:{name}"))
            pipe.pttl(self._key(f"process:{name}"))
        now, used, paused, last, *told = await self._ask(pipe.execute())
        limit = self._quota.limit
        current = used.get("window") == str(math.floor(now[0] / limit.per))
        return QuotaState(
            name=self._quota.name,
            sharers=tuple(
                _sharer(name, json.loads(text), now[0] - REMEMBERED + left / 1000)
                for name, text, left in zip(names, told[::2], told[1::2], strict=True)
                if text
            ),
            used=int(used["used"]) if current else 0,
            requests=limit.requests,
            per=limit.per,
            paused=max(0, paused) / 1000,
            paused_at=_moment(float(last["at"])) if last else None,
            paused_by=last.get("by"),
            paused_for=float(last["for"]) if last else None,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def drop(self) -> None:
        """Close the connections of an event loop that has ended."""
        pool = self._redis.connection_pool
        for connection in (*pool._available_connections, *pool._in_use_connections):
            writer, connection._writer, connection._reader = connection._writer, None, None
            if writer is not None and (sock := writer.get_extra_info("socket")) is not None:
                with contextlib.suppress(RuntimeError):  # its loop is closed
                    writer.transport.abort()
                sock._sock.close()
                writer.transport._sock = None

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    async def _ask(self, command: Awaitable[T]) -> T:
        self.calls += 1
        try:
            return await command
        except (TimeoutError, RedisError, OSError) as error:
            why = str(error).replace(self._quota.url.reveal(), self._quota.shown)
            raise StoreDownError(
                f"{self._quota.shown} cannot be used ({type(error).__name__}: {why[:200]})"
            ) from None


def _sharer(name: str, facts: dict[str, Any], seen: float) -> Sharer:
    return Sharer(
        process=name,
        since=_moment(facts["since"]),
        seen=_moment(seen),
        permits=facts["permits"],
        interactive=facts["interactive"],
        bulk=facts["bulk"],
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
