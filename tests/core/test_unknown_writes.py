"""A write that left and whose outcome is unknown leaves a trace; one that is known to be done leaves none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Hashable
from typing import Any

import pytest

from stringee_async import RetryPolicy, StringeeClient
from stringee_async.core.bulk import bulk
from stringee_async.core.compound import Compound
from stringee_async.core.errors import (
    ClosedError,
    DeadlineError,
    DecodeError,
    NotSentError,
    OutcomeUnknownError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Request, Response
from stringee_async.core.transport import NOTHING_SENT
from stringee_async.core.unknown_writes import unknown_write
from stringee_async.emulator import Emulator, Fault
from tests.conformance.rig import Rig
from tests.kit import ScriptedTransport, agents, answer, client_over, until, virtual

from .rig import CREATE, ONCE, lost, warned


class Slow:
    """A vendor that never responds to writes."""

    async def __call__(self, request: Request) -> Response:
        if request.method == "GET":
            return agents()
        await asyncio.sleep(1000.0)
        return answer()


# One call


@pytest.mark.parametrize(
    ("fate", "kind"),
    [
        (lost, OutcomeUnknownError),
        (answer({"r": 1, "message": "oops"}, 500), ServerError),
        (answer(b"", 503), ServerError),
        (answer(b"", 408), ServerError),
        (answer(b"<html>", 200, Content_Type="text/html"), DecodeError),
        (Slow(), DeadlineError),
    ],
    ids=["lost", "500", "503", "408", "page", "no more time"],
)
@virtual
async def test_a_create_whose_outcome_is_unknown_is_counted_and_logged(
    fate: Any, kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    async with client_over(ScriptedTransport(fate)) as client:
        with pytest.raises(kind) as caught:
            await client.agents.create(name="An", stringee_user_id="u.an.nguyen")
        assert client.stats().unknown == 1
        (write,) = client.unknown_writes()
    assert (write.operation, write.key) == ("agents.create", "u.an.nguyen")
    assert "nguyen" not in repr(write)
    (line,) = warned(caplog)
    assert line == (
        "agents.create (u....en) left, but its outcome is not known: the vendor may have carried it out "
        f"(call={caught.value.call_id})"
    )
    assert [one.levelno for one in caplog.records if one.name.endswith("unknown_writes")] == [logging.WARNING]


@pytest.mark.parametrize(
    "fate",
    [NotSentError("refused"), answer({"r": 1, "message": "bad name"}, 400), answer({"r": 0, "agentID": "A"})],
    ids=["not sent", "refused", "done"],
)
@virtual
async def test_a_create_whose_outcome_is_known_is_not(fate: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with client_over(ScriptedTransport(fate), retry=ONCE) as client:
        with contextlib.suppress(SdkError):
            await client.agents.create(name="An", stringee_user_id="u.an")
        assert (client.stats().unknown, client.unknown_writes()) == (0, ())
    assert warned(caplog) == []


@virtual
async def test_a_cancelled_create_leaves_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    """A create that is cut off is logged once and counted, and the cancellation carries a note."""
    async with client_over(ScriptedTransport(default=Slow())) as client:
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.2):
                await client.agents.create(name="An", stringee_user_id="an.nguyen")
        assert client.stats().unknown == len(warned(caplog)) == 1
    cancelled: Any = caught.value.__cause__
    assert cancelled.__notes__ == ["agents.create (an...en) had left: look before you repeat it"]


@virtual
async def test_what_is_cut_off_before_it_left_or_only_reads_leaves_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def silent(_: Request) -> Response:
        await asyncio.sleep(1000.0)
        return answer()

    async with client_over(ScriptedTransport(default=silent), max_connections=1) as client:
        tasks = [
            asyncio.ensure_future(client.agents.find(stringee_user_id="u")),
            asyncio.ensure_future(client.agents.create(name="An", stringee_user_id="u")),
        ]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        for error in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(error, asyncio.CancelledError)
            assert not hasattr(error, "__notes__")
        assert client.stats().unknown == 0
    assert warned(caplog) == []


@virtual
async def test_what_is_cut_off_while_it_connects_has_not_left(caplog: pytest.LogCaptureFixture) -> None:
    """A create that got no connection in time has created nothing: no trace, and its item in a run has failed."""

    async def connecting(_: Request) -> Response:
        try:
            await asyncio.sleep(1000.0)
        except asyncio.CancelledError as cancelled:
            cancelled.add_note(NOTHING_SENT)
            raise
        return answer()

    async with client_over(ScriptedTransport(default=connecting)) as client:

        async def impatient(item: int) -> None:
            async with asyncio.timeout(0.2):
                await client.groups.create(name=f"Group {item}")

        with pytest.raises(TimeoutError):
            await impatient(0)
        with pytest.raises(TimeoutError), Compound("agents.ensure", repeatable=False) as call:
            await impatient(1)
        assert call._tally.writes == 0
        assert await _run(client, impatient, 3) == ["failed"] * 3
        assert client.stats().unknown == 0
    assert warned(caplog) == []


async def test_each_create_that_a_web_servers_shutdown_cuts_off_leaves_one_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        emulator.faults.always("agents.create", Fault.hang())
        tasks = [
            asyncio.ensure_future(client.agents.create(name="An", stringee_user_id=f"user-{number}"))
            for number in range(50)
        ]
        await until(lambda: len(emulator.requests) == 50, "50 creates under way")
        for task in tasks:
            task.cancel("the time for a graceful shutdown is over")
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (client.stats().unknown, len(client.unknown_writes())) == (50, 50)
    assert len(warned(caplog)) == 50
    assert {record.levelname for record in caplog.records if record.name.endswith("unknown_writes")} == {
        "WARNING"
    }
    assert all(task.cancelled() for task in tasks)


@virtual
async def test_creates_that_a_close_cuts_off_leave_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    client = client_over(ScriptedTransport(default=Slow()))
    tasks = [
        asyncio.ensure_future(client.agents.create(name="An", stringee_user_id=f"user-{number}"))
        for number in range(50)
    ]
    await asyncio.sleep(0.1)
    await client.aclose()
    for error in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(error, ClosedError)
        assert error.outcome == "unknown"
    assert client.stats().unknown == len(warned(caplog)) == 50


@virtual
async def test_a_retry_that_succeeds_is_known() -> None:
    async with client_over(ScriptedTransport(lost, answer())) as client:
        await client.agents.update("AG_1", name="An")
        assert (client.stats().retries, client.stats().unknown) == (1, 0)


@virtual
async def test_a_retry_that_is_cancelled_does_not_hide_the_first_attempt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An update that is cut off between two attempts, of which the first left, is unknown."""
    policy = RetryPolicy(max_attempts=2, base=10.0, random=lambda: 1.0)
    async with client_over(ScriptedTransport(lost), retry=policy) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await client.agents.update("AG_1", name="An")
        assert client.stats().unknown == 1
    assert len(warned(caplog)) == 1


