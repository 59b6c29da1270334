"""Rules of a client's options: each is looked at when the client is made, and no variable is silently ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import ConfigError, ItniotechClient, RetryPolicy, RingMeClient, StringeeClient
from stringee_async.core.client import Client
from stringee_async.core.clock import RealClock
from stringee_async.core.ratelimit import LocalRateLimiter
from stringee_async.itniotech.auth import ItniotechAuth
from stringee_async.ringme.auth import RingMeAuth
from stringee_async.stringee.auth import StringeeAuth

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, virtual

URL = "https://pbx.example"
MAKE: dict[str, Callable[..., Client]] = {
    "stringee": lambda **options: StringeeClient(KEY_SID, KEY_SECRET, **options),
    "ringme": lambda **options: RingMeClient("app", KEY_SECRET, **{"url": URL, **options}),
    "itniotech": lambda **options: ItniotechClient("key", KEY_SECRET, **options),
    "stringee, shared": lambda **options: StringeeClient.from_auth(
        StringeeAuth(KEY_SID, KEY_SECRET), **options
    ),
    "ringme, shared": lambda **options: RingMeClient.from_auth(
        RingMeAuth("app", KEY_SECRET, url=URL), **options
    ),
    "itniotech, shared": lambda **options: ItniotechClient.from_auth(
        ItniotechAuth("key", KEY_SECRET), **options
    ),
}

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
@pytest.mark.parametrize("make", MAKE)
def test_a_wrong_option_is_named_when_the_client_is_made(
    make: str, name: str, value: Any, message: str
) -> None:
    """Every client refuses a wrong or misspelt option at once, naming it, its value and the nearest that exists."""
    with pytest.raises(ConfigError, match=message) as caught:
        MAKE[make](**{name: value})
    assert caught.value.outcome == "not_sent"
    assert KEY_SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeouts": 5}, "timeouts must be a Timeouts"),
        ({"retry": 3}, "retry must be a RetryPolicy"),
        ({"lane": "fast"}, "lane must be 'interactive' or 'bulk'"),
        ({"timeout": 5}, r"there is no option timeout \(got timeout=5\); did you mean timeouts\?"),
        ({"max_connections": 5}, "the options are lane, retry, timeouts"),
    ],
)
@pytest.mark.parametrize("make", ["stringee", "ringme", "itniotech"])
def test_a_view_looks_at_its_options_too(make: str, options: dict[str, Any], message: str) -> None:
    """`with_options` refuses what is wrong or does not exist, like the client."""
    with pytest.raises(ConfigError, match=message):
        MAKE[make]().with_options(**options)


@pytest.mark.parametrize("wrong", ["5", -1, True, None])
@virtual
async def test_the_grace_of_closing_is_a_number(wrong: Any) -> None:
    """`aclose` refuses a grace that is no number of at least 0, and the client stays open."""
    async with client_over(ScriptedTransport(default=answer())) as client:
        with pytest.raises(ConfigError, match="grace must be a number of at least 0"):
            await client.aclose(wrong)
        await client.agents.delete("AG1")


@pytest.mark.parametrize("kind", [StringeeAuth, RingMeAuth, ItniotechAuth])
def test_credentials_look_at_their_clock(kind: Any) -> None:
    """A clock that is none is refused where the credentials are made."""
    options = {"url": URL} if kind is RingMeAuth else {}
    with pytest.raises(ConfigError, match="clock must be an object with the methods of Clock"):
        kind("app", KEY_SECRET, clock="x", **options)


@pytest.mark.parametrize("client", [StringeeClient, RingMeClient, ItniotechClient])
def test_shared_credentials_are_those_of_the_vendor(client: Any) -> None:
    """`from_auth` refuses a text, or the credentials of another vendor, and shows neither."""
    other = (
        ItniotechAuth("key", KEY_SECRET) if client is StringeeClient else StringeeAuth(KEY_SID, KEY_SECRET)
    )
    for wrong in (KEY_SECRET, None, other):
        with pytest.raises(ConfigError, match=f"auth must be a .*Auth, got {type(wrong).__name__}") as caught:
            client.from_auth(wrong)
        assert KEY_SECRET not in str(caught.value)


VARIABLES: dict[Any, dict[str, str]] = {
    StringeeClient: {
        "STRINGEE_KEY_SID": KEY_SID,
        "STRINGEE_KEY_SECRET": KEY_SECRET,
        "STRINGEE_ICC_URL": URL,
        "STRINGEE_API_URL": URL,
    },
    RingMeClient: {"RINGME_CLIENT_ID": "app", "RINGME_CLIENT_SECRET": KEY_SECRET, "RINGME_URL": URL},
    ItniotechClient: {"ITNIOTECH_API_KEY": "key", "ITNIOTECH_API_SECRET": KEY_SECRET, "ITNIOTECH_URL": URL},
}


@pytest.mark.parametrize("empty", ["", " ", "\t"])
@pytest.mark.parametrize(
    ("client", "name"), [(client, name) for client, variables in VARIABLES.items() for name in variables]
)
def test_an_empty_variable_never_means_the_default(
    client: Any, name: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is set but empty is refused by name, so that a test never talks to the real host."""
    for variable, value in VARIABLES[client].items():
        monkeypatch.setenv(variable, value)
    assert client.from_env()
    monkeypatch.setenv(name, empty)
    with pytest.raises(ConfigError, match=f"{name} is set but empty"):
        client.from_env()


@pytest.mark.parametrize(
    ("client", "option", "name"),
    [
        (StringeeClient, "icc_url", "STRINGEE_ICC_URL"),
        (StringeeClient, "api_url", "STRINGEE_API_URL"),
        (RingMeClient, "url", "RINGME_URL"),
        (ItniotechClient, "url", "ITNIOTECH_URL"),
    ],
)
def test_a_variable_that_an_option_replaces_is_not_read(
    client: Any, option: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that is given goes before its variable, whatever that holds."""
    for variable, value in VARIABLES[client].items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv(name, "")
    client.from_env(**{option: URL})
