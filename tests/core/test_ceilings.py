"""Ceilings of single operations: kept to always, in no one else's way, and together with the user's own limit."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from stringee_async import (
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    Request,
    Response,
    RetryPolicy,
    Timeouts,
)
from stringee_async.core.ceilings import Turn
from stringee_async.core.client_options import open_session
from stringee_async.core.session import Session
from stringee_async.core.unset import Lane
from stringee_async.stringee import StringeeAuth

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, VirtualLoop, answer, virtual
from .rig import make_request

LIMIT = RateLimit(6, 10.0)
PATIENT = Timeouts(total=None)


def session(transport: ScriptedTransport, **options: Any) -> Session:
    """Make a session in which `logs.list` has a ceiling."""
    options = {"timeouts": PATIENT, **options}
    auth = StringeeAuth(KEY_SID, KEY_SECRET)
    return open_session("stringee", auth, transport=transport, limits={"logs.list": LIMIT}, **options)


async def ask(session: Session, operation: str = "logs.list") -> Response:
    return await session.send(make_request(operation=operation), lambda response: response)


def times_of(transport: ScriptedTransport, operation: str = "logs.list") -> list[float]:
    pairs = zip(transport.requests, transport.times, strict=True)
    return [moment for request, moment in pairs if request.operation == operation]


def busiest(times: list[float], seconds: float) -> int:
    """Return how many requests the busiest window of this length holds."""
    return max(sum(moment <= other < moment + seconds for other in times) for moment in times)


@virtual
async def test_no_window_holds_more_calls_of_the_operation_than_its_ceiling() -> None:
    transport = ScriptedTransport(default=answer({}))
    asked = session(transport)
    await asyncio.gather(*(ask(asked) for _ in range(40)))
    times = times_of(transport)
    assert len(times) == 40
    assert busiest(times, 10.0) <= 6


@virtual
async def test_other_operations_do_not_wait_for_a_ceiling() -> None:
    transport = ScriptedTransport(default=answer({}))
    asked = session(transport, max_connections=2)
    waiting = [asyncio.create_task(ask(asked)) for _ in range(30)]
    await asyncio.sleep(1.0)
    begun = asyncio.get_running_loop().time()
    await asyncio.gather(*(ask(asked, "agents.list") for _ in range(20)))
    assert asyncio.get_running_loop().time() == begun
    await asyncio.gather(*waiting)


@virtual
async def test_the_users_own_limit_holds_beside_a_ceiling() -> None:
    transport = ScriptedTransport(default=answer({}))
    asked = session(transport, rate_limit=RateLimit(10, 5.0))
    await asyncio.gather(*(ask(asked, name) for _ in range(12) for name in ("logs.list", "agents.list")))
    assert busiest(transport.times, 5.0) <= 10
    assert busiest(times_of(transport), 10.0) <= 6


@virtual
async def test_permits_do_not_pile_up_while_the_vendor_wants_a_pause() -> None:
    """After a pause of a minute no more calls leave at once than in any other window."""

    def vendor(request: Request) -> Response:
        refused = request.operation == "agents.list" and len(transport.requests) == 1
        return answer({}, 429, Retry_After="60") if refused else answer({})

    transport = ScriptedTransport(default=vendor)
    asked = session(transport, retry=RetryPolicy(max_server_wait=100.0))
    first = asyncio.create_task(asked.send(make_request(operation="agents.list"), _judged))
    await asyncio.sleep(0.1)
    await asyncio.gather(first, *(ask(asked) for _ in range(20)))
    times = times_of(transport)
    assert times[0] >= 60.0
    assert busiest(times, 10.0) <= 6


def _judged(response: Response) -> None:
    from stringee_async.stringee.responses import succeeded

    succeeded(response, says_so=False)


@virtual
async def test_each_attempt_of_a_call_counts() -> None:
    def lost(_: Request) -> Response:
        raise OutcomeUnknownError("lost")

    transport = ScriptedTransport(default=lost)
    asked = session(transport, retry=RetryPolicy(base=0.0))
    outcomes = await asyncio.gather(*(ask(asked) for _ in range(4)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {OutcomeUnknownError}
    assert len(transport.times) == 16
    assert busiest(transport.times, 10.0) <= 6


@virtual
async def test_waiting_for_a_ceiling_is_waiting_in_the_queue() -> None:
    """It has the queue's time limit, nothing is sent after it, and a call that is cancelled costs the others nothing."""
    transport = ScriptedTransport(default=answer({}))
    asked = session(transport, timeouts=Timeouts(total=None, queue=1.0), retry=RetryPolicy(max_attempts=1))
    outcomes = await asyncio.gather(*(ask(asked) for _ in range(8)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotSentError)]
    assert 0 < len(refused) < 8
    assert {error.stage for error in refused} == {"queue"}
    assert len(transport.requests) == 8 - len(refused)
    await asyncio.sleep(20.0)
    victims = [asyncio.create_task(ask(asked)) for _ in range(5)]
    await asyncio.sleep(0)
    for victim in victims:
        victim.cancel()
    assert len(await asyncio.gather(*victims, return_exceptions=True)) == 5
    await asyncio.sleep(20.0)
    await ask(asked)


@virtual
async def test_an_interactive_call_goes_before_the_bulk_calls_that_wait_below_the_same_ceiling() -> None:
    """A listing that waits in the bulk lane holds it up for one request at most."""
    transport = ScriptedTransport(default=answer({}))
    asked = session(transport)
    bulk = attrs.evolve(asked, lane="bulk")
    begun = [asyncio.create_task(ask(bulk)) for _ in range(30)]
    await asyncio.sleep(0.1)
    sent = len(transport.requests)
    await asyncio.gather(ask(asked), ask(asked))
    assert len(transport.requests) - sent <= 3
    assert not any(task.done() for task in begun[sent + 1 :])
    await asyncio.gather(*begun)
    assert busiest(times_of(transport), 10.0) <= 6


@virtual
async def test_a_turn_that_is_given_to_a_call_cancelled_meanwhile_is_passed_on() -> None:
    turn, order = Turn(), list[str]()

    async def go(name: str, lane: Lane) -> None:
        await turn.take(lane)
        order.append(name)

    await turn.take("bulk")
    tasks = {
        name: asyncio.create_task(go(name, "bulk" if name[0] == "b" else "interactive"))
        for name in ("b1", "b2", "i1", "i2", "i3")
    }
    await asyncio.sleep(0)
    tasks["i1"].cancel()  # while it waits
    await asyncio.sleep(0)
    turn.pass_on()
    tasks["i2"].cancel()  # with the turn in hand
    await asyncio.sleep(0)
    await tasks["i3"]
    turn.pass_on()
    await tasks["b1"]
    turn.pass_on()
    await tasks["b2"]
    turn.pass_on()
    await turn.take("bulk")  # free
    assert order == ["i3", "b1", "b2"]


def test_a_client_that_moves_to_another_loop_keeps_its_ceilings() -> None:
    transport = ScriptedTransport(default=answer({}))
    asked = session(transport)

    async def several() -> None:
        transport.times.clear()
        transport.requests.clear()
        await asyncio.gather(*(ask(asked) for _ in range(12)))
        assert busiest(times_of(transport), 10.0) <= 6

    for _ in range(2):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(several())


@pytest.mark.parametrize("operation", ["call_records.list", "recordings.save"])
def test_stringee_has_the_ceilings_that_its_page_on_rates_states(operation: str) -> None:
    from stringee_async import StringeeClient

    client = StringeeClient(KEY_SID, KEY_SECRET)
    assert operation in client._session.state.gate._ceilings
