"""Stories of failure that this vendor's client must not repeat: credentials, retries, limits.

Named after the statement that each proves. Over real sockets against the emulator where time does not matter, on
virtual time where it does.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from email.utils import formatdate
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    AuthError,
    ClosedError,
    ConfigError,
    DeadlineError,
    ItniotechAuth,
    ItniotechClient,
    OutcomeUnknownError,
    RateLimit,
    RateLimitedError,
    RetryPolicy,
    SdkError,
    ServerError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.clock import RealClock
from stringee_async.core.messages import Request, Response
from stringee_async.emulator import Emulator, Fault

from ..core.rig import beside_a_running_loop, make_request
from ..kit import ScriptedTransport, answer, until, virtual
from ..kit.module_globals import module_globals
from .rig import API_KEY, API_SECRET, URL, centre_of, client_over, ok, refused, rows

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
ONCE = RetryPolicy(max_attempts=1)

# -- credentials --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("callers", [1, 500])
async def test_a_time_that_is_always_refused_costs_two_requests_a_call(callers: int) -> None:
    """-16 for ever: each call is sent once and once more signed afresh, then it is an AuthError."""
    async with centre_of() as centre:
        centre.emulator.faults.always("agents.list", Fault.expired_token())
        calls = (centre.client.agents.list().collect() for _ in range(callers))
        errors = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(error) for error in errors} == {AuthError}
        assert {error.attempts for error in errors} == {2}  # type: ignore[union-attr]
        assert centre.emulator.count() == 2 * callers


async def test_a_key_that_is_taken_away_costs_one_request_a_call() -> None:
    """-1 does not get better by signing afresh: one request for each of 500 calls."""
    async with centre_of() as centre:
        centre.state.keys.clear()
        calls = (centre.client.agents.list().collect() for _ in range(500))
        errors = await asyncio.gather(*calls, return_exceptions=True)
        assert {(type(error), error.code) for error in errors} == {(AuthError, -1)}  # type: ignore[union-attr]
        assert centre.emulator.count() == 500


@pytest.mark.parametrize("skew", [600.0, -600.0])
async def test_a_clock_ten_minutes_off_costs_one_refusal(
    skew: float, caplog: pytest.LogCaptureFixture
) -> None:
    """The first call is refused once, learns the offset from `Date` and succeeds; later ones are right at once."""
    async with centre_of(clock_skew=skew) as centre:
        with caplog.at_level(logging.WARNING):
            for _ in range(5):
                await centre.client.agents.list().collect()
        assert centre.emulator.count() == 6
        assert centre.emulator.refused("auth") == 1
        assert centre.client.stats().retries == 0
    warned = [record.getMessage() for record in caplog.records if "clock" in record.getMessage()]
    assert len(warned) == 1


async def test_a_crowd_behind_a_wrong_clock_is_refused_only_while_in_flight() -> None:
    """Of 500 calls at once those under way before the offset is known are refused, no other, and all succeed."""
    async with centre_of({"max_connections": 20}, clock_skew=-600.0, latency=0.001) as centre:
        await asyncio.gather(*(centre.client.agents.list().collect() for _ in range(500)))
        assert centre.emulator.refused("auth") <= 20
        assert centre.emulator.count() == 500 + centre.emulator.refused("auth")


async def test_a_clock_that_steps_in_mid_run_costs_one_refusal_each_time() -> None:
    """After the server's clock moved by an hour, and back, each time one request is refused and none is lost."""
    async with centre_of() as centre:
        for skew in (0.0, 3600.0, 0.0):
            centre.emulator.clock_skew = skew
            for _ in range(3):
                await centre.client.agents.list().collect()
        assert centre.emulator.refused("auth") == 2
        assert centre.emulator.count() == 11


async def test_without_a_date_the_offset_is_given_by_hand() -> None:
    """A server that does not tell its time: the error says what to do, and doing it helps."""
    async with centre_of(clock_skew=600.0, date_header=False) as centre:
        with pytest.raises(AuthError, match="clock_offset") as caught:
            await centre.client.agents.list().collect()
        assert (caught.value.code, caught.value.attempts) == (-16, 2)
        given = centre.emulator.itniotech()
        async with ItniotechClient(**given, clock_offset=600.0) as client:
            await client.agents.list().collect()
        assert centre.emulator.count() == 3


