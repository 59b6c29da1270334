"""Rules of event loops: what is shared serves one running loop after the other, and never two at once."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from aiohttp import ClientSession

from stringee_async import Ensured, Request, Response, StringeeClient
from stringee_async.core.errors import ClosedError
from stringee_async.core.options import Timeouts
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.emulator import Emulator
from stringee_async.ringme.auth import RingMeAuth
from stringee_async.stringee.auth import StringeeAuth

from ..conformance.rig import Rig
from ..kit import KEY_SECRET, KEY_SID, RawServer, ScriptedTransport, VirtualLoop, answer, client_over
from ..kit.other_thread import in_another_thread
from .rig import auth_of, beside_a_running_loop, call, hung_up, real, settle

# --- credentials --------------------------------------------------------------------------------------------


def test_shared_credentials_serve_one_loop_after_the_other(rig: Rig) -> None:
    """Three programs in a row, each with twenty callers and clients of its own, use one credentials object and token."""
    auth, transport = auth_of(rig), rig.transport(default=rig.ok, latency=0.001)

    async def program() -> None:
        made = [rig.client_class.from_auth(auth, transport=transport) for _ in range(2)]
        async with made[0] as one, made[1] as other:
            await asyncio.gather(*(rig.read(client) for client in [one, other] * 10))

    for _ in range(3):
        asyncio.run(program())
        if rig.unlisted:
            auth._bearer.forget()  # so that each loop has callers that wait for a token
    assert len(transport.requests) == 60
    assert not rig.unlisted or len(transport.tokens.requests) == auth.issued == 3


def test_shared_credentials_do_not_serve_two_running_loops(rig: Rig) -> None:
    auth, transport = auth_of(rig), rig.transport(default=rig.ok)

    async def program() -> None:
        async with rig.client_class.from_auth(auth, transport=transport) as client:
            await rig.read(client)

    async def refused() -> None:
        with pytest.raises(ClosedError, match="make one credentials object for each loop"):
            await program()

    beside_a_running_loop(program, refused)
    assert len(transport.requests) == 1


def test_credentials_without_a_token_do_not_serve_two_running_loops_either() -> None:
    """The rule holds before the first token as well: no one waits for a lock of another loop."""
    auth = RingMeAuth("app", KEY_SECRET, url="https://pbx.example")

    async def send(_: Any) -> Any:
        return answer({"access_token": "t" * 20, "expires_in": 3600})

    async def first() -> None:
        await auth.prepare(send)
        auth._bearer.forget()

    async def second() -> None:
        with pytest.raises(ClosedError):
            await auth.prepare(send)

    beside_a_running_loop(first, second)
    assert auth.issued == 1


def test_a_token_whose_age_is_not_known_is_renewed() -> None:
    """On a loop whose clock stands before the token's making, no one can tell its age, so a new one is fetched."""
    auth = StringeeAuth(KEY_SID, KEY_SECRET)

    async def program(seconds: float) -> None:
        await asyncio.sleep(seconds)
        async with StringeeClient.from_auth(auth, transport=ScriptedTransport(default=answer())) as client:
            await real(client)

    for seconds in (5.0, 0.0):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(program(seconds))
    assert auth.issued == 2


# --- limiters -----------------------------------------------------------------------------------------------


def test_a_limiter_serves_a_loop_after_one_that_merely_stopped() -> None:
    """A limiter leaves a loop that does not run any more, and who waited there learns it when it runs again."""
    limiter = LocalRateLimiter(RateLimit(1, 0.05))
    loop, other = asyncio.new_event_loop(), asyncio.new_event_loop()

    async def begin() -> asyncio.Future[None]:
        await limiter.acquire("x", "bulk")
        waiting = asyncio.ensure_future(limiter.acquire("x", "bulk"))
        await asyncio.sleep(0)
        return waiting

    async def end(waiting: asyncio.Future[None]) -> None:
        with pytest.raises(ClosedError, match="moved to another event loop"):
            await waiting

    async def cancelled(waiting: asyncio.Future[None]) -> None:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    waiting = loop.run_until_complete(begin())
    second = other.run_until_complete(begin())
    third = loop.run_until_complete(begin())
    other.run_until_complete(cancelled(second))
    fourth = other.run_until_complete(begin())
    loop.run_until_complete(end(waiting))
    loop.run_until_complete(end(third))
    other.run_until_complete(settle(fourth))  # type: ignore[arg-type]
    loop.close()
    other.close()


