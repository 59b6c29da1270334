"""Stories of failure that this vendor's client must not repeat: credentials and retries.

Named after the statement that each proves. Over real sockets against the emulator where time does not matter, on
virtual time where it does. What concerns the token endpoint alone is in `test_auth`.
"""

from __future__ import annotations

import asyncio
import builtins
import random
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    AuthError,
    ClosedError,
    ConfigError,
    ConflictError,
    DeadlineError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimit,
    RateLimitedError,
    RetryPolicy,
    RingMeAuth,
    RingMeClient,
    SdkError,
    ServerError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.clock import RealClock
from stringee_async.core.messages import Request, Response
from stringee_async.emulator import Emulator, Fault, RingMeSettings

from ..core.rig import beside_a_running_loop
from ..kit import answer, until, virtual
from ..kit.module_globals import module_globals
from .rig import CLIENT_ID, CLIENT_SECRET, GRANT, URL, ApiTransport, Exchange, exchange_of, ringme_over

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
ONCE = RetryPolicy(max_attempts=1)
USER = answer({"id": 7})


async def bearers(x: Exchange) -> AsyncIterator[str]:
    """Yield the token of each call that reached the server."""
    for record in x.emulator.requests:
        if record.operation != "oauth.token":
            yield record.headers["Authorization"]


# -- credentials --------------------------------------------------------------------------------------------


async def test_five_hundred_calls_of_twenty_clients_renew_one_expired_token() -> None:
    """All tokens expire at once: the server sees one more request for a token, and every call succeeds."""
    async with Emulator(seed=1, latency=0.001) as emulator:
        given = emulator.ringme()
        auth = RingMeAuth(given["client_id"], given["client_secret"], url=given["url"])
        clients = [RingMeClient.from_auth(auth) for _ in range(20)]
        await clients[0].user()
        emulator.expire_tokens()
        await asyncio.gather(*(client.user() for client in clients for _ in range(25)))
        assert emulator.count("oauth.token") == auth.issued == 2
        assert emulator.count("user.get") == 501 + emulator.refused("auth")
        for client in clients:
            await client.aclose()


async def test_the_caller_that_fetches_the_token_may_be_cancelled() -> None:
    """The fetcher among 100 calls is cancelled in mid-fetch: the other 99 succeed with one further request."""
    async with exchange_of({"max_connections": 200}, latency=0.02) as x:
        tasks = [asyncio.create_task(x.client.user()) for _ in range(100)]
        await until(lambda: x.emulator.count("oauth.token"), "the request for a token arrives")
        tasks[0].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(results[0], asyncio.CancelledError)
        assert {type(result).__name__ for result in results[1:]} == {"User"}
        assert x.emulator.count("oauth.token") == 2
        assert x.emulator.count("user.get") == 99


async def test_a_failed_fetch_fails_each_caller_apart_and_is_not_remembered() -> None:
    """A token that cannot be had is every waiter's own error; the next call asks again and works."""
    async with exchange_of({"retry": ONCE}, latency=0.005) as x:
        x.emulator.faults.script("oauth.token", Fault.status(503))
        results = await asyncio.gather(*(x.client.user() for _ in range(20)), return_exceptions=True)
        errors = [result for result in results if isinstance(result, NotSentError)]
        assert len({id(error) for error in errors}) == len(errors) == 20
        assert x.emulator.count("user.get") == 0
        assert (await x.client.user()).id == x.state.user["id"]
        assert x.emulator.count("oauth.token") == 2
        x.emulator.faults.assert_consumed()


@pytest.mark.parametrize("callers", [1, 500])
async def test_a_vendor_that_always_refuses_sees_two_requests_a_call(callers: int) -> None:
    """401 for ever: each call is sent once and once more with a fresh token at most, then it is an AuthError."""
    async with exchange_of() as x:
        x.emulator.faults.always("user.get", Fault.expired_token())
        errors = await asyncio.gather(*(x.client.user() for _ in range(callers)), return_exceptions=True)
        assert {type(error) for error in errors} == {AuthError}
        assert x.emulator.count("user.get") <= 2 * callers
        assert x.emulator.count("oauth.token") <= 1 + callers
        if callers == 1:
            assert (x.emulator.count("user.get"), x.emulator.count("oauth.token")) == (2, 2)
        assert x.client.stats().retries == 0