def test_signing_costs_next_to_nothing() -> None:
    """A signature carries its time, so each request has its own; it is one digest and a handful of calls."""
    auth, request = ItniotechAuth(API_KEY, API_SECRET), make_request()
    auth.authorize(request)
    calls: list[str] = []

    def note(frame: Any, event: str, argument: Any) -> None:
        if event in {"call", "c_call"}:
            calls.append(frame.f_code.co_name if event == "call" else argument.__name__)

    sys.setprofile(note)
    try:
        auth.authorize(request)
    finally:
        sys.setprofile(None)
    assert calls.count("openssl_md5") + calls.count("md5") == 1
    assert len(calls) <= 20, calls


@virtual
async def test_tenants_never_mix() -> None:
    """50 tenants with 200 interleaved calls each: every request carries its own tenant's key, and no module changes."""
    seen: dict[str, list[str]] = {}

    def server(request: Request) -> Response:
        (tenant,) = (part for part in (request.body or b"").decode().split('"') if part.startswith("tenant"))
        seen.setdefault(tenant, []).append(request.headers["Api-Key"])
        return ok()

    transport = ScriptedTransport(default=server, latency=0.01)
    clients = {
        f"tenant{number}": ItniotechClient(f"tenant{number}", API_SECRET, url=URL, transport=transport)
        for number in range(50)
    }
    await clients["tenant0"].agent_groups.rename(5, group_name="tenant0")
    before = module_globals()
    await asyncio.gather(
        *(
            client.agent_groups.rename(5, group_name=name)
            for _ in range(200)
            for name, client in clients.items()
        )
    )
    assert module_globals() == before
    assert {name: set(keys) for name, keys in seen.items()} == {name: {name} for name in clients}
    assert sum(map(len, seen.values())) == 10_001
    for client in clients.values():
        await client.aclose()


async def test_tenants_see_their_own_rows() -> None:
    """Clients of ten accounts at one server, interleaved over one session of the caller's: no row strays."""
    async with Emulator(seed=1, latency=0.001) as emulator, aiohttp.ClientSession() as session:
        clients = [ItniotechClient(**emulator.itniotech(number), http=session) for number in range(10)]
        for number, state in emulator.state.itniotech_accounts.items():
            state.add_agents(state.add_group(f"Group {number}"), number + 1)
        for _ in range(3):
            found = await asyncio.gather(*(client.agents.list().collect() for client in clients))
            assert [len(agents) for agents in found] == list(range(1, 11))
        for client in clients:
            await client.aclose()


async def test_two_kinds_of_credentials_on_one_session_never_meet() -> None:
    """A Stringee client and one of ours share a session: no request carries a header of the other's."""
    async with Emulator(seed=1, latency=0.001) as emulator, aiohttp.ClientSession() as session:
        ours = ItniotechClient(**emulator.itniotech(), http=session)
        theirs = StringeeClient(**emulator.stringee(), http=session)
        jobs = [
            call for _ in range(50) for call in (ours.agents.list().collect, theirs.agents.list().collect)
        ]
        await asyncio.gather(*(job() for job in jobs))
        for record in emulator.requests:
            signed = {"Sign", "Timestamp", "Api-Key"} & {*record.headers}
            assert (len(signed), "X-STRINGEE-AUTH" in record.headers) == (
                (3, False) if record.vendor == "itniotech" else (0, True)
            )
        assert emulator.count("agents.list") == 100
        await ours.aclose()
        await theirs.aclose()


async def test_a_rotated_key_serves_the_next_call_and_leaves_those_under_way() -> None:
    """While both keys are live the key is changed in mid-flight: nothing fails, and the old one can then go."""
    async with centre_of(latency=0.01) as centre:
        (old,) = centre.state.keys
        under_way = [asyncio.create_task(centre.client.agents.list().collect()) for _ in range(20)]
        await until(lambda: centre.emulator.count("agents.list") >= 20, "twenty calls are under way")
        centre.state.keys["newkey77"] = "newsecret"
        centre.client.auth.rotate("newkey77", "newsecret")
        await centre.client.agents.list().collect()
        await asyncio.gather(*under_way)
        del centre.state.keys[old]
        await centre.client.agents.list().collect()
        keys = [record.headers["Api-Key"] for record in centre.emulator.requests]
        assert keys == [old] * 20 + ["newkey77"] * 2
        assert centre.emulator.refused("auth") == 0


# -- retries ------------------------------------------------------------------------------------------------