# --- clients ------------------------------------------------------------------------------------------------


def test_entering_a_closed_client_opens_it_afresh(rig: Rig) -> None:
    transport = rig.transport(default=rig.ok)
    client = rig.over(transport)

    async def app() -> None:
        async with client:
            await rig.read(client)
        with pytest.raises(ClosedError, match="this client is closed; open it again with `async with`"):
            await rig.read(client)

    for _ in range(3):
        asyncio.run(app())
    assert len(transport.requests) == 3


@pytest.mark.usefixtures("way")
def test_a_client_moves_when_its_loop_has_ended() -> None:
    """Without opening and closing, three programs in a row use one client; what they left open is closed for them."""
    with in_another_thread(RawServer()) as server:
        client = StringeeClient(**server.client)

        async def program() -> None:
            await asyncio.gather(*(real(client) for _ in range(5)))

        async def last() -> None:
            await program()
            await client.aclose()

        for _ in range(2):
            asyncio.run(program())
        asyncio.run(last())
        assert len(server.requests) == 15
        assert hung_up(server, server.connections)
        assert gc.collect() >= 0  # nothing is left to warn of


@pytest.mark.usefixtures("way")
def test_closing_after_the_loops_end_releases_the_connections_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with in_another_thread(RawServer()) as server:
        client = StringeeClient(**server.client)

        async def program() -> None:
            await asyncio.gather(*(real(client) for _ in range(5)))

        asyncio.run(program())
        for _ in range(2):
            asyncio.run(client.aclose())
        assert caplog.text.count("a client was closed after its event loop had ended") == 1
        assert hung_up(server, server.connections)
        with pytest.raises(ClosedError, match="open it again"):
            asyncio.run(program())

        async def again() -> None:
            async with client:
                await program()

        asyncio.run(again())
        assert len(server.requests) == 10
    gc.collect()


def test_a_client_does_not_serve_two_running_loops() -> None:
    """While the first loop runs, a second one cannot open, use or close the client; then it can."""
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)

    loops: list[int] = []

    async def program() -> None:
        loops.append(id(asyncio.get_running_loop()))
        await call(client)

    async def refused() -> None:
        with pytest.raises(ClosedError, match="make one client for each loop") as caught:
            await call(client)
        for loop in (*loops, id(asyncio.get_running_loop())):
            assert f"{loop:#x}" in caught.value.message
        with pytest.raises(ClosedError, match="which still runs"):
            async with client:
                pass
        with pytest.raises(ClosedError, match="close the client on the event loop that uses it"):
            await client.aclose()

    beside_a_running_loop(program, refused)
    asyncio.run(program())
    assert len(transport.requests) == 2


def test_a_client_with_a_session_of_the_callers_stays_with_its_loop() -> None:
    """A client with `http=` does not move, and its error says what to do; closing it is fine anywhere."""
    with in_another_thread(RawServer()) as server:

        async def program() -> StringeeClient:
            async with ClientSession() as http:
                client = StringeeClient(**server.client, http=http)
                await real(client)
                return client

        async def refused() -> None:
            with pytest.raises(
                ClosedError, match="make a client and a session for each loop, or leave `http` out"
            ):
                await real(client)
            with pytest.raises(ClosedError, match="a client with `http=` stays with the event loop"):
                async with client:
                    pass
            await client.aclose()

        client = asyncio.run(program())
        asyncio.run(refused())
        assert len(server.requests) == 1


