"""What a failed call shows in its traceback: the caller's frame and ours, and none of the library that counts retries."""

from __future__ import annotations

import asyncio
import functools
import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from stringee_async import (
    AuthError,
    ItniotechClient,
    NotSentError,
    OutcomeUnknownError,
    RetryPolicy,
    RingMeClient,
    ServerError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.bulk import bulk
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import DeadlineError, SdkError
from stringee_async.core.messages import Request, Response
from stringee_async.core.retry import retry_after_failure
from tests.kit import ScriptedTransport, agents, answer, client_over, virtual
from tests.kit.leaks import chain

RETRIES = RetryPolicy(max_attempts=3, base=0.01)
ALLOWED = ("stringee_async.", "tests.", "asyncio.")


def frames(error: BaseException) -> list[FrameType]:
    return [frame for frame, _ in traceback.walk_tb(error.__traceback__)]


def check(error: BaseException, caller: Callable[..., Any]) -> None:
    """Fail unless the traceback begins in the test, passes through `caller` into the package, and holds nothing else."""
    for link in chain(error):
        modules = [frame.f_globals["__name__"] for frame in frames(link)]
        strangers = [name for name in modules if not name.startswith(ALLOWED)]
        assert not strangers, f"{type(link).__name__} shows {strangers}"
    names = [(frame.f_globals["__name__"].partition(".")[0], frame.f_code.co_name) for frame in frames(error)]
    place = names.index(("tests", caller.__name__))
    assert any(package == "stringee_async" for package, _ in names[place:])


def failing(_: Request) -> Response:
    return answer({"r": 7, "message": "oops"}, 500)


def refused(_: Request) -> Response:
    raise NotSentError("connection refused")


async def caught(kind: type[BaseException], caller: Callable[..., Any], *given: Any) -> BaseException:
    """Run a user's function, and return what it raised."""
    with pytest.raises(kind) as found:
        await caller(*given)
    return found.value


async def traced(kind: type[BaseException], caller: Callable[..., Any], *given: Any) -> BaseException:
    """Run a user's function, check the traceback of what it raised, and return that."""
    error = await caught(kind, caller, *given)
    check(error, caller)
    return error


# users' functions


async def update(client: StringeeClient, agent: int = 1) -> None:
    await client.agents.update(f"AG_{agent}", name="An")


async def ensure(client: StringeeClient) -> None:
    await client.agents.ensure(stringee_user_id="u.an", name="An")


async def loop(listing: Any) -> None:
    async for _ in listing:
        pass


async def collect(listing: Any) -> None:
    await listing.collect()


@pytest.mark.parametrize(("fate", "kind"), [(failing, ServerError), (refused, NotSentError)])
@virtual
async def test_retries_leave_no_frames(fate: Any, kind: type[SdkError]) -> None:
    """When retries are over, the last error is raised from the call itself."""
    transport = ScriptedTransport(default=fate)
    async with client_over(transport, retry=RETRIES) as client:
        await traced(kind, update, client)
    assert len(transport.requests) == 3


@virtual
async def test_nor_where_the_first_attempt_fails_otherwise_than_the_last() -> None:
    """An error that is not retried ends a retried call in the same way."""
    transport = ScriptedTransport(failing, refused, default=answer({"r": 1, "message": "bad"}, 400))
    async with client_over(transport, retry=RETRIES) as client:
        await traced(SdkError, update, client)
    assert len(transport.requests) == 3


@virtual
async def test_nor_in_listings() -> None:
    """A page that fails, fetched when it is asked for or ahead by a task of its own."""
    for read_ahead in (0, 4):
        transport = ScriptedTransport(default=failing)
        async with client_over(transport, retry=RETRIES) as client:
            listing = client.agents.list(read_ahead=read_ahead)
            await traced(ServerError, loop, listing)
            await traced(ServerError, collect, listing)
        assert len(transport.requests) == 6


@virtual
async def test_nor_in_ensure() -> None:
    """Whether the look-up fails, the create, or the look-up after a lost create."""
    empty = agents()
    for steps, kind in (
        ((), ServerError),
        ((empty, refused, refused), NotSentError),
        ((empty, OutcomeUnknownError("lost")), OutcomeUnknownError),
    ):
        default = refused if kind is NotSentError else failing
        transport = ScriptedTransport(*steps, default=default)
        async with client_over(transport, retry=RETRIES) as client:
            await traced(kind, ensure, client)


@virtual
async def test_nor_in_a_run_of_many() -> None:
    """The error of each item begins in the function that the caller gave."""
    transport = ScriptedTransport(default=failing)
    async with client_over(transport, retry=RETRIES) as client:
        work = functools.partial(update, client)
        outcomes = [outcome async for outcome in bulk(work, range(5), concurrency=2)]
    assert len(outcomes) == 5
    for outcome in outcomes:
        assert isinstance(outcome.error, ServerError)
        check(outcome.error, update)
    assert len(transport.requests) == 15


@virtual
async def test_nor_where_time_is_up_in_a_retry() -> None:
    """The total time, and a limit of the caller's, end a call in its second attempt or in the wait before it."""

    async def silent(_: Request) -> Response:
        await asyncio.sleep(1000.0)
        return answer()

    patient = RetryPolicy(max_attempts=3, base=5.0, random=lambda: 1.0)
    for retry, total in ((RETRIES, 2.0), (patient, 6.0)):
        transport = ScriptedTransport(failing, default=silent)
        async with client_over(transport, retry=retry, timeouts=Timeouts(total=total)) as client:

            async def limited(client: StringeeClient = client, seconds: float = total / 2) -> None:
                async with asyncio.timeout(seconds):
                    await client.agents.update("AG_1", name="An")

            await traced(DeadlineError, update, client)
            transport.steps.append(failing)
            error = await caught(TimeoutError, limited)  # that of asyncio, and what it made of the call's end
            assert isinstance(error.__cause__, asyncio.CancelledError)
            check(error.__cause__, limited)


@virtual
async def test_nor_where_the_caller_is_cancelled_in_a_retry() -> None:
    """The cancellation shows where the call was."""

    async def silent(_: Request) -> Response:
        await asyncio.sleep(1000.0)
        return answer()

    async with client_over(ScriptedTransport(failing, default=silent), retry=RETRIES) as client:
        task = asyncio.ensure_future(update(client))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as found:
            await task
        check(found.value, update)
        shown = [frame.f_code.co_name for frame in frames(found.value)]
        assert "silent" in shown


@virtual
async def test_nor_where_something_that_is_not_ours_fails_in_a_retry() -> None:
    """An exception of the caller's own transport comes out as it is, from where it arose, and is not retried."""

    def broken(_: Request) -> Response:
        raise ValueError("a fault in the transport")

    transport = ScriptedTransport(failing, broken)
    async with client_over(transport, retry=RETRIES) as client:
        error = await traced(ValueError, update, client)
        assert frames(error)[-1].f_code.co_name == "broken"
    assert len(transport.requests) == 2


@virtual
async def test_nor_where_a_clock_of_the_callers_fails_between_two_attempts() -> None:
    """An exception of the wait before a retry comes out as it is, and nothing more is sent."""

    class Broken(RealClock):
        async def sleep(self, seconds: float) -> None:
            raise ValueError("a fault in the clock")

    transport = ScriptedTransport(default=failing)
    async with client_over(transport, retry=RETRIES, clock=Broken()) as client:
        await traced(ValueError, update, client)
    assert len(transport.requests) == 1


@virtual
async def test_nor_in_tokens_at_the_other_vendors() -> None:
    """A token that cannot be had, and credentials that are rejected for good."""

    def unauthorised(_: Request) -> Response:
        return answer({"error": "invalid_client"}, 401)

    for fate, kind in ((refused, NotSentError), (unauthorised, AuthError)):
        transport = ScriptedTransport(default=fate)
        ringme = RingMeClient("app", "s" * 40, url="https://pbx.example", transport=transport, retry=RETRIES)
        async with ringme as client:
            listings = [client.current_calls.list() for _ in range(3)]
            errors = await asyncio.gather(*map(collect, listings), return_exceptions=True)
            assert {type(error) for error in errors} == {kind}
            for error in errors:
                assert isinstance(error, BaseException)
                check(error, collect)
    transport = ScriptedTransport(default=answer(b"", 502))
    async with ItniotechClient("key", "s" * 40, transport=transport, retry=RETRIES) as itniotech:
        await traced(ServerError, collect, itniotech.agent_groups.list())


def test_a_coroutine_that_is_closed_in_a_retry_ends() -> None:
    """Thrown out of its second attempt, a call does not go on to a third."""
    calls = 0

    class Never:
        def __await__(self) -> Iterator[None]:
            yield None

    class Instant(RealClock):
        async def sleep(self, seconds: float) -> None:
            pass

    async def attempt() -> None:
        nonlocal calls
        calls += 1
        await Never()

    call = retry_after_failure(ServerError("oops"), attempt, lambda _: 0.0, Instant())
    call.send(None)
    call.close()
    assert calls == 1
