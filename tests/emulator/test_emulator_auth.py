"""Tokens as the emulated server judges them."""

import json
import time
from typing import Any

import pytest

from .conftest import Start, Wire


async def refusal(wire: Wire, token: Any) -> Any:
    wire.token = token
    status, _, raw = await wire.raw("GET", "/v1/agent")
    return status, json.loads(raw)["r"]


async def test_known_vector_is_accepted(start: Start) -> None:
    """The reference's hand-made test vector passes the check."""
    wire = await start(wall_clock=lambda: 1_700_000_000.0)
    wire.emulator.add_key("SKdemo", "ZGVtby1zZWNyZXQ=")
    token = (
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImN0eSI6InN0cmluZ2VlLWFwaTt2PTEifQ."
        "eyJqdGkiOiJTS2RlbW8tMTcwMDAwMDAwMCIsImlzcyI6IlNLZGVtbyIsImV4cCI6MTcwMDAwMzYwMCwicmVzdF9hcGkiOnRydWV9."
        "CCvyNn1ZPQDxUtUpGG1xkTHkjlJSHddKGMV1seqoV6s"
    )
    assert await refusal(wire, token) == (200, 0)
    assert wire.emulator.tokens_seen == {"SKdemo-1700000000"}


@pytest.mark.parametrize(
    "options",
    [
        {"header": {"alg": "HS512"}},
        {"header": {"alg": "none"}},
        {"drop": ("typ",)},
        {"iss": "SKother"},
        {"iss": 5},
        {"exp": 1_000_000_000},
        {"exp": str(int(time.time()) + 600)},
        {"exp": time.time() + 600},
        {"exp": True},
        {"drop": ("exp",)},
        {"drop": ("jti",)},
    ],
)
@pytest.mark.parametrize(("style", "status"), [("401", 401), ("403", 403), ("200", 200)])
async def test_bad_tokens_are_refused_in_the_chosen_style(
    start: Start, options: Any, style: str, status: int
) -> None:
    wire = await start(auth_failure=style)
    assert await refusal(wire, wire.sign(**options)) == (status, 5)
    assert wire.emulator.refused("auth") == 1


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "é.b.c", "bnVsbA.bnVsbA.c", "....", "Bearer x"])
async def test_unreadable_tokens(wire: Wire, token: str) -> None:
    """A header that is no token at all is refused, not a crash."""
    assert await refusal(wire, token) == (401, 5)


async def test_signature_is_checked(wire: Wire) -> None:
    """A token signed with another secret is refused, and so is one with padding."""
    good = wire.token
    assert await refusal(wire, good) == (200, 0)
    assert await refusal(wire, good + "=") == (401, 5)
    wire.keys["key_secret"] = "another secret of more than 32 bytes"
    assert await refusal(wire, wire.sign()) == (401, 5)


async def test_missing_cty_is_forbidden(start: Start) -> None:
    """A token without cty gets HTTP 403 with r 5, whatever the style."""
    wire = await start(auth_failure="200")
    assert await refusal(wire, wire.sign(drop=("cty",))) == (403, 5)


@pytest.mark.parametrize(
    ("options", "code"), [({"drop": ("rest_api",)}, 45), ({"rest_api": "true"}, 45), ({"rest_api": 1}, 0)]
)
async def test_rest_api_claim(start: Start, options: Any, code: int) -> None:
    """A token without the server claim gets r 45; the number 1 counts as true."""
    wire = await start(auth_failure="403")
    assert await refusal(wire, wire.sign(**options)) == (403 if code else 200, code)


async def test_expire_tokens(wire: Wire) -> None:
    """After expire_tokens a token seen before is refused and a new one is good."""
    old = wire.token
    assert await refusal(wire, old) == (200, 0)
    wire.emulator.expire_tokens()
    assert await refusal(wire, old) == (401, 5)
    assert await refusal(wire, wire.sign()) == (200, 0)
    assert len(wire.emulator.tokens_seen) == 2


async def test_keys_come_and_go(wire: Wire) -> None:
    """An added key is good beside the old one, a revoked one is not."""
    sid, secret = wire.keys["key_sid"], wire.keys["key_secret"]
    wire.emulator.add_key("SKnew", "n" * 40)
    wire.keys |= {"key_sid": "SKnew", "key_secret": "n" * 40}
    assert await refusal(wire, wire.sign()) == (200, 0)
    wire.emulator.revoke_key(sid)
    assert await refusal(wire, wire.sign()) == (200, 0)
    wire.keys |= {"key_sid": sid, "key_secret": secret}
    assert await refusal(wire, wire.sign()) == (401, 5)


@pytest.mark.parametrize(("skew", "status"), [(-3000.0, 200), (0.0, 200), (3000.0, 401)])
async def test_clock_skew(start: Start, skew: float, status: int) -> None:
    """The server's skewed clock decides on expiry and is told in the Date header."""
    now = 1_700_000_000.0
    wire = await start(clock_skew=skew, wall_clock=lambda: now)
    wire.token = wire.sign(exp=int(now) + 600)
    got, headers, _ = await wire.raw("GET", "/v1/agent")
    assert got == status
    expected = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now + skew))
    assert headers["Date"] == expected


async def test_date_header_can_be_left_out(start: Start) -> None:
    assert "Date" not in (await (await start(date_header=False)).raw("GET", "/v1/agent"))[1]


async def test_longest_token_life(start: Start) -> None:
    """A token that lives longer than the set maximum is refused."""
    wire = await start(max_token_lifetime=300.0)
    assert await refusal(wire, wire.sign()) == (401, 5)
    assert await refusal(wire, wire.sign(exp=int(time.time()) + 200)) == (200, 0)
