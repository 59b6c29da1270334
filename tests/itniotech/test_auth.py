"""Rules of the signed headers: the published vector, new for each attempt, and never shown."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from stringee_async import AuthError, DecodeError, ItniotechAuth, ItniotechClient, RetryPolicy, SdkError
from stringee_async.core.auth import Auth
from stringee_async.core.errors import ConfigError
from stringee_async.core.messages import Request, Response

from ..core.rig import WallClock, make_request
from ..kit import FixedClock, ScriptedTransport, answer, virtual
from ..kit.leaks import Canaries, inspect_error
from .rig import API_KEY, API_SECRET, client_over, envelope, ok, refused, rows

NOW = 1_630_468_800.9


def headers_of(request: Request) -> tuple[str, str, str]:
    return request.headers["Sign"], request.headers["Timestamp"], request.headers["Api-Key"]


def sign(timestamp: str, key: str = API_KEY, secret: str = API_SECRET) -> str:
    return hashlib.md5(f"{key}{secret}{timestamp}".encode()).hexdigest()


def test_the_published_vector_comes_out() -> None:
    """Key, secret and time of the vendor's page give the Sign of the vendor's page, in lower case; seconds as text."""
    auth: Auth = ItniotechAuth("bDqJFiq9", "7bz1lzh9", clock=FixedClock(NOW))
    sign, *others = headers_of(auth.authorize(make_request()))
    assert sign == "05d7a50893e22a5c4bb3216ae3396c7c"
    assert others == ["1630468800", "bDqJFiq9"]


@virtual
async def test_each_attempt_is_signed_with_its_own_time() -> None:
    transport = ScriptedTransport(refused(-18), refused(-18), rows())
    policy = RetryPolicy(base=10.0, random=lambda: 0.5)
    async with client_over(transport, clock=WallClock(), retry=policy) as client:
        await client.agents.list().collect()
    stamps = [int(headers_of(request)[1]) for request in transport.requests]
    assert len(stamps) == 3
    assert stamps == [int(1_700_000_000.0 + at) for at in transport.times]
    assert stamps[0] + 5 == stamps[1]
    for request in transport.requests:
        assert headers_of(request)[0] == sign(headers_of(request)[1])


@virtual
async def test_a_known_offset_spares_the_refusal() -> None:
    transport = ScriptedTransport(default=ok())
    async with client_over(transport, clock=WallClock(-300.0), clock_offset=300.0) as client:
        await client.agents.delete(7)
    assert int(headers_of(transport.requests[0])[1]) == int(WallClock.server_time())


@virtual
async def test_a_refused_time_is_signed_afresh_once_and_then_final() -> None:
    transport = ScriptedTransport(default=refused("-16", "timestamp expires"))
    async with client_over(transport, clock=FixedClock(NOW)) as client:
        with pytest.raises(AuthError, match="clock_offset") as caught:
            await client.agents.create_many(5, size=1)
    assert [headers_of(request)[1] for request in transport.requests] == ["1630468800", "1630468801"]
    assert headers_of(transport.requests[1])[0] == sign("1630468801")
    assert (caught.value.code, caught.value.outcome, caught.value.attempts) == (-16, "refused", 2)


@pytest.mark.parametrize(
    ("response", "code"),
    [(refused(code), int(code)) for code in (-1, -2, -29, -30, -31, -32, "-1")]
    + [(answer({"status": "7", "reason": "no"}, 401), 7)],
)
@virtual
async def test_other_refusals_of_credentials_are_final_at_once(response: Response, code: int) -> None:
    transport = ScriptedTransport(default=response)
    async with client_over(transport) as client:
        with pytest.raises(AuthError) as caught:
            await client.agents.list().collect()
    assert len(transport.requests) == 1
    assert caught.value.code == code


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]"])
@virtual
async def test_a_gateway_that_refuses_says_nothing_of_the_credentials(body: bytes) -> None:
    transport = ScriptedTransport(
        answer(body, 401), answer(body, 401), default=ok({"records": [], "total": 0})
    )
    async with client_over(transport) as client:
        await client.agents.list().collect()
        assert len(transport.requests) == 3
        transport.steps.append(answer(body, 401))
        with pytest.raises(DecodeError) as caught:
            await client.agents.create_many(5, size=1)
    assert (caught.value.outcome, caught.value.foreign, len(transport.requests)) == ("unknown", True, 4)


@pytest.mark.parametrize("offset", [float("nan"), float("inf"), "5", None, True])
def test_an_offset_that_is_no_number_of_seconds_is_refused(offset: Any) -> None:
    with pytest.raises(ConfigError, match="clock_offset"):
        ItniotechClient(API_KEY, API_SECRET, clock_offset=offset)


PASSWORD = "canaryPassword7"
SINCE = datetime(2025, 1, 8, tzinfo=UTC)
AGENT: dict[str, Any] = {"voice_group_id": 5, "name": "An", "emp_no": "1"}
LEADER: dict[str, Any] = {"emp_no": "1", "name": "B", "voice_group_ids": [5]}
TRUNK: dict[str, Any] = {"type": 1, "sip_trunk_name": "T", "sip_trunk_state": True, "groups": []}
ECHO = {"keyId": 7, "password": PASSWORD, "sipPassword": PASSWORD, "authentication": f"Bearer {PASSWORD}"}


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (lambda c: c.agents.update(7, **AGENT, password=PASSWORD), envelope(status="-64")),
        (lambda c: c.agents.update(0, **AGENT, password=PASSWORD), envelope()),
        (lambda c: c.team_leaders.update(7, **LEADER, password=PASSWORD), envelope(ECHO, status="-22")),
        (lambda c: c.team_leaders.update("", **LEADER, password=PASSWORD), envelope()),
        (lambda c: c.sip_trunks.create(**TRUNK, sip_password=PASSWORD), envelope()),
        (lambda c: c.sip_trunks.update(1, **TRUNK, sip_password=PASSWORD), envelope()),
        (lambda c: c.agents.list(strict=True).collect(), envelope({"pages": 1, "records": [{**ECHO, "keyId": "x"}]})),
        (lambda c: c.agents.list(strict=True).collect(), envelope({"pages": "x", "records": [ECHO]})),
        (lambda c: c.agents.list().collect(), envelope({"records": [ECHO]})),
        (lambda c: c.sip_trunks.list(strict=True).collect(), envelope({"pages": 1, "records": [{**ECHO, "keyId": []}]})),
        (lambda c: c.agents.credential("an", expires=60), envelope({**ECHO, "authentication": [PASSWORD, "x"]})),
        (lambda c: c.call_records.list(since=SINCE, strict=True).collect(),
         envelope({"pages": 1, "records": [{"keyId": [], "voiceUrl": f"https://f.example/{PASSWORD}"}]})),
        (lambda c: c.phones.reset_password("sip-1", app_id="a"), envelope({"password": {"new": PASSWORD, "old": "x"}})),
        (lambda c: c.otp.send(app_id="a", template_id=1, to="6590001000"), envelope({"snaUrl": PASSWORD})),
        (lambda c: c.agents.create_many(5, size=1), envelope([{"password": PASSWORD}])),
        (lambda c: c.agents.remaining(5), b'{"status": 0, "data": {"password": "' + PASSWORD.encode()),
        (lambda c: c.agents.remaining(5), b'{"status": 0, "data": {"password": "' + PASSWORD.encode() + b'", '),
    ],
)  # fmt: skip
@virtual
async def test_passwords_of_rows_and_arguments_are_nowhere_on_an_error(call: Any, body: Any) -> None:
    canaries = Canaries()
    canaries.words = [API_SECRET, f"/{PASSWORD}", f'"{PASSWORD}"', f"'{PASSWORD}'", f"Bearer {PASSWORD}"]
    transport = ScriptedTransport(default=answer(body))
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        with pytest.raises(SdkError) as caught:
            await call(client)
        canaries.words += [request.headers["Sign"] for request in transport.requests]
    inspect_error(caught.value, canaries)


@virtual
async def test_a_signature_that_is_echoed_is_masked() -> None:
    transport = ScriptedTransport(
        default=lambda request: refused(-1, f"bad Sign {request.headers['Sign'].upper()}")
    )
    async with client_over(transport) as client:
        with pytest.raises(AuthError, match=r"bad Sign \*\*\*") as caught:
            await client.agents.delete(7)
    signature = transport.requests[0].headers["Sign"]
    assert signature.upper() not in f"{caught.value.message} {caught.value.body!r}"
