"""Secrets stay secret: a canary key and its tokens are looked for wherever users look, print, log or pickle."""

import asyncio
import json
import os
import pickle
import subprocess
import sys
import traceback
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest

from stringee_async import (
    ConfigError,
    RateLimit,
    RetryPolicy,
    SdkError,
    StringeeAuth,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.messages import Headers
from stringee_async.emulator import Emulator, Fault
from stringee_async.stringee.responses import read_done

from .core.rig import make_request
from .kit import (
    KEY_SECRET,
    KEY_SID,
    RawServer,
    ScriptedTransport,
    answer,
    canned,
    client_over,
    hang,
    jump,
    reset,
    then,
    until,
    virtual,
)
from .kit.leaks import Canaries, all_logs, asyncio_debug, chain, frames_with_locals, inspect_error

QUICK = RetryPolicy(base=0.0, throttle_base=0.0)


Faulty = Callable[[StringeeClient], Awaitable[Any]]


def create(client: StringeeClient) -> Awaitable[Any]:
    return client.agents.create(name="An", stringee_user_id="u")


def delete(client: StringeeClient) -> Awaitable[Any]:
    return client.agents.delete("A1")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SCENES: dict[str, tuple[Any, Faulty]] = {
    "fine": (canned(b'{"r":0,"agentID":"A"}'), create),
    "reset before status": (reset, delete),
    "closed before status": (then(b""), create),
    "reset in headers": (then(HEAD, "reset"), create),
    "short body": (then(HEAD + b"Content-Length: 99\r\n\r\n{"), create),
    "bad chunk": (then(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), create),
    "bad gzip": (canned(b"no gzip", "200 OK", "Content-Encoding: gzip"), create),
    "long header": (canned(b"{}", "200 OK", f"X-Long: {'x' * 100_000}"), create),
    "not HTTP": (then(b"SSH-2.0\r\n\r\n"), create),
    "hang": (hang, create),
    "401": (canned(b'{"r": 5, "message": "keySid invalid"}', "401 Unauthorized"), create),
    "403": (canned(b"<html>", "403 Forbidden"), create),
    "r 45": (canned(b'{"r": 45, "message": "no rest_api"}'), create),
    "not found": (canned(b'{"r": -1, "message": "Agent not found"}'), delete),
    "exists": (canned(b'{"r": 2, "message": "Agent existed", "agentID": "A1"}'), create),
    "refused": (canned(b'{"r": -7, "message": "no"}'), create),
    "429": (canned(b"{}", "429 Too Many Requests", "Retry-After: 3600"), create),
    "500": (canned(b"oops", "500 Internal Server Error"), create),
    "redirect": (canned(b"", "302 Found", "Location: http://127.0.0.1:9/"), create),
    "not JSON": (canned(b"<html>"), create),
    "empty": (canned(b""), create),
    "paging": (
        canned(b'{"r": 0, "data": {"totalPages": "many", "agents": [{"id": "A"}]}}'),
        lambda c: c.agents.list().collect(),
    ),
    "ambiguous": (
        canned(
            b'{"r": 0, "data": {"totalPages": 1, "currentPage": 1, "totalAgents": 2, "agents": '
            b'[{"id": "A", "stringee_user_id": "u"}, {"id": "B", "stringee_user_id": "u"}]}}'
        ),
        lambda c: c.agents.find(stringee_user_id="u"),
    ),
    "bad argument": (canned(), lambda c: c.agents.delete("a/b")),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.usefixtures("way")
async def test_nothing_is_seen_over_real_sockets(scene: str) -> None:
    play, call = SCENES[scene]
    canaries, error = Canaries(), None
    with all_logs() as logs, asyncio_debug():
        async with RawServer(default=play) as server:
            limits = Timeouts(attempt=60.0)
            async with StringeeClient(**server.client, retry=QUICK, timeouts=limits) as client:
                called = asyncio.ensure_future(call(client))
                if play is hang:
                    await until(lambda: server.requests, "the request arrives")
                    jump(60.0)
                try:
                    await called
                except SdkError as caught:
                    error = caught
                canaries.add(server.requests)
                assert len(canaries.words) > 1 or scene == "bad argument"
                look_at_client(client, canaries)
    assert (error is None) is (scene == "fine")
    if error is not None:
        inspect_error(error, canaries)
    assert logs
    for text in logs:
        canaries.check(text, "a log")


def look_at_client(client: StringeeClient, canaries: Canaries) -> None:
    """Look for the canaries in everything that hangs on a client."""
    session = client._session
    shared = session.state
    parts = [
        client,
        client.auth,
        session,
        shared,
        shared.transport,
        shared.gate.limiter,
        client.agents,
        client.stats(),
    ]
    parts += [client.auth._key, client.auth._cache, client.auth._cache.current(), client.agents._host]
    for part in parts:
        canaries.check(f"{part!r} {part}", f"repr of {type(part).__name__}")
    for part in (client, client.auth, client.auth._key):
        with pytest.raises(Exception) as caught:
            pickle.dumps(part)
        canaries.check(str(caught.value), "the refusal to pickle")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://no-such-host.invalid", "https://127.0.0.1:1"])
async def test_nothing_is_seen_when_no_connection_is_made(url: str) -> None:
    canaries = Canaries()
    with all_logs() as logs, asyncio_debug():
        async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=url, retry=QUICK) as client:
            with pytest.raises(SdkError) as caught:
                await create(client)
            token = client.auth._cache.current()
            canaries.words.append(token.value.reveal())
    inspect_error(caught.value, canaries)
    for text in logs:
        canaries.check(text, "a log")


@pytest.mark.usefixtures("way")
async def test_nothing_is_seen_of_a_cancelled_call() -> None:
    """The SDK's frames in the traceback of a cancellation hold no key and no token in clear text."""
    canaries = Canaries()
    async with RawServer(hang) as server, StringeeClient(**server.client) as client:
        task = asyncio.create_task(client.agents.delete("A1"))
        await until(lambda: server.requests, "the request arrives")
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            canaries.add(server.requests)
            canaries.check(frames_with_locals(error, foreign=False), "locals of a cancelled call")


@virtual
async def test_nothing_is_seen_of_deadline_and_closed_errors() -> None:
    canaries = Canaries()
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "A"}), latency=1.0)
    client = client_over(transport, rate_limit=RateLimit(1, 1000.0))
    await create(client)
    canaries.words.append(transport.requests[0].headers["X-STRINGEE-AUTH"])
    with pytest.raises(SdkError) as caught:
        await create(client)
    errors: list[BaseException] = [caught.value]
    task = asyncio.create_task(delete(client))  # type: ignore[arg-type]
    await asyncio.sleep(0.1)
    await client.aclose()
    errors += [result for result in await asyncio.gather(task, return_exceptions=True) if result]
    with pytest.raises(SdkError) as caught:
        await create(client)
    errors.append(caught.value)
    assert len(errors) == 3
    for error in errors:
        inspect_error(error, canaries)
    for request in transport.requests:
        canaries.check(f"{request!r} {request} {request.headers!r}", "a request")


