"""RingMe's tokens and quota as the emulated server judges them."""

import json
from typing import Any

import pytest

from stringee_async.emulator import Fault

from .conftest import RingMeStart, RingMeWire

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


async def user(ringme: RingMeWire) -> Any:
    status, headers, raw = await ringme.raw("GET", "/user/")
    return status, headers, json.loads(raw)


async def test_a_token_is_given_for_a_form(ringme: RingMeWire) -> None:
    status, first = await ringme.grant()
    assert status == 200
    assert {name: value for name, value in first.items() if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "all",
    }
    _, second = await ringme.grant(scope="all")
    assert len(first["access_token"]) == 30
    assert first["access_token"] != second["access_token"]
    for answer in (first, second):
        ringme.token = answer["access_token"]
        assert (await user(ringme))[0] == 200
    assert ringme.emulator.count("oauth.token") == 2
    assert {record.vendor for record in ringme.emulator.requests} == {"ringme"}


@pytest.mark.parametrize(("form", "expected"), [("number", {"expires_in": 1}), ("text", {"expires_in": "1"})])
async def test_the_lifetime_is_told_as_number_or_text_in_whole_seconds_rounded_up(
    ringme_start: RingMeStart, form: str, expected: Any
) -> None:
    ringme = await ringme_start(ringme_expires_in=form, ringme_token_lifetime=0.5)
    assert (await ringme.grant())[1].items() >= expected.items()


