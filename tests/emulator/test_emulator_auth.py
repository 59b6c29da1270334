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
async def test_a_header_that_is_no_token_at_all_is_refused(wire: Wire, token: str) -> None:
    assert await refusal(wire, token) == (401, 5)


async def test_a_token_with_another_signature_or_with_padding_is_refused(wire: Wire) -> None:
    good = wire.token
    assert await refusal(wire, good) == (200, 0)
    assert await refusal(wire, good + "=") == (401, 5)
    wire.keys["key_secret"] = "another secret of more than 32 bytes"
    assert await refusal(wire, wire.sign()) == (401, 5)


async def test_a_token_without_cty_is_403_with_r_5_whatever_the_style(start: Start) -> None:
    wire = await start(auth_failure="200")
    assert await refusal(wire, wire.sign(drop=("cty",))) == (403, 5)


@pytest.mark.parametrize(
    ("options", "code"), [({"drop": ("rest_api",)}, 45), ({"rest_api": "true"}, 45), ({"rest_api": 1}, 0)]
)
async def test_a_token_without_the_server_claim_gets_r_45(start: Start, options: Any, code: int) -> None:
    wire = await start(auth_failure="403")
    assert await refusal(wire, wire.sign(**options)) == (403 if code else 200, code)


async def test_after_expire_tokens_an_old_token_is_refused_and_a_new_one_is_good(wire: Wire) -> None:
    old = wire.token
    assert await refusal(wire, old) == (200, 0)
    wire.emulator.expire_tokens()
    assert await refusal(wire, old) == (401, 5)
    assert await refusal(wire, wire.sign()) == (200, 0)
    assert len(wire.emulator.tokens_seen) == 2


async def test_an_added_key_is_good_beside_the_old_one_and_a_revoked_one_is_not(wire: Wire) -> None:
    sid, secret = wire.keys["key_sid"], wire.keys["key_secret"]
    wire.emulator.add_key("SKnew", "n" * 40)
    wire.keys |= {"key_sid": "SKnew", "key_secret": "n" * 40}
    assert await refusal(wire, wire.sign()) == (200, 0)
    wire.emulator.revoke_key(sid)
    assert await refusal(wire, wire.sign()) == (200, 0)
    wire.keys |= {"key_sid": sid, "key_secret": secret}
    assert await refusal(wire, wire.sign()) == (401, 5)


@pytest.mark.parametrize(("skew", "status"), [(-3000.0, 200), (0.0, 200), (3000.0, 401)])
async def test_the_skewed_clock_decides_and_is_told_in_date(start: Start, skew: float, status: int) -> None:
    now = 1_700_000_000.0
    wire = await start(clock_skew=skew, wall_clock=lambda: now)
    wire.token = wire.sign(exp=int(now) + 600)
    got, headers, _ = await wire.raw("GET", "/v1/agent")
    assert got == status
    expected = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now + skew))
    assert headers["Date"] == expected


async def test_date_header_can_be_left_out(start: Start) -> None:
    assert "Date" not in (await (await start(date_header=False)).raw("GET", "/v1/agent"))[1]


async def test_a_token_that_lives_longer_than_the_set_maximum_is_refused(start: Start) -> None:
    wire = await start(max_token_lifetime=300.0)
    assert await refusal(wire, wire.sign()) == (401, 5)
    assert await refusal(wire, wire.sign(exp=int(time.time()) + 200)) == (200, 0)