def test_a_call_that_probes_is_not_waited_for_on_the_next_loop() -> None:
    """After a pause cut short, the one call that goes first is one of the running loop, whatever waits on the last."""
    refused = answer({"r": 1}, 429, Retry_After="1000")
    transport = ScriptedTransport(refused, default=answer(), latency=30.0)
    policy = RetryPolicy(max_pause=1.0, max_attempts=1)
    client = client_over(transport, retry=policy, timeouts=Timeouts(total=None))
    loop = VirtualLoop()

    async def begin() -> list[asyncio.Task[Any]]:
        await settle(asyncio.ensure_future(call(client)))
        tasks = [asyncio.ensure_future(call(client)) for _ in range(3)]
        await asyncio.sleep(5.0)
        return tasks

    async def go_on() -> None:
        await asyncio.gather(*(call(client) for _ in range(3)))

    tasks = loop.run_until_complete(begin())
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(go_on())
    assert len(transport.requests) == 5
    loop.run_until_complete(settle(tasks[0]))
    for task in tasks[1:]:
        task.cancel()
    loop.run_until_complete(settle(*tasks))
    loop.close()


def test_entering_a_client_that_is_open_changes_nothing() -> None:
    transport = ScriptedTransport(default=answer())

    async def program() -> None:
        client = client_over(transport)
        await call(client)
        async with client:
            await call(client)

    asyncio.run(program())
    assert len(transport.requests) == 2


def test_slots_and_locks_of_a_loop_that_was_abandoned_are_free_again() -> None:
    """Calls that never ended, as their loop was closed under them, hold no slot, key or turn of the next loop."""
    transport = ScriptedTransport(default=answer(), latency=20.0)
    client = client_over(transport, max_connections=1)
    loop = VirtualLoop()

    async def exclusive_call() -> None:
        async with client._session.state.exclusive("key"):
            await call(client)

    tasks = [loop.create_task(exclusive_call()), loop.create_task(call(client))]
    loop.call_later(1.0, loop.stop)
    loop.run_forever()
    assert client.stats().in_flight == 1

    async def program() -> None:
        await asyncio.gather(exclusive_call(), call(client))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())
    loop.run_until_complete(settle(*tasks))
    loop.close()
    assert client.stats().in_flight == client.stats().queued == 0


@pytest.mark.parametrize("effect", [True, False], ids=["took effect", "made nothing"])
def test_a_create_of_a_loop_that_was_abandoned_is_waited_for_no_longer_than_it_takes_to_settle(
    effect: bool,
) -> None:
    """A create that never ended, as its loop was closed under it, neither blocks its key for ever nor is made twice."""
    rows: list[dict[str, str]] = []

    async def vendor(request: Request) -> Response:
        if request.method == "GET":
            return answer({"r": 0, "data": {"totalPages": 1, "totalAgents": len(rows), "agents": rows}})
        first = transport.count("agents.create") == 1
        if effect or not first:
            rows.append({"id": f"A{len(rows) + 1}", "stringee_user_id": "u", "name": "An"})
        if first:
            await asyncio.sleep(1000.0)
        return answer({"r": 0, "agentID": f"A{len(rows)}"})

    transport = ScriptedTransport(default=vendor)
    client = client_over(transport)
    loop = VirtualLoop()
    task = loop.create_task(client.agents.ensure(stringee_user_id="u", name="An"))
    loop.call_later(1.0, loop.stop)
    loop.run_forever()

    async def program() -> tuple[Ensured, float]:
        began = asyncio.get_running_loop().time()
        ensured = await client.agents.ensure(stringee_user_id="u", name="An")
        return ensured, asyncio.get_running_loop().time() - began

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        ensured, seconds = runner.run(program())
    task.cancel()
    loop.run_until_complete(settle(task))
    loop.close()
    assert (ensured.id, ensured.adopted, len(rows)) == ("A1", effect, 1)
    assert seconds <= (0.0 if effect else 3.1)


def test_the_emulator_serves_one_loop_after_the_other() -> None:
    emulator = Emulator()

    async def program() -> int:
        async with emulator, StringeeClient(**emulator.stringee()) as client:
            await client.groups.create(name=f"Sales {emulator.count()}")
            return len(await client.groups.list().collect())

    assert [asyncio.run(program()) for _ in range(3)] == [1, 2, 3]