@virtual
async def test_the_latest_thousand_are_kept() -> None:
    """The list of unknown writes does not grow for ever; the count does."""
    async with client_over(ScriptedTransport(default=lost)) as client:
        for number in range(1005):
            with pytest.raises(OutcomeUnknownError):
                await client.groups.create(name=f"Group {number}")
        kept = client.unknown_writes()
        assert client.stats().unknown == 1005
    assert (len(kept), kept[0].key, kept[-1].key) == (1000, "Group 5", "Group 1004")


# Items of a run


async def _run(client: Any, func: Callable[[int], Any], count: int, **options: Any) -> list[str]:
    return [one.state async for one in bulk(func, range(count), ordered=True, **options)]


@virtual
async def test_each_item_that_is_unknown_leaves_one_trace(caplog: pytest.LogCaptureFixture) -> None:
    async with client_over(ScriptedTransport(default=lost)) as client:
        states = await _run(
            client, lambda n: client.groups.create(name=f"Group {n}"), 20, concurrency=4, patience=0
        )
        assert states == ["unknown"] * 20
        assert client.stats().unknown == len(warned(caplog)) == 20


@virtual
async def test_an_item_that_runs_again_and_succeeds_leaves_none(caplog: pytest.LogCaptureFixture) -> None:
    """Updates that were lost in an outage and are done after it are known."""
    until = asyncio.get_running_loop().time() + 5.0

    async def vendor(request: Request) -> Response:
        await asyncio.sleep(0.1)
        if asyncio.get_running_loop().time() < until:
            lost()
        return answer()

    async with client_over(ScriptedTransport(default=vendor), retry=ONCE) as client:

        async def work(item: int) -> None:
            await client.agents.update(f"AG_{item}", name="An")

        assert await _run(client, work, 30, concurrency=8) == ["done"] * 30
        assert client.stats().unknown == 0
    assert warned(caplog) == []


@virtual
async def test_an_item_that_hides_an_unknown_write_does_not_hide_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with client_over(ScriptedTransport(default=lost)) as client:

        async def careless(item: int) -> None:
            with contextlib.suppress(OutcomeUnknownError):
                await client.groups.create(name=f"Group {item}")

        assert await _run(client, careless, 3) == ["done"] * 3
        assert client.stats().unknown == len(warned(caplog)) == 3


@virtual
async def test_an_item_with_a_time_limit_of_its_own_is_unknown(caplog: pytest.LogCaptureFixture) -> None:
    async with client_over(ScriptedTransport(default=Slow())) as client:

        async def impatient(item: int) -> None:
            async with asyncio.timeout(0.2):
                await client.groups.create(name=f"Group {item}")

        assert await _run(client, impatient, 3) == ["unknown"] * 3
        assert client.stats().unknown == len(warned(caplog)) == 3


