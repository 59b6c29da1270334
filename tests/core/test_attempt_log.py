"""The log: one DEBUG line for each attempt by which 50 coroutines can be told apart, and nothing at INFO in normal work."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest

import stringee_async
from stringee_async import (
    AmbiguousError,
    AuthError,
    DeadlineError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    RetryPolicy,
    RingMeClient,
    SdkError,
    Timeouts,
)
from stringee_async.core.bulk import bulk
from stringee_async.core.messages import Request, Response
from tests.conformance.rig import Rig
from tests.kit import KEY_SECRET, ScriptedTransport, agents, answer, client_over, virtual

from .rig import lost

PACKAGE = Path(stringee_async.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "logs.md").read_text(encoding="utf-8")
SECRET = "s" * 40
NUMBER = "84901234567"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that the package logs."""
    caplog.set_level(logging.DEBUG, "stringee_async")
    return caplog


def lines(log: pytest.LogCaptureFixture, layer: str = "session") -> list[dict[str, str]]:
    """Return the lines of a layer that are made of `key=value`, as dictionaries."""
    texts = [one.getMessage() for one in log.records if one.name == f"stringee_async.{layer}"]
    return [
        dict(re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', text)) for text in texts if text.startswith("call=")
    ]


def above_debug(log: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in log.records if one.levelno > logging.DEBUG]


@virtual
async def test_an_attempt_is_one_line(log: pytest.LogCaptureFixture) -> None:
    transport = ScriptedTransport(answer({"r": 0}, X_Request_Id="req-9"), latency=0.25)
    async with client_over(transport) as client:
        await client.agents.update("AG_1", name="An")
    (line,) = lines(log)
    assert line.pop("call").isdigit()
    assert line == {
        "operation": "agents.update", "method": "PUT", "path": "/v1/agent/{agent_id}",
        "attempt": "1", "status": "200", "ms": "250.0", "request_id": "req-9",
    }  # fmt: skip
    assert [one.name for one in log.records] == ["stringee_async.auth", "stringee_async.session"]
    assert above_debug(log) == []


@virtual
async def test_the_attempts_of_a_call_share_its_id(log: pytest.LogCaptureFixture) -> None:
    """Each attempt has its own line and number, the wait between two has one too, and the error carries the id."""
    transport = ScriptedTransport(
        answer({"r": 7, "message": "oops"}, 500, X_Request_Id="req-1"),
        NotSentError("refused"),
        default=answer({"r": 1, "message": "bad name"}, 400),
    )
    async with client_over(transport) as client:
        with pytest.raises(InvalidRequestError) as caught:
            await client.agents.update("AG_1", name="An")
    found = lines(log)
    assert {line["call"] for line in found} == {caught.value.call_id}
    facts = [tuple(line[key] for key in ("attempt", "status", "error", "code", "outcome")) for line in found]
    assert facts == [
        ("1", "500", "ServerError", "7", "unknown"),
        ("2", "-", "NotSentError", "-", "not_sent"),
        ("3", "400", "InvalidRequestError", "1", "refused"),
    ]
    assert [line["request_id"] for line in found] == ["req-1", "-", "-"]
    waits = lines(log, "retry")
    assert [(line["call"], line["attempt"]) for line in waits] == [
        (caught.value.call_id, "1"),
        (caught.value.call_id, "2"),
    ]
    assert len(found) == len(transport.requests) == 3
    assert caught.value.call_id not in str(caught.value).split()


@virtual
async def test_fifty_coroutines_can_be_told_apart(log: pytest.LogCaptureFixture) -> None:
    seen: set[str] = set()

    async def vendor(request: Request) -> Response:
        await asyncio.sleep(0.01)
        first = request.url not in seen
        seen.add(request.url)
        return answer({"r": 7}, 500) if first else answer()

    async with client_over(ScriptedTransport(default=vendor)) as client:
        await asyncio.gather(*(client.agents.update(f"AG_{n}", name="An") for n in range(50)))
    attempts: dict[str, list[str]] = {}
    for line in lines(log):
        attempts.setdefault(line["call"], []).append(line["attempt"])
    assert len(attempts) == 50
    assert set(map(tuple, attempts.values())) == {("1", "2")}


@virtual
async def test_the_requests_of_an_ensure_belong_together(log: pytest.LogCaptureFixture) -> None:
    """Their ids begin with that of the `ensure`; a lost response that was adopted is one more line, at DEBUG alone."""
    transport = ScriptedTransport(agents(), lost, default=agents("u.an"))
    async with client_over(transport) as client:
        ensured = await client.agents.ensure(stringee_user_id="u.an", name="An")
        assert ensured.adopted
    found = lines(log)
    whole = found[0]["call"].partition(".")[0]
    assert [line["call"] for line in found] == [f"{whole}.1", f"{whole}.2", f"{whole}.3"]
    assert [line["operation"] for line in found] == ["agents.list", "agents.create", "agents.list"]
    assert [line.get("outcome") for line in found] == [None, "unknown", None]
    (adopted,) = [one.getMessage() for one in log.records if one.name == "stringee_async.ensure"]
    assert adopted == (
        f"call={whole} operation=agents.ensure adopted: the response of a create was lost, and its object was found"
    )
    assert above_debug(log) == []


@virtual
async def test_the_error_of_an_ensure_has_its_id(log: pytest.LogCaptureFixture) -> None:
    rows = [{"id": f"AG_{n}", "name": "An", "stringee_user_id": "u.an"} for n in range(2)]
    counts = {"totalPages": 1, "currentPage": 1, "totalAgents": 2}
    twice = ScriptedTransport(default=answer({"r": 0, "data": {**counts, "agents": rows}}))
    async with client_over(twice) as client:
        with pytest.raises(AmbiguousError) as ambiguous:
            await client.agents.ensure(stringee_user_id="u.an", name="An")
    slow = ScriptedTransport(agents(), lost, default=agents())
    async with client_over(slow, timeouts=Timeouts(total=1.0)) as client:
        with pytest.raises(DeadlineError) as late:
            await client.agents.ensure(stringee_user_id="u.an", name="An")
    broken = ScriptedTransport(agents(), default=answer({"r": 1, "message": "bad"}, 400))
    async with client_over(broken) as client:
        with pytest.raises(InvalidRequestError) as refused:
            await client.agents.ensure(stringee_user_id="u.an", name="An")
    wholes = [line["call"].partition(".")[0] for line in lines(log)]
    assert ambiguous.value.call_id == wholes[0]
    assert late.value.call_id in wholes
    assert refused.value.call_id == f"{wholes[-1]}.2"
    (warning,) = above_debug(log)
    assert re.search(rf"\(call={late.value.call_id}\.\d+\)$", warning)


@virtual
async def test_a_deletion_of_what_is_gone_belongs_to_its_call(log: pytest.LogCaptureFixture) -> None:
    gone = answer({"r": -1, "message": "Agent not found"})
    async with client_over(ScriptedTransport(lost, gone)) as client:
        await client.agents.delete("AG_1")
    (line,) = lines(log, "resource")
    assert {one["call"] for one in lines(log)} == {f"{line['call']}.1"}
    assert above_debug(log) == []


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_the_pages_of_a_listing_belong_together(read_ahead: int, log: pytest.LogCaptureFixture) -> None:
    def vendor(request: Request) -> Response:
        number = int(request.url.partition("page=")[2].partition("&")[0])
        return agents(f"u.{number}", pages=3, page=number)

    transport = ScriptedTransport(agents("u.1", pages=3), answer({"r": 7}, 500), default=vendor)
    async with client_over(transport) as client:
        listing = client.agents.list(page_size=1, read_ahead=read_ahead)
        assert len(await listing.collect()) == 3
        assert len(await listing.collect()) == 3
    found = [line["call"].partition(".") for line in lines(log)]
    wholes = list(dict.fromkeys(whole for whole, _, _ in found))
    assert len(wholes) == 2
    assert [part for whole, _, part in found if whole == wholes[1]] == ["1", "2", "3"]
    attempts = [(line["call"], line["attempt"]) for line in lines(log)][:4]
    assert len(set(attempts)) == 4
    assert len({call for call, _ in attempts}) == 3


@virtual
async def test_the_items_of_a_run_have_ids_of_their_own(log: pytest.LogCaptureFixture) -> None:
    def vendor(request: Request) -> Response:
        return answer({"r": 1}, 400) if "AG_2" in request.url else answer()

    async with client_over(ScriptedTransport(default=vendor)) as client:
        run = bulk(lambda item: client.agents.update(f"AG_{item}", name="An"), range(5))
        outcomes = {outcome.item: outcome async for outcome in run}
    found = {line["call"]: line["status"] for line in lines(log)}
    assert len(found) == 5
    error = outcomes[2].error
    assert isinstance(error, SdkError)
    assert error.call_id is not None
    assert found[error.call_id] == "400"


@virtual
async def test_an_attempt_that_is_cut_off_has_its_line(log: pytest.LogCaptureFixture) -> None:
    """Cancelled in mid-request: one line with the outcome, and the WARNING about the write names the same call."""

    async def silent(_: Request) -> Response:
        await asyncio.sleep(1000.0)
        return answer()

    async with client_over(ScriptedTransport(default=silent)) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await client.groups.create(name="Sales")
    (line,) = lines(log)
    assert (line["error"], line["status"], line["outcome"], line["ms"]) == (
        "CancelledError",
        "-",
        "unknown",
        "200.0",
    )
    (warning,) = above_debug(log)
    assert warning.endswith(f"(call={line['call']})")


@virtual
async def test_what_never_began_has_no_line(log: pytest.LogCaptureFixture) -> None:
    """A call whose time is used up before anything left made no attempt; lines and requests are as many."""
    transport = ScriptedTransport(answer(), default=answer(), latency=0.7)
    async with client_over(transport, max_connections=1, timeouts=Timeouts(total=0.9)) as client:
        calls = [client.agents.update(f"AG_{number}", name="An") for number in range(3)]
        await asyncio.gather(*calls, return_exceptions=True)
    assert len(lines(log)) == len(transport.requests) == 2


@virtual
async def test_a_request_for_a_token_is_a_line_of_the_call_that_needs_it(
    log: pytest.LogCaptureFixture,
) -> None:
    """It has the id of that call and its own operation, whether a response came or not; a renewal is DEBUG."""
    token = answer({"access_token": SECRET, "expires_in": 3600}, X_Request_Id=SECRET)
    transport = ScriptedTransport(NotSentError("refused"), token, default=answer({"call_list": []}))
    async with RingMeClient("app", SECRET, url="https://pbx.example", transport=transport) as client:
        await client.current_calls.list().collect()
    found = lines(log)
    assert [(line["operation"], line["attempt"], line["status"], line["request_id"]) for line in found] == [
        ("oauth.token", "1", "-", "-"),
        ("oauth.token", "2", "200", "-"),
        (found[2]["operation"], "1", "200", "-"),
    ]
    assert len({line["call"] for line in found}) == 1
    assert len(found) == len(transport.requests) == 3
    assert above_debug(log) == []
    assert SECRET not in log.text
    assert "token renewed" in log.text


@virtual
async def test_what_a_server_repeats_is_not_shown(log: pytest.LogCaptureFixture) -> None:
    """Credentials, line breaks and blanks in a vendor's id of the request, its words and its code stay out of the line."""

    def vendor(request: Request) -> Response:
        token = request.headers["X-STRINGEE-AUTH"]
        body = {"r": f"{token} {NUMBER}", "message": f"{token} {NUMBER}", "secret": KEY_SECRET}
        forged = f"a {token}\ncall=1 operation=forged"
        if request.method == "GET":
            return answer({"r": 0, "data": {"agents": []}}, X_Request_Id=forged)
        return answer(body, 400, X_Request_Id=forged)

    async with client_over(ScriptedTransport(default=vendor)) as client:
        with pytest.raises(SdkError):
            await client.agents.update("AG_1", name=f"An {NUMBER}", phone_number=NUMBER)
        await client.agents.list().collect()
    assert len(log.text.strip().splitlines()) == len(log.records)
    for secret in (KEY_SECRET, NUMBER, "eyJ", "AG_1"):
        assert secret not in log.text
    assert [line["request_id"] for line in lines(log)] == [
        '"a ***\\ncall=1 operation=forged"',
    ] * 2


@virtual
async def test_rejected_credentials_are_two_attempts(log: pytest.LogCaptureFixture) -> None:
    refused = answer({"r": 5, "message": "unauthorized"}, 401)
    async with client_over(ScriptedTransport(default=refused)) as client:
        with pytest.raises(AuthError) as caught:
            await client.agents.update("AG_1", name="An")
    assert [(line["call"], line["attempt"], line["error"]) for line in lines(log)] == [
        (caught.value.call_id, "1", "AuthError"),
        (caught.value.call_id, "2", "AuthError"),
    ]
    assert caught.value.attempts == 2


@virtual
async def test_normal_work_logs_nothing_above_debug(rig: Rig, log: pytest.LogCaptureFixture) -> None:
    async with rig.over(rig.transport(answer(b"", 502), default=rig.ok)) as client:
        await rig.write(client)
    found = [line for line in lines(log) if line["operation"] != "oauth.token"]
    assert [(line["attempt"], line["status"]) for line in found] == [("1", "502"), ("2", "200")]
    assert len({line["call"] for line in found}) == 1
    assert len(lines(log, "retry")) == 1
    assert above_debug(log) == []


def loggers() -> set[str]:
    """Return the names of all loggers of the package."""
    sources = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    return {name for source in sources for name in re.findall(r"getLogger\((.*?)\)", source)}


def test_there_is_one_logger_a_layer() -> None:
    """Names of loggers are those of the page, not of files; a handler is on the package's logger alone."""
    found = loggers() - {"__name__", '"dbos"'}  # the engine's own, which is silenced
    shown = set(re.findall(r"^\| `(stringee_async\.\w+)` \|", PAGE, re.MULTILINE))
    assert {name.strip('"') for name in found} == shown | {"stringee_async"}
    files = [file for file in PACKAGE.rglob("*.py") if "getLogger(__name__)" in file.read_text("utf-8")]
    assert files == [PACKAGE / "__init__.py"]


@virtual
async def test_the_sample_of_the_page_is_what_is_logged(log: pytest.LogCaptureFixture) -> None:
    """An update that is retried beside an `ensure` whose create is lost and found, and a create that stays unknown."""
    block = re.search(r"<!-- sample of the log -->\n```text\n(.*?)\n```", PAGE, re.DOTALL)
    updates = [answer(b"", 502, X_Request_Id="a41f"), answer({"r": 0}, X_Request_Id="a420")]
    listings = [agents(X_Request_Id="req-1"), agents("u.an", X_Request_Id="req-1")]

    async def vendor(request: Request) -> Response:
        await asyncio.sleep({"PUT": 0.018, "GET": 0.031}.get(request.method, 0.212))
        if request.method == "PUT":
            return updates.pop(0)
        return listings.pop(0) if request.method == "GET" else lost()

    policy = RetryPolicy(random=lambda: 0.4)
    async with client_over(ScriptedTransport(default=vendor), retry=policy) as client:
        await asyncio.gather(
            client.agents.update("AG_1", name="An"), client.agents.ensure(stringee_user_id="u.an", name="An")
        )
        with pytest.raises(OutcomeUnknownError):
            await client.groups.create(name="Night shift")
    logged = [
        f"{one.levelname} {one.name} {one.getMessage()}" for one in log.records if one.name[-4:] != "auth"
    ]
    first = int(log.records[-1].getMessage().rpartition("call=")[2].rstrip(")")) - 9
    renumbered = [re.sub(r"call=(\d+)", lambda id_: f"call={int(id_[1]) - first}", line) for line in logged]
    assert block[1].splitlines() == renumbered