async def test_a_call_may_be_cancelled_at_any_point() -> None:
    """220 points before, during and between attempts: ended at once, nothing sent after, nothing kept."""
    options = {"retry": QUICK, "max_connections": 1, "clock": RealClock()}
    loop, seen = asyncio.get_running_loop(), set()
    async with centre_of(options) as centre:
        client = centre.client
        for turns in range(220):
            centre.emulator.faults.clear()
            centre.emulator.faults.script("agent_groups.list", Fault.status(503), Fault.status(502))
            before = client.stats().requests
            other = asyncio.create_task(client.agents.list().collect())
            victim = asyncio.create_task(client.agent_groups.list().collect())
            for _ in range(turns):
                await asyncio.sleep(0)
            if not victim.done():
                seen.add(client.stats().requests - before)
                victim.cancel()
                begun, sent = loop.time(), client.stats().requests
                with pytest.raises(asyncio.CancelledError):
                    await victim
                assert loop.time() - begun < 0.1
                await other
                assert client.stats().requests <= sent + 1  # that of `other`, if it had to wait
            await asyncio.gather(other, victim, return_exceptions=True)
            stats = client.stats()
            assert (stats.in_flight, stats.queued) == (0, 0)
            await client.balance()
    assert {0, 1, 2, 3} <= seen


WAITS = {"2": 2.0, "1.5": 1.5, "date": 3.0, "past": 0.0, "soon": 0.0, "-5": 0.0, "3600": None}
"""What `Retry-After` says, and how long is waited at least; None: too long to wait."""


@pytest.mark.parametrize("form", ["-15", "429"])
@pytest.mark.parametrize("asked", WAITS)
@virtual
async def test_every_form_of_retry_after_is_obeyed(asked: str, form: str) -> None:
    """Seconds, fractions, dates: never sooner than asked; garbage is ignored; an hour fails at once with its value."""
    now = 1_700_000_000.0
    text = {"date": formatdate(now + 3, usegmt=True), "past": formatdate(now - 60, usegmt=True)}
    headers = {"Retry_After": text.get(asked, asked), "Date": formatdate(now, usegmt=True)}
    refusal = refused(-15, **headers) if form == "-15" else answer({}, 429, **headers)
    transport = ScriptedTransport(refusal, rows())
    least = WAITS[asked]
    async with client_over(transport) as client:
        if least is None:
            with pytest.raises(RateLimitedError) as caught:
                await client.agents.list().collect()
            assert (caught.value.retry_after, len(transport.times)) == (3600.0, 1)
            return
        await client.agents.list().collect()
    first, second = transport.times
    assert least <= second - first <= max(least + 0.5, 2.0)


@virtual
async def test_an_outage_is_not_multiplied_and_recovery_is_quick() -> None:
    """While every response is -18, requests stay below 1.2 per call; afterwards every call succeeds."""
    loop = asyncio.get_running_loop()
    start, outcomes = loop.time(), []

    def server(request: Request) -> Response:
        return refused(-18) if loop.time() < start + 120 else rows()

    transport = ScriptedTransport(default=server, latency=0.02)

    async def one() -> None:
        begun = loop.time()
        try:
            await client.agents.list().collect()
            outcomes.append((begun, True))
        except ServerError:
            outcomes.append((begun, False))

    async with client_over(transport) as client:
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


@pytest.mark.parametrize("seed", range(20))
@virtual
async def test_a_call_ends_within_its_total_time(seed: int) -> None:
    """Whatever mix of refusals, slow responses and losses comes: an end within 3 s, which says where the time went."""
    random_ = random.Random(seed)
    loop = asyncio.get_running_loop()

    async def server(request: Request) -> Response:
        await asyncio.sleep(random_.choice([0.1, 0.4, 2.0, 30.0]))
        if random_.random() < 0.3:
            raise OutcomeUnknownError
        return random_.choice([refused(-18), refused(-15, Retry_After="1"), answer(b"", 503)])

    transport = ScriptedTransport(default=server)
    options: dict[str, Any] = {"timeouts": Timeouts(total=3.0), "rate_limit": RateLimit(2, 1.0)}
    async with client_over(transport, **options) as client:
        began = loop.time()
        with pytest.raises(SdkError) as caught:
            await client.agents.list().collect()
        took = loop.time() - began
    assert took <= 3.05
    assert caught.value.elapsed == pytest.approx(took, abs=0.01)
    if isinstance(caught.value, DeadlineError):
        assert took == pytest.approx(3.0, abs=0.01)
        assert sum(caught.value.spent.values()) == pytest.approx(took, abs=0.01)
        assert caught.value.stage in caught.value.spent


@pytest.mark.parametrize("mistake", [TypeError("x"), RuntimeError("loop"), AttributeError("x")])
@virtual
async def test_programming_errors_surface_unchanged_after_one_attempt(mistake: Exception) -> None:
    """What is no failure of the vendor or the wire is not repeated and not dressed up."""
    transport = ScriptedTransport(mistake)
    async with client_over(transport) as client:
        with pytest.raises(type(mistake)) as caught:
            await client.agents.list().collect()
    assert caught.value is mistake
    assert len(transport.requests) == 1


