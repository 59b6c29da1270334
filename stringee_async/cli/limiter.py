"""What paces a command: the quota that it shares with other processes, or the limit of `--rate`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from ..core.errors import ConfigError
from .command_context import CommandOptions

if TYPE_CHECKING:
    from ..core.limiter_protocol import RateLimiter
    from ..core.ratelimit import RateLimit


@contextlib.asynccontextmanager
async def limiter_of(
    options: CommandOptions, limit: RateLimit | None
) -> AsyncGenerator[RateLimit | RateLimiter | None]:
    """Open what paces a command: the quota that it shares, else the limit of `--rate`, else None.

    Raises:
        ConfigError: Both were given, or the address of the quota is wrong.
    """
    if options.quota_url is None:
        yield limit
        return
    from ..shared_quota import RedisRateLimiter

    if limit is not None:
        raise ConfigError(
            "--rate and --quota-url are given, and the shared quota has its own limit; take one of them out"
        )
    async with RedisRateLimiter(options.quota_url) as limiter:
        yield limiter
