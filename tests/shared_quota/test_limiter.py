"""Rules of the shared limiter, over a real Redis: one limit for all processes, one pause for all, no call lost."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from benchmarks.quota import most_in_any_window
from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.errors import ClosedError, ConfigError, SdkError
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.shared_quota import RedisRateLimiter, StoreDownError, store
from stringee_async.shared_quota import limiter as limiter_module
from stringee_async.shared_quota.shares import local_share, rate_of, split

from ..kit import ScriptedTransport, agents, answer, client_over, until
from ..kit.services import RedisServer
from .rig import sharing, take

FAST = RateLimit(100, 0.25)


# --- one limit -------------------------------------------------------------------------------------------------


async def test_two_processes_share_one_limit_and_use_it(redis_server: RedisServer) -> None:
    """Never above the limit in any window, nearly all of the rate used, and few commands for each permit."""
    async with sharing(redis_server, FAST, 2) as (one, two):
        times: list[float] = []
        await asyncio.gather(*(take(one, times) for _ in range(90)), *(take(two, times) for _ in range(90)))
        calls = one.store_calls + two.store_calls
    assert most_in_any_window(times, FAST.per) <= FAST.requests
    assert (max(times) - min(times)) <= 1.6 * (180 - 10) / rate_of(FAST)
    assert calls <= 1.2 * 180


async def test_processes_that_wait_are_served_in_turn_and_ask_seldom(redis_server: RedisServer) -> None:
    """The store tells each when its permits are due: none polls, and none is overtaken again and again."""
    async with sharing(redis_server, RateLimit(200, 0.5), 6, processes=6) as limiters:
        times: list[list[float]] = [[] for _ in limiters]
        await asyncio.gather(
            *(take(one, mine) for one, mine in zip(limiters, times, strict=True) for _ in range(40))
        )
        calls = sum(one.store_calls for one in limiters) - len(limiters)  # each tells of itself once
    assert calls <= 0.6 * 240
    ends = sorted(max(mine) for mine in times)
    assert ends[0] - min(map(min, times)) >= 0.5 * (ends[-1] - min(map(min, times)))


async def test_a_busy_lane_uses_what_the_other_leaves_and_gives_it_back(redis_server: RedisServer) -> None:
    async with sharing(redis_server, FAST, 2) as (one, two):
        times: list[float] = []
        loop = asyncio.get_running_loop()
        bulk = [asyncio.create_task(take(one, times)) for _ in range(140)]
        await until(lambda: len(times) > 100, "a hundred permits")
        alone = times[-1] - times[0]
        began = loop.time()
        await two.acquire("x", "interactive")
        assert loop.time() - began < 0.1  # the lane that was idle kept some for its own next call
        await asyncio.gather(*bulk)
    assert alone < 100 / (0.8 * rate_of(FAST))  # its own 60 % would take 100 / (0.6 * rate)


async def test_a_cancelled_waiter_costs_the_others_nothing(redis_server: RedisServer) -> None:
    async with sharing(redis_server, RateLimit(10, 0.5)) as (limiter,):
        times: list[float] = []
        tasks = [asyncio.create_task(take(limiter, times)) for _ in range(12)]
        await until(lambda: len(times) >= 2, "two permits")
        for task in tasks[4:]:
            task.cancel()
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert asyncio.get_running_loop().time() - began < 0.5
        used = (await limiter.state()).used
    assert len(times) <= 4
    assert used <= 7


async def test_a_small_limit_is_one_bucket_and_still_holds(redis_server: RedisServer) -> None:
    limit = RateLimit(2, 0.1)
    async with sharing(redis_server, limit, 2) as (one, two):
        times: list[float] = []
        await asyncio.gather(
            *(take(one, times, "interactive") for _ in range(3)), *(take(two, times) for _ in range(3))
        )
    assert most_in_any_window(times, limit.per) <= limit.requests


@pytest.mark.parametrize("requests", [1, 2, 5, 9, 10, 11, 19, 25, 30, 100, 300, 5000])
@pytest.mark.parametrize("interactive", [0.01, 0.4, 0.99])
def test_the_buckets_together_hold_no_more_than_the_limit(requests: int, interactive: float) -> None:
    """Exactly: a bucket gives its burst, and then one permit at each end of an interval within the window."""
    limit = RateLimit(requests, 10.0)
    shares = split(limit, interactive, 8)
    buckets = {share.bucket: share for share in shares.values()}
    most = sum(share.burst + -(-limit.per // share.interval) - 1 for share in buckets.values())
    assert most <= requests
    for share in shares.values():
        assert 1 <= share.lot <= min(8, share.burst)
        assert (
            share.lent == 0
            or share.lent <= shares["bulk" if share.bucket == "interactive" else "interactive"].burst
        )
    local = local_share(limit, 8)
    assert 8 * local.requests / local.per <= limit.requests / limit.per


# --- one pause -------------------------------------------------------------------------------------------------


async def test_one_429_stops_the_calls_of_every_process(redis_server: RedisServer) -> None:
    async with sharing(redis_server, FAST, 2) as (one, two):
        busy = ScriptedTransport(answer({"r": 1}, 429, Retry_After="0.3"), default=agents())
        other = ScriptedTransport(default=agents())
        async with (
            client_over(busy, rate_limit=one, retry=RetryPolicy(max_attempts=1)) as refused,
            client_over(other, rate_limit=two) as waiting,
        ):
            with pytest.raises(SdkError):
                await refused.agents.list().collect()
            stopped = asyncio.get_running_loop().time()
            await asyncio.sleep(0.05)
            await waiting.agents.list().collect()
            assert other.times[0] - stopped >= 0.2
        state = await two.state()
    assert state.paused_by is not None
    assert state.paused_at is not None
    assert state.paused_for == pytest.approx(0.3, abs=0.1)


async def test_a_shorter_pause_of_another_process_does_not_end_a_longer_one(
    redis_server: RedisServer,
) -> None:
    async with sharing(redis_server, FAST, 2) as (one, two):
        one.pause(5.0)
        await asyncio.sleep(0.03)
        two.pause(0.1)
        await asyncio.sleep(0.03)
        assert (await one.state()).paused > 3.0


async def test_permits_that_were_reserved_lapse_when_a_pause_begins_elsewhere(
    redis_server: RedisServer,
) -> None:
    limit = RateLimit(20, 1.0)
    async with sharing(redis_server, limit, 2) as (one, two):
        times: list[float] = []
        tasks = [asyncio.create_task(take(one, times)) for _ in range(6)]
        await until(lambda: len(times) >= 2, "two permits")
        paused = asyncio.get_running_loop().time()
        two.pause(0.3)
        two.pause(0.1)  # shorter: changes nothing
        await asyncio.gather(*tasks)
    assert not [moment for moment in times if paused + 0.03 < moment < paused + 0.28]


# --- the store is down -----------------------------------------------------------------------------------------


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter_module, "_PROBE", (0.03, 0.05))
    monkeypatch.setattr(limiter_module, "_RETURN", 0.06)
    monkeypatch.setattr(limiter_module, "_TELL", 0.1)
    monkeypatch.setattr(store, "_TIMEOUT", 0.2)


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("way", ["kill", "freeze"])
async def test_while_the_store_is_down_each_process_keeps_to_its_part(
    way: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "stringee_async.shared_quota")
    with RedisServer("geheim") as server:
        async with sharing(server, FAST, 2) as (one, two):
            await asyncio.gather(one.acquire("x", "bulk"), two.acquire("x", "interactive"))
            server.kill() if way == "kill" else server.freeze()
            times: list[float] = []
            await asyncio.gather(
                *(
                    take(limiter, times, lane)
                    for limiter in (one, two)
                    for lane in ("bulk", "interactive")
                    for _ in range(15)
                )
            )
            assert most_in_any_window(times, FAST.per) <= 0.8 * FAST.requests
            server.start() if way == "kill" else server.thaw()
            await until(lambda: caplog.text.count("is used again") == 2, "both use the store again")
            await asyncio.wait_for(one.acquire("x", "bulk"), 1.0)
            assert (await two.state()).requests == FAST.requests
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 2  # one for each process
    assert "keeps to 1/2 of the quota" in warnings[0].getMessage()
    assert "geheim" not in caplog.text


@pytest.mark.usefixtures("_quick")
async def test_an_outage_gives_no_process_a_permit_on_top(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first permit of a process's own part comes as late as if it had had one just before."""
    monkeypatch.setattr(limiter_module, "_PROBE", (5.0, 5.0))
    with RedisServer() as server:
        async with sharing(server, RateLimit(20, 0.5), processes=4) as (limiter,):
            await limiter.acquire("x", "bulk")
            server.kill()
            began = asyncio.get_running_loop().time()
            await limiter.acquire("x", "bulk")
            assert asyncio.get_running_loop().time() - began >= 0.5 / 4  # 4 of 16 in 0.5 s


