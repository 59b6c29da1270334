"""Rules of a client's options: each is looked at when the client is made, and no variable is silently ignored."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import ConfigError, RetryPolicy
from stringee_async.core.clock import RealClock
from stringee_async.core.ratelimit import LocalRateLimiter

from ..conformance.rig import Rig
from ..conformance.rigs import RIGS, each
from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import auth_of, set_variables

URL = "https://vendor.example"

WRONG: list[tuple[str, Any, str]] = [
    ("timeouts", 5, r"timeouts must be a Timeouts, such as Timeouts\(total=30\.0\); got 5$"),
    ("timeouts", {"total": 5}, r"got \{'total': 5\} \(dict\)$"),
    ("retry", 3, r"retry must be a RetryPolicy, such as RetryPolicy\(max_attempts=3\); got 3$"),
    ("retry", RetryPolicy, r"retry must be a RetryPolicy"),
    ("http", "x", r"http must be an aiohttp.ClientSession; got 'x'$"),
    ("http", ScriptedTransport, "http must be an aiohttp.ClientSession; got <class"),
    ("transport", ScriptedTransport, "got the class ScriptedTransport, make an object of it"),
    ("transport", "x", r"transport must be an object .* Transport; got 'x', which has no send\(\)$"),
    ("clock", "x", r"clock must be an object .* Clock; got 'x', which has no monotonic\(\)$"),
    ("clock", RealClock, "got the class RealClock, make an object of it"),
    ("rate_limit", 5, r"rate_limit must be a RateLimit, .* got 5, which has no acquire\(\)$"),
    ("rate_limit", LocalRateLimiter, "got the class LocalRateLimiter, make an object of it"),
    ("max_connections", "5", "max_connections must be a whole number, got '5'"),
    ("timeout", 5, r"there is no option timeout \(got timeout=5\); did you mean timeouts\?$"),
    ("retries", 5, r"there is no option retries \(got retries=5\); did you mean retry\?$"),
    ("ratelimit", 5, r"did you mean rate_limit\?$"),
    ("verify", False, r"there is no option verify \(got verify=False\); the options are .*clock, http, "),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
@pytest.mark.parametrize("shared", [False, True], ids=["own credentials", "shared credentials"])
def test_a_wrong_option_is_named_when_the_client_is_made(
    rig: Rig, shared: bool, name: str, value: Any, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        if shared:
            rig.client_class.from_auth(auth_of(rig), **{name: value})
        else:
            rig.at(URL, **{name: value})
    assert caught.value.outcome == "not_sent"
    assert rig.credentials[1] not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeouts": 5}, "timeouts must be a Timeouts"),
        ({"retry": 3}, "retry must be a RetryPolicy"),
        ({"lane": "fast"}, "lane must be 'interactive' or 'bulk'"),
        ({"timeout": 5}, r"there is no option timeout \(got timeout=5\); did you mean timeouts\?"),
        ({"max_connections": 5}, "the options are lane, observers, retry, timeouts"),
    ],
)
def test_a_view_looks_at_its_options_too(rig: Rig, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        rig.at(URL).with_options(**options)


@pytest.mark.parametrize("wrong", ["5", -1, True, None])
@virtual
async def test_the_grace_of_closing_is_a_number(wrong: Any) -> None:
    async with client_over(ScriptedTransport(default=answer())) as client:
        with pytest.raises(ConfigError, match="grace must be a number of at least 0"):
            await client.aclose(wrong)
        await client.agents.delete("AG1")


def test_credentials_look_at_their_clock(rig: Rig) -> None:
    with pytest.raises(ConfigError, match="clock must be an object with the methods of Clock"):
        auth_of(rig, clock="x")


def test_shared_credentials_are_those_of_the_vendor(rig: Rig) -> None:
    other = RIGS["itniotech" if rig.vendor == "stringee" else "stringee"]
    for wrong in (other.credentials[1], None, auth_of(other)):
        with pytest.raises(ConfigError, match=f"auth must be a .*Auth, got {type(wrong).__name__}") as caught:
            rig.client_class.from_auth(wrong)
        assert other.credentials[1] not in str(caught.value)


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_variable_never_means_the_default(
    rig: Rig, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set_variables(rig, monkeypatch):
        with monkeypatch.context() as changed:
            changed.setenv(name, empty)
            with pytest.raises(ConfigError, match=f"{name} is set but empty"):
                rig.client_class.from_env()
    assert rig.client_class.from_env()


@each("urls")
def test_a_variable_that_an_option_replaces_is_not_read(
    rig: Rig, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variables(rig, monkeypatch)
    monkeypatch.setenv(rig.urls[name][0], "")
    rig.client_class.from_env(**{name: URL})