def test_a_failed_construction_from_the_environment_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRINGEE_KEY_SID", KEY_SID)
    monkeypatch.setenv("STRINGEE_KEY_SECRET", KEY_SECRET)
    with pytest.raises(SdkError) as caught:
        StringeeClient.from_env(max_connections=0)
    inspect_error(caught.value, Canaries())


@pytest.mark.parametrize("where", ["message", "body", "id"])
@pytest.mark.usefixtures("way")
async def test_a_server_that_echoes_the_token_reveals_nothing(where: str) -> None:
    canaries = Canaries()

    async def echo(writer: asyncio.StreamWriter) -> None:
        canaries.add(server.requests)
        token = canaries.words[1]
        body = {
            "message": json.dumps({"r": -7, "message": f"bad token {token}"}).encode(),
            "body": f"<html>{token}</html>".encode(),
            "id": json.dumps({"r": 2, "message": f"{token} existed"}).encode(),
        }[where]
        writer.write(canned(body))

    with all_logs() as logs:
        async with RawServer(default=echo) as server:
            async with StringeeClient(**server.client, retry=QUICK) as client:
                with pytest.raises(SdkError) as caught:
                    await create(client)
    canaries.check(f"{caught.value} {caught.value!r} {vars(caught.value)!r}", "an error that echoes")
    canaries.check(pickle.dumps(caught.value), "its pickle")
    for text in logs:
        canaries.check(text, "a log")