@pytest.mark.usefixtures("_quick")
async def test_all_use_a_store_that_is_back_from_the_same_moment_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Else the first would take the whole rate while the others still send their parts."""
    monkeypatch.setattr(limiter_module, "_RETURN", 0.3)
    caplog.set_level(logging.INFO, "stringee_async.shared_quota")
    with RedisServer() as server:
        async with sharing(server, FAST, 3) as limiters:
            await asyncio.gather(*(one.acquire("x", "bulk") for one in limiters))
            server.kill()
            await asyncio.gather(*(one.acquire("x", "bulk") for one in limiters))
            started = time.time()
            server.start()
            await until(lambda: caplog.text.count("is used again") == 3, "all use the store again")
    moments = [record.created for record in caplog.records if "is used again" in record.getMessage()]
    assert min(moments) >= started + 0.3
    assert max(moments) - min(moments) < 0.15


@pytest.mark.usefixtures("_quick")
async def test_a_rejected_password_is_a_store_that_is_down_and_is_never_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with RedisServer("geheim") as server:
        wrong = server.url.replace("geheim", "falsch")
        async with RedisRateLimiter(wrong, FAST, 2) as limiter:
            assert "falsch" not in repr(limiter)
            await limiter.acquire("x", "bulk")
            with pytest.raises(StoreDownError) as caught:
                await limiter.state()
    assert "falsch" not in caplog.text + str(caught.value) + repr(caught.value)
    assert f"127.0.0.1:{server.port}" in caplog.text


@pytest.mark.usefixtures("_quick")
async def test_a_pause_holds_while_the_store_is_down() -> None:
    with RedisServer() as server:
        async with sharing(server, FAST) as (limiter,):
            server.kill()
            await limiter.acquire("x", "bulk")
            began = asyncio.get_running_loop().time()
            limiter.pause(0.15)
            await limiter.acquire("x", "bulk")
            assert asyncio.get_running_loop().time() - began >= 0.15


# --- loops and closing -----------------------------------------------------------------------------------------


def test_a_limiter_outlives_its_event_loop(redis_server: RedisServer) -> None:
    limiter = RedisRateLimiter(redis_server.url, FAST, 2, name="loops")

    async def use() -> None:
        await limiter.acquire("x", "bulk")

    asyncio.run(use())
    asyncio.run(use())

    async def both() -> None:
        await use()
        with pytest.raises(ClosedError, match="still runs"):
            await asyncio.to_thread(asyncio.run, use())
        await limiter.aclose()

    asyncio.run(both())
    asyncio.run(limiter.aclose())


async def test_closing_ends_calls_that_wait_and_the_next_use_opens_it_again(
    redis_server: RedisServer,
) -> None:
    async with sharing(redis_server, RateLimit(1, 60.0)) as (limiter,):
        await limiter.acquire("x", "bulk")
        waiting = asyncio.create_task(limiter.acquire("x", "bulk"))
        await asyncio.sleep(0.02)
        await limiter.aclose()
        with pytest.raises(ClosedError, match="closed"):
            await waiting
        state = await limiter.state()
        assert state.used <= 2  # one may have been reserved for the call that was ended


# --- arguments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "options", "says"),
    [
        ("http://:geheim@host", {}, "redis://"),
        ("redis://", {}, "redis://"),
        ("redis://:geheim@host:port/0", {}, "not an address"),
        (5, {}, "url must be a text"),
        ("redis://:geheim@host", {"limit": None}, "limit is missing"),
        ("redis://:geheim@host?limit=many", {"limit": None}, "CALLS/SECONDS"),
        ("redis://:geheim@host", {"limit": (300, 10)}, "RateLimit"),
        ("redis://:geheim@host", {"processes": None}, "processes is missing"),
        ("redis://:geheim@host", {"processes": 0}, "at least 1"),
        ("redis://:geheim@host?processes=x", {"processes": None}, "at least 1"),
        ("redis://:geheim@host", {"name": "a{b}"}, "without braces"),
        ("redis://:geheim@host", {"name": ""}, "without braces"),
        ("redis://:geheim@host", {"interactive": 1}, "between 0 and 1"),
        ("redis://:geheim@host?db=one", {}, "setting that redis-py does not take"),
    ],
)
def test_wrong_arguments_are_named_without_the_password(
    url: str, options: dict[str, object], says: str
) -> None:
    given: dict[str, object] = {"limit": FAST, "processes": 2, **options}
    with pytest.raises(ConfigError, match=says) as caught:
        RedisRateLimiter(url, **given)  # type: ignore[arg-type]
    assert "geheim" not in str(caught.value)


def test_the_url_may_hold_every_setting() -> None:
    shown = repr(RedisRateLimiter("valkeys://user:geheim@host/2?limit=300/10&processes=8&name=shop"))
    assert (
        shown
        == "RedisRateLimiter('valkeys://host:6379/2', RateLimit(requests=300, per=10.0, burst=None), processes=8, name='shop')"
    )


async def test_every_vendor_takes_it(redis_server: RedisServer) -> None:
    limiter = RedisRateLimiter(redis_server.url, FAST, 2)
    StringeeClient("SKx", "k" * 40, rate_limit=limiter)
    RingMeClient("app", "secret", url="https://pbx.example", rate_limit=limiter)
    ItniotechClient("key", "secret", rate_limit=limiter)