async def test_the_lifetime_may_be_left_out(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(ringme_expires_in="missing")
    assert "expires_in" not in (await ringme.grant())[1]
    assert (await user(ringme))[0] == 200


@pytest.mark.parametrize("status", ["400", "401"])
@pytest.mark.parametrize("fields", [{"client_secret": "x"}, {"client_id": "x"}, {"client_secret": "é"}])
async def test_wrong_credentials_are_refused_with_the_chosen_status_and_meet_no_fault(
    ringme_start: RingMeStart, status: str, fields: dict[str, Any]
) -> None:
    ringme = await ringme_start(ringme_bad_credentials=status)
    ringme.emulator.faults.script("oauth.token", Fault.status(503))
    got, answer = await ringme.grant(**fields)
    assert (got, answer["error"]) == (int(status), "invalid_client")
    assert (ringme.emulator.refused("auth"), len(ringme.emulator.faults.pending)) == (1, 1)


@pytest.mark.parametrize(
    ("grant", "status", "error"),
    [
        ("authorization_code", 400, "unauthorized_client"),
        ("password", 400, "unauthorized_client"),
        ("refresh_token", 401, "invalid_grant"),
        ("implicit", 400, "unsupported_grant_type"),
        ("", 400, "invalid_request"),
    ],
)
async def test_other_grants_are_refused_in_oauth_words(
    ringme: RingMeWire, grant: str, status: int, error: str
) -> None:
    got, answer = await ringme.grant(grant_type=grant)
    assert (got, answer["error"]) == (status, error)


async def test_the_token_endpoint_takes_a_form_by_post_only(ringme: RingMeWire) -> None:
    url = ringme.emulator.url
    async with ringme.session.post(f"{url}/oauth/token", json=ringme.account) as response:
        assert (response.status, (await response.json())["error"]) == (400, "invalid_request")
    for method, path in (
        ("GET", "/oauth/token"),
        ("POST", "/oauth/token/"),
        ("POST", "/api/ver1.0/oauth/token"),
    ):
        async with ringme.session.request(method, url + path, headers=FORM) as response:
            assert response.status == 404
    assert ringme.emulator.refused("unmatched") == 3


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic {token}", "Bearer {token}x", "{token}"])
async def test_a_call_without_a_good_token_gets_401(ringme: RingMeWire, header: str) -> None:
    token = (await ringme.grant())[1]["access_token"]
    headers = {"Authorization": header.format(token=token)}
    status, _, raw = await ringme.raw(
        "POST", "/client/@me/agent/remote/", json={"number": "1"}, headers=headers
    )
    assert (status, json.loads(raw)) == (401, {"message": "Unauthorized"})
    assert ringme.state.remote_agents == {}
    assert ringme.emulator.refused("auth") == 1


async def test_tokens_expire(ringme_start: RingMeStart) -> None:
    """A token is refused when its lifetime is over by the server's clock, and is forgotten then."""
    now = 1_000_000.0
    ringme = await ringme_start(ringme_token_lifetime=60.0, wall_clock=lambda: now)
    assert (await user(ringme))[0] == 200
    now += 59.9
    assert (await user(ringme))[0] == 200
    now += 0.1
    assert (await user(ringme))[0] == 401
    await ringme.grant()
    now -= 60.0
    assert (await user(ringme))[0] == 401


async def test_after_expire_tokens_old_tokens_are_refused(ringme: RingMeWire) -> None:
    unused = (await ringme.grant())[1]["access_token"]
    assert (await user(ringme))[0] == 200
    ringme.emulator.expire_tokens()
    assert (await user(ringme))[0] == 401
    ringme.token = unused
    assert (await user(ringme))[0] == 401
    ringme.token = None
    assert (await user(ringme))[0] == 200


async def test_expired_token_fault(ringme: RingMeWire) -> None:
    """The fault refuses one call only; a request for a token has its secret refused by it."""
    ringme.emulator.faults.script("user.get", Fault.expired_token())
    assert [(await user(ringme))[0] for _ in range(2)] == [401, 200]
    ringme.emulator.faults.script("oauth.token", Fault.expired_token())
    assert (await ringme.grant())[0] == 400
    assert (await ringme.grant())[0] == 200


# -- quota -------------------------------------------------------------------------------------------------


async def test_without_a_quota_no_reply_has_its_headers(ringme: RingMeWire) -> None:
    assert not set(LIMITS) & (await user(ringme))[1].keys()


async def test_quota(ringme_start: RingMeStart) -> None:
    """Each reply tells quota, rest and reset; above it 429 in the vendor's form until the window ends."""
    now = 1_000_000.5
    ringme = await ringme_start(ringme_quota=(2, 3600.0), ringme_token_lifetime=1e6, wall_clock=lambda: now)
    seen = []
    for _ in range(2):
        status, headers, _ = await user(ringme)
        seen.append((status, *(headers[name] for name in LIMITS)))
        now += 600.25
    assert seen == [(200, "2", "1", "3600"), (200, "2", "0", "3000")]
    status, headers, answer = await user(ringme)
    assert (status, answer) == (429, {"message": "Rate limit exceeded", "status": "rate_limit_exceeded"})
    assert [headers[name] for name in LIMITS] == ["2", "0", "2400"]
    assert "Retry-After" not in headers
    assert (ringme.emulator.refused("quota"), ringme.emulator.requests[-1].refusal) == (1, "quota")
    now = 1_000_000.5 + 2 * 3600.0
    status, headers, _ = await user(ringme)
    assert (status, headers["X-RateLimit-Remaining"]) == (200, "1")


async def test_quota_after_the_clock_went_back(ringme_start: RingMeStart) -> None:
    now = 1_000_000.0
    ringme = await ringme_start(ringme_quota=(1, 10.0), wall_clock=lambda: now)
    assert (await user(ringme))[0] == 200
    now -= 15.0
    status, headers, _ = await user(ringme)
    assert (status, headers["X-RateLimit-Reset"]) == (200, "5")


async def test_quota_is_told_on_every_reply_to_a_good_token(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(ringme_quota=(100, 3600.0))
    ringme.state.add_agent("remote", number="1")
    ringme.emulator.faults.script("limits.get", Fault.status(503))
    rest = []
    for method, path in (
        ("GET", "/client/@me/agent/remote/7"),
        ("GET", "/client/@me/limit/"),
        ("DELETE", "/client/@me/agent/remote/1"),
    ):
        rest.append((await ringme.raw(method, path))[1]["X-RateLimit-Remaining"])
    assert rest == ["99", "98", "97"]
    ringme.token = "x"
    assert not set(LIMITS) & (await user(ringme))[1].keys()


async def test_the_quota_counts_customers_apart_and_no_requests_for_tokens(ringme_start: RingMeStart) -> None:
    ringme = await ringme_start(ringme_quota=(1, 3600.0))
    other = type(ringme)(ringme.emulator, ringme.session, account=1)
    await ringme.grant()
    assert [(await user(ringme))[0] for _ in range(2)] == [200, 429]
    assert (await user(other))[0] == 200


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("lower", [name.lower() for name in LIMITS]),
        ("upper", [name.upper() for name in LIMITS]),
        ("none", []),
    ],
)
async def test_case_of_the_quota_headers(ringme_start: RingMeStart, case: str, names: Any) -> None:
    """The headers come in the case that is set, or not at all; the quota holds either way."""
    ringme = await ringme_start(ringme_quota=(1, 3600.0), ringme_quota_headers=case)
    status, headers, _ = await user(ringme)
    assert (status, [name for name in headers if "ratelimit" in name.lower()]) == (200, names)
    assert (await user(ringme))[0] == 429


async def test_rate_limit_of_the_emulator(ringme_start: RingMeStart) -> None:
    """The general rate limit responds with 429 in the vendor's form, with Retry-After; token requests count apart."""
    ringme = await ringme_start(rate_limit=(1, 5.0), window_clock=lambda: 1.0)
    assert (await user(ringme))[0] == 200
    status, headers, answer = await user(ringme)
    assert (status, answer["status"], headers["Retry-After"]) == (429, "rate_limit_exceeded", "4")
    assert (await ringme.grant())[0] == 429
    assert ringme.emulator.refused("rate_limit") == 2