@pytest.mark.parametrize("status", ["400", "401"])
async def test_a_wrong_secret_is_asked_about_once(status: str) -> None:
    """Whichever status says so: one request for a token, none for the API, and a message that says what to check."""
    async with Emulator(seed=1, ringme_settings=RingMeSettings(bad_credentials=status)) as emulator:
        given = {**emulator.ringme(), "client_secret": "wrong"}
        async with RingMeClient(**given) as client:
            with pytest.raises(AuthError, match="client_secret") as caught:
                await client.user()
        assert (caught.value.code, caught.value.status) == ("invalid_client", int(status))
        assert emulator.count() == 1


async def test_a_thousand_calls_within_one_life_fetch_one_token() -> None:
    """One request for a token, and the same header on all calls; at its end one more."""
    async with exchange_of() as x:
        for _ in range(10):
            await asyncio.gather(*(x.client.user() for _ in range(100)))
        assert x.emulator.count("oauth.token") == x.client.stats().tokens == 1
        assert len({token async for token in bearers(x)}) == 1
        x.emulator.expire_tokens()
        await x.client.user()
        assert x.emulator.count("oauth.token") == 2


async def test_no_step_blocks_the_loop_cold_start_and_token_included(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cold start, a token, 20 calls and a renewal make none of the calls that block; counted, not timed."""
    blocking: list[str] = []
    loop_thread = threading.get_ident()

    def watch(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() == loop_thread:
                blocking.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    async with exchange_of() as x:
        for owner, name in (
            (time, "sleep"),
            (socket, "getaddrinfo"),
            (socket, "create_connection"),
            (ssl, "create_default_context"),
            (builtins, "open"),
        ):
            watch(owner, name)
        await asyncio.gather(*(x.client.user() for _ in range(20)))
        x.emulator.expire_tokens()
        await x.client.user()
        assert blocking == []
        time.sleep(0)
        assert blocking == ["sleep"]


@virtual
async def test_tenants_never_mix() -> None:
    """50 tenants with 200 interleaved calls each: every request carries its own tenant's token, and no module changes."""
    seen: dict[str, set[str]] = {}

    def server(request: Request) -> Response:
        tenant = request.url.split("/client/")[1].split("/")[0]
        seen.setdefault(tenant, set()).add(request.headers["Authorization"])
        return answer([])

    def grant(request: Request) -> Response:
        form = dict(pair.split("=") for pair in (request.body or b"").decode().split("&"))
        return answer({**GRANT, "access_token": f"token-of-{form['client_id']}"})

    transport = ApiTransport(default=server, grant=grant, latency=0.01)
    clients = {
        number: RingMeClient(f"app{number}", CLIENT_SECRET, url=URL, transport=transport)
        for number in range(1, 51)
    }
    await clients[1].agents.remote.list(client_id=1).collect()
    before = module_globals()
    await asyncio.gather(
        *(
            client.agents.remote.list(client_id=number).collect()
            for _ in range(200)
            for number, client in clients.items()
        )
    )
    assert module_globals() == before
    assert seen == {f"{number}": {f"Bearer token-of-app{number}"} for number in clients}
    assert (len(transport.requests), len(transport.tokens.requests)) == (10_001, 50)
    for client in clients.values():
        await client.aclose()


async def test_two_kinds_of_credentials_on_one_session_never_meet() -> None:
    """A Stringee client and one of ours share a session: no request carries a header of the other's."""
    async with Emulator(seed=1, latency=0.001) as emulator, aiohttp.ClientSession() as session:
        ours = RingMeClient(**emulator.ringme(), http=session)
        theirs = StringeeClient(**emulator.stringee(), http=session)
        jobs = [call for _ in range(50) for call in (ours.user, theirs.agents.list().collect)]
        await asyncio.gather(*(job() for job in jobs))
        for record in emulator.requests:
            signed = ("Authorization" in record.headers, "X-STRINGEE-AUTH" in record.headers)
            assert signed == (
                record.vendor == "ringme" and record.operation != "oauth.token",
                record.vendor == "stringee",
            )
        assert (emulator.count("user.get"), emulator.count("agents.list")) == (50, 50)
        await ours.aclose()
        await theirs.aclose()


async def test_a_rotated_secret_serves_the_next_call_and_leaves_those_under_way() -> None:
    """While both are live the application is changed in mid-flight: nothing fails, and the next call has a new token."""
    async with exchange_of(latency=0.01) as x:
        await x.client.user()
        under_way = [asyncio.create_task(x.client.user()) for _ in range(20)]
        await until(lambda: x.emulator.count("user.get") > 20, "twenty calls are under way")
        other = x.emulator.ringme(1)
        x.client.auth.rotate(other["client_id"], other["client_secret"])
        mine = x.emulator.state.ringme_accounts[1].user["id"]
        assert (await x.client.user()).id == mine
        users = await asyncio.gather(*under_way)
        assert {user.id for user in users} == {x.state.user["id"]}
        tokens = [token async for token in bearers(x)]
        assert len(set(tokens[:21])) == 1
        assert tokens[21] != tokens[0]
        assert (x.emulator.refused("auth"), x.emulator.count("oauth.token")) == (0, 2)


# -- retries ------------------------------------------------------------------------------------------------


async def test_a_call_may_be_cancelled_at_any_point() -> None:
    """220 points before, during and between attempts and renewals: ended at once, nothing sent after, nothing kept."""
    options = {"retry": QUICK, "max_connections": 1, "clock": RealClock()}
    loop, seen = asyncio.get_running_loop(), set()
    async with exchange_of(options) as x:
        client = x.client
        for turns in range(220):
            x.emulator.faults.clear()
            x.emulator.faults.script("limits.get", Fault.status(503), Fault.expired_token())
            before = client.stats().requests
            other = asyncio.create_task(client.user())
            victim = asyncio.create_task(client.limits.get())
            for _ in range(turns):
                await asyncio.sleep(0)
            if not victim.done():
                seen.add(client.stats().requests - before)
                victim.cancel()
                begun = loop.time()
                with pytest.raises(asyncio.CancelledError):
                    await victim
                assert loop.time() - begun < 0.1
                sent = x.emulator.count("limits.get")
                await other
                assert x.emulator.count("limits.get") <= sent + 1  # what was on the wire arrives
            await asyncio.gather(other, victim, return_exceptions=True)
            stats = client.stats()
            assert (stats.in_flight, stats.queued) == (0, 0)
            await client.user()
    assert {0, 1, 2, 3} <= seen


WAITS = {"2": 2.0, "1.5": 1.5, "date": 3.0, "past": 0.0, "soon": 0.0, "-5": 0.0, "3600": None}
"""What the header says, and how long is waited at least; None: too long to wait."""


@pytest.mark.parametrize("header", ["Retry_After", "X_RateLimit_Reset"])
@pytest.mark.parametrize("asked", WAITS)
@virtual
async def test_every_form_of_a_wait_is_obeyed(asked: str, header: str) -> None:
    """Seconds, fractions, dates: never sooner than asked; garbage is ignored; an hour fails at once with its value."""
    now = 1_700_000_000.0
    text = {"date": formatdate(now + 3, usegmt=True), "past": formatdate(now - 60, usegmt=True)}
    headers = {header: text.get(asked, asked), "Date": formatdate(now, usegmt=True)}
    transport = ApiTransport(answer({"status": "rate_limit_exceeded"}, 429, **headers), USER)
    least = WAITS[asked]
    async with ringme_over(transport) as client:
        if least is None:
            with pytest.raises(RateLimitedError) as caught:
                await client.user()
            assert (caught.value.retry_after, len(transport.times)) == (3600.0, 1)
            return
        await client.user()
    first, second = transport.times
    assert least <= second - first <= max(least + 0.5, 2.0)


@virtual
async def test_an_outage_is_not_multiplied_and_recovery_is_quick() -> None:
    """While every response is 503, requests stay below 1.2 per call; afterwards every call succeeds."""
    loop = asyncio.get_running_loop()
    start, outcomes = loop.time(), []

    def server(request: Request) -> Response:
        return answer(b"", 503) if loop.time() < start + 120 else USER

    transport = ApiTransport(default=server, latency=0.02)

    async def one() -> None:
        begun = loop.time()
        try:
            await client.user()
            outcomes.append((begun, True))
        except ServerError:
            outcomes.append((begun, False))

    async with ringme_over(transport) as client:
        tasks = []
        for _ in range(20 * 150):
            tasks.append(asyncio.create_task(one()))
            await asyncio.sleep(0.05)
        await asyncio.gather(*tasks)
    for minute in (start + 5, start + 60):
        sent = sum(minute <= moment < minute + 60 for moment in transport.times)
        assert sent < 1.2 * sum(minute <= begun < minute + 60 for begun, _ in outcomes)
    after = [good for begun, good in outcomes if begun >= start + 125]
    assert len(after) >= 400
    assert all(after)
    assert len(transport.tokens.requests) == 1


@pytest.mark.parametrize("seed", range(20))
@virtual
async def test_a_call_ends_within_its_total_time(seed: int) -> None:
    """Whatever mix of refusals, slow responses and slow tokens comes: an end within 3 s, which says where the time went."""
    random_ = random.Random(seed)
    loop = asyncio.get_running_loop()

    async def server(request: Request) -> Response:
        await asyncio.sleep(random_.choice([0.1, 0.4, 2.0, 30.0]))
        if random_.random() < 0.3:
            raise OutcomeUnknownError
        return random_.choice([answer(b"", 502), answer({}, 429, Retry_After="1"), answer({}, 401)])

    async def grant(request: Request) -> Response:
        await asyncio.sleep(random_.choice([0.05, 0.5, 5.0]))
        return answer({**GRANT, "access_token": f"token-{random_.random()}"})

    options: dict[str, Any] = {"timeouts": Timeouts(total=3.0), "rate_limit": RateLimit(2, 1.0)}
    async with ringme_over(ApiTransport(default=server, grant=grant), **options) as client:
        began = loop.time()
        with pytest.raises(SdkError) as caught:
            await client.user()
        took = loop.time() - began
    assert took <= 3.05
    assert caught.value.elapsed == pytest.approx(took, abs=0.01)
    if isinstance(caught.value, DeadlineError):
        assert took == pytest.approx(3.0, abs=0.01)
        assert sum(caught.value.spent.values()) == pytest.approx(took, abs=0.01)
        assert caught.value.stage in caught.value.spent


@pytest.mark.parametrize("mistake", [TypeError("x"), RuntimeError("loop"), AttributeError("x")])
@pytest.mark.parametrize("where", ["call", "token"])
@virtual
async def test_programming_errors_surface_unchanged_after_one_attempt(mistake: Exception, where: str) -> None:
    """What is no failure of the vendor or the wire is not repeated and not dressed up."""

    def fail(_: Request) -> Response:
        raise mistake

    transport = ApiTransport(default=fail) if where == "call" else ApiTransport(default=USER, grant=fail)
    async with ringme_over(transport) as client:
        with pytest.raises(type(mistake)) as caught:
            await client.user()
    assert caught.value is mistake
    assert (len(transport.requests), len(transport.tokens.requests)) == (int(where == "call"), 1)


def test_a_closed_client_another_loop_and_a_wrong_url_send_nothing() -> None:
    """Each is one clear error at once."""
    transport = ApiTransport(default=USER)
    client = ringme_over(transport)

    async def use() -> None:
        await client.user()

    async def refused() -> None:
        with pytest.raises(ClosedError, match="event loop"):
            await use()

    beside_a_running_loop(use, refused)

    async def closed() -> None:
        async with ringme_over(transport) as other:
            pass
        with pytest.raises(ClosedError, match="closed"):
            await other.user()

    asyncio.run(closed())
    with pytest.raises(ConfigError, match="url"):
        RingMeClient(CLIENT_ID, CLIENT_SECRET, url="pbx.example")
    assert (len(transport.requests), len(transport.tokens.requests)) == (1, 1)


REFUSED = {
    400: InvalidRequestError,
    403: PermissionDeniedError,
    409: ConflictError,
    422: InvalidRequestError,
}


@pytest.mark.parametrize("status", REFUSED)
async def test_what_the_vendor_refuses_is_not_asked_again(status: int) -> None:
    """A refusal stays one: one request, also for a read."""
    async with exchange_of({"retry": QUICK}) as x:
        x.emulator.faults.script(
            "user.get", Fault.status(status, '{"message": "no"}', {"Content-Type": "application/json"})
        )
        with pytest.raises(REFUSED[status]):
            await x.client.user()
        assert x.emulator.count("user.get") == 1
        x.emulator.faults.assert_consumed()