@pytest.mark.usefixtures("way")
async def test_a_torn_request_shows_nothing() -> None:
    canaries = Canaries()
    async with RawServer() as server, StringeeClient(**server.client) as client:
        await delete(client)
        canaries.add(server.requests)
        torn = attrs.evolve(make_request(), url=server.url, headers=Headers({"X-Odd": "a\nb"}))
        with pytest.raises(ConfigError) as caught:
            await client._session.send(torn, read_done)
        inspect_error(caught.value, canaries)
        assert len(server.requests) == 1


async def test_causes_can_still_be_printed() -> None:
    """The foreign exceptions in the chain have lost their headers and can still be shown."""
    for scene in ("bad gzip", "long header", "not HTTP", "bad chunk", "short body"):
        play, call = SCENES[scene]
        async with RawServer(default=play) as server, StringeeClient(**server.client) as client:
            with pytest.raises(SdkError) as caught:
                await call(client)
        for link in chain(caught.value):
            assert isinstance(f"{link} {link!r}", str)
        assert "str() failed" not in "".join(traceback.format_exception(caught.value))


async def test_the_emulators_logs_and_reprs_show_no_secret() -> None:
    canaries = Canaries()
    with all_logs() as logs, asyncio_debug():
        async with Emulator(seed=1) as emulator:
            settings = emulator.stringee()
            canaries.words.append(settings["key_secret"])
            emulator.faults.script("agents.create", Fault.status(503))
            async with StringeeClient(**settings, retry=QUICK) as client:
                with pytest.raises(SdkError):
                    await create(client)
                await create(client)
            tokens = [record.headers["X-STRINGEE-AUTH"] for record in emulator.requests]
            canaries.words += tokens
            canaries.check(
                f"{emulator!r} {list(emulator.requests)!r} {emulator.state!r}", "reprs of the emulator"
            )
    for text in logs:
        canaries.check(text, "a log")


@virtual
async def test_a_view_and_a_rotated_key_are_as_tight() -> None:
    canaries = Canaries()
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "A"}))
    async with client_over(transport) as client:
        view = client.with_options(lane="bulk")
        client.auth.rotate("SKnew", "another-" + KEY_SECRET)
        await create(view)
        canaries.words.append(transport.requests[0].headers["X-STRINGEE-AUTH"])
        look_at_client(view, canaries)


def test_short_key_warnings_point_at_the_caller_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made through StringeeAuth, rotate or from_env, the one warning points at the caller's line too."""
    monkeypatch.setenv("STRINGEE_KEY_SID", KEY_SID)
    monkeypatch.setenv("STRINGEE_KEY_SECRET", "short-canary-key")
    auth = StringeeAuth(KEY_SID, KEY_SECRET)
    makers: list[Callable[[], Any]] = [
        lambda: StringeeAuth(KEY_SID, "short"),
        lambda: auth.rotate(KEY_SID, "short"),
        lambda: StringeeClient(KEY_SID, "short"),
        StringeeClient.from_env,
    ]
    for make in makers:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            make()
        assert [warning.filename for warning in caught] == [__file__]


USE = """
import asyncio, logging, sys
before = (list(logging.root.handlers), logging.root.level, logging.raiseExceptions, logging.lastResort)
import stringee_async
from stringee_async import StringeeClient, RetryPolicy, SdkError
import aiohttp

async def main():
    async with StringeeClient("SKx", "k" * 40, icc_url="http://127.0.0.1:1", retry=RetryPolicy(base=0)) as client:
        try:
            await client.agents.delete("A1")
        except SdkError:
            pass

asyncio.run(main())
assert before == (list(logging.root.handlers), logging.root.level, logging.raiseExceptions, logging.lastResort)
for name, logger in logging.root.manager.loggerDict.items():
    if name.startswith("stringee_async") and isinstance(logger, logging.Logger):
        wanted = [logging.NullHandler] if name == "stringee_async" else []
        assert [type(handler) for handler in logger.handlers] == wanted, name
        assert logger.level == 0 and logger.propagate and not logger.disabled, name
"""


def test_import_and_use_leave_logging_alone() -> None:
    # In debug mode asyncio itself tells on standard error of a turn that took long.
    quiet = {name: value for name, value in os.environ.items() if name != "PYTHONASYNCIODEBUG"}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", USE],
        capture_output=True,
        text=True,
        timeout=30,
        env=quiet,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