@pytest.mark.parametrize("held", [False, True])
@virtual
async def test_a_run_that_is_left_leaves_a_trace_of_what_was_under_way(
    held: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def vendor(request: Request) -> Response:
        if held:
            await asyncio.sleep(0.1)
            lost()
        await asyncio.sleep(1000.0)
        return answer()

    async with client_over(ScriptedTransport(default=vendor), retry=ONCE) as client:
        async with bulk(
            lambda n: client.agents.update(f"AG_{n}", name="An"), range(100), concurrency=8
        ) as run:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.45):
                    await anext(run)
            begun = {request.url for request in client._session.state.transport.requests}  # type: ignore[attr-defined]
        assert client.stats().unknown == len(warned(caplog)) == len(begun) >= 8


@virtual
async def test_a_call_that_outlives_its_item_is_logged_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """A task that an item leaves behind has no one to report to, so its lost write is logged when it ends."""
    left: list[asyncio.Task[Any]] = []

    async def vendor(_: Request) -> Response:
        await asyncio.sleep(1.0)
        lost()

    async with client_over(ScriptedTransport(default=vendor)) as client:

        async def leaves(item: int) -> None:
            left.append(asyncio.ensure_future(client.groups.create(name=f"Group {item}")))
            await asyncio.sleep(0.1)

        async def leaves_within(item: int) -> None:
            with Compound("agents.ensure", repeatable=False):
                await leaves(item)

        assert await _run(client, leaves, 2) == ["done"] * 2
        await leaves_within(2)
        await asyncio.gather(*left, return_exceptions=True)
        assert client.stats().unknown == len(warned(caplog)) == 3


# What is remembered of a write


@pytest.mark.parametrize(
    ("path", "url", "body", "key"),
    [
        ("/v1/agent/{agent_id}", "https://h/v1/agent/AG_1", None, "AG_1"),
        ("/v1/agent/{agent_id}", "https://h/base/v1/agent/a%20b?x=1", b'{"name": "An"}', "a b"),
        ("/q/{queue}/agents/{agent}", "https://h/q/7/agents/u%40x.vn", None, "7/u@x.vn"),
        ("/c/{client_id}/agent", "https://h/c/@me/agent", b'{"number": "84901234567"}', "84901234567"),
        ("/c/{client_id}/agent", "https://h/c/%40me/agent", b'{"name": "An"}', "An"),
        ("/c/{client_id}/agent/{id}", "https://h/c/@me/agent/5", None, "5"),
        ("/v3/group/delete", "https://h/v3/group/delete?voiceGroupId=5000047&x=1", None, "5000047"),
        ("/v1/batch", "https://h/v1/batch", b'{"idList": [7, 8], "type": 2}', "7/8"),
        ("/v1/agent", "https://h/v1/agent", b'{"name": "An", "stringee_user_id": "u.an"}', "u.an"),
        ("/v1/group-agent", "https://h/v1/group-agent", b'{"group_id": "GR_1", "agent_id": "AG_2"}', "GR_1/AG_2"),
        ("/v1/group", "https://h/v1/group", b'{"name": "Sales", "level": 3}', "Sales"),
        ("/v1/number", "https://h/v1/number", b'{"number": 84901234567}', "84901234567"),
        ("/v1/x", "https://h/v1/x", b'{"level": 3, "name": "", "list_id": []}', ""),
        ("/v1/x", "https://h/v1/x", b"[1, 2]", ""),
        ("/v1/x", "https://h/v1/x", b"--boundary\xff\xff", ""),
        ("/v1/x", "https://h/v1/x", None, ""),
    ],
)  # fmt: skip
def test_the_key_of_a_write_comes_from_its_path_or_its_body(
    path: str, url: str, body: bytes | None, key: str
) -> None:
    """Ids of the path tell the object; else ids of the body, or its number or name; never anything else."""
    request = Request(operation="x.write", method="POST", path=path, url=url, retry_class=CREATE, body=body)
    write = unknown_write(request)
    assert write.key == key
    assert ("(" in str(write)) == bool(key)


@pytest.mark.parametrize(
    ("natural_key", "key"),
    [
        (("agent_groups", "4luaKsL2", "night shift"), "4luaKsL2/night shift"),
        (("agents.remote", "@me", "84901234567"), "84901234567"),
        (("queue_agents.local", "208", 9), "208/9"),
        (("agent_events.local", "@me", 9, "login", "GET", "https://h/secret"), "9/login/GET"),
        ("odd", "AG_1"),
    ],
)
def test_the_key_of_a_create_is_its_natural_key(natural_key: Hashable, key: str) -> None:
    """All that tells the object from others stands in it, but no address that may be secret."""
    request = Request(
        operation="x.create",
        method="POST",
        path="/v1/x",
        url="https://h/v1/x",
        retry_class=CREATE,
        body=b'{"appId": "AG_1"}',
        natural_key=natural_key,
    )
    assert unknown_write(request).key == key


@virtual
async def test_every_vendor_leaves_the_trace(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The count and the line are the session's, so all three vendors have them."""
    async with rig.over(rig.transport(default=lost)) as client:
        with pytest.raises(OutcomeUnknownError):
            await rig.create(client)
        assert client.stats().unknown == len(warned(caplog)) == 1