def test_a_closed_client_another_loop_and_a_wrong_url_send_nothing() -> None:
    """Each is one clear error at once."""
    transport = ScriptedTransport(default=rows())
    client = client_over(transport)

    async def use() -> None:
        await client.agents.list().collect()

    async def refused() -> None:
        with pytest.raises(ClosedError, match="event loop"):
            await use()

    beside_a_running_loop(use, refused)

    async def closed() -> None:
        async with client_over(transport) as other:
            pass
        with pytest.raises(ClosedError, match="closed"):
            await other.agents.list().collect()

    asyncio.run(closed())
    with pytest.raises(ConfigError, match="url"):
        ItniotechClient(API_KEY, API_SECRET, url="api.itniotech.com")
    assert len(transport.requests) == 1


# -- limits -------------------------------------------------------------------------------------------------


@virtual
async def test_no_window_holds_more_than_the_limit() -> None:
    """30 in 2 s: of 300 calls at once no two seconds hold more than 30 requests, from the first on."""
    transport = ScriptedTransport(default=rows())
    async with client_over(transport, rate_limit=RateLimit(30, 2.0), timeouts=Timeouts(total=None)) as client:
        await asyncio.gather(*(client.agents.list().collect() for _ in range(300)))
    times = transport.times
    assert len(times) == 300
    for place, moment in enumerate(times):
        assert sum(moment <= other < moment + 2.0 for other in times[place:]) <= 30


@virtual
async def test_one_refusal_for_rate_in_http_200_pauses_everybody() -> None:
    """200 coroutines and -15 with 2 s: those in flight see it at most, nothing is sent in the pause, all succeed."""
    loop, refused_until = asyncio.get_running_loop(), 0.0

    def server(request: Request) -> Response:
        nonlocal refused_until
        if not refused_until and len(transport.requests) > 40:
            refused_until = loop.time() + 2.0
        return refused(-15, Retry_After="2") if loop.time() < refused_until else rows()

    transport = ScriptedTransport(default=server, latency=0.05)
    async with client_over(transport, max_connections=20) as client:
        await asyncio.gather(*(client.agents.list().collect() for _ in range(200)))
        assert client.stats().paused == pytest.approx(2.0, abs=0.3)
    begun = refused_until - 2.0
    assert not [moment for moment in transport.times if begun < moment < refused_until]
    assert len(transport.times) - 200 <= 20


@pytest.mark.parametrize("form", ["fraction", "none"])
@pytest.mark.parametrize("throttle", ["429", "-15"])
async def test_refusals_for_rate_are_waited_out_in_either_form(throttle: str, form: str) -> None:
    """HTTP 429 or -15 in HTTP 200, with a wait named or not: what was refused is sent again, and done once."""
    options = {"retry": RetryPolicy(max_attempts=40, throttle_base=0.2), "timeouts": Timeouts(total=None)}
    async with centre_of(options, throttle=throttle, retry_after_form=form, rate_limit=(10, 0.05)) as centre:
        group = centre.state.add_group("Sales")
        create = centre.client.team_leaders.create
        await asyncio.gather(*(create(name=f"Leader {n:02}", voice_group_ids=[group]) for n in range(30)))
        assert len(centre.state.team_leaders) == 30
        assert centre.emulator.refused("rate_limit") > 0
        assert centre.emulator.count() == 30 + centre.emulator.refused("rate_limit")
        assert centre.client.stats().requests == centre.emulator.count()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.retry_after(0.01), RateLimitedError),
        (Fault.retry_after(0.01, status=503), ServerError),
        (Fault.status(503), ServerError),
        (Fault.status(200, '{"status": "-15"}', {"Content-Type": "application/json"}), RateLimitedError),
        (Fault.status(200, '{"status": -28}', {"Content-Type": "application/json"}), RateLimitedError),
    ],
)  # fmt: skip
async def test_each_form_of_throttling_is_told(fault: Fault, kind: type[SdkError]) -> None:
    """429 and the vendor's own codes are a pause; a 503 is a failure, with a wait too."""
    async with centre_of({"retry": ONCE}) as centre:
        centre.emulator.faults.script("agents.list", fault)
        with pytest.raises(kind) as caught:
            await centre.client.agents.list().collect()
        assert type(caught.value) is kind
        centre.emulator.faults.assert_consumed()
