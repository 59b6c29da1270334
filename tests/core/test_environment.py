"""Settings in environment variables, and what is told about those that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.environment import read_variables, switch
from stringee_async.core.errors import ConfigError
from stringee_async.core.secrets import Secret

KEY = "a-key-secret-of-at-least-32-bytes"
SETTINGS: dict[Any, dict[str, str]] = {
    StringeeClient: {
        "STRINGEE_KEY_SID": "SKx",
        "STRINGEE_KEY_SECRET": KEY,
        "STRINGEE_ICC_URL": "http://emulator:8700",
    },
    RingMeClient: {
        "RINGME_CLIENT_ID": "app",
        "RINGME_CLIENT_SECRET": KEY,
        "RINGME_URL": "http://emulator:8700",
    },
    ItniotechClient: {
        "ITNIOTECH_API_KEY": "key",
        "ITNIOTECH_API_SECRET": KEY,
        "ITNIOTECH_URL": "http://emulator:8700",
    },
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_missing_variable_is_named_at_once(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No one sets one variable after the other to find the next."""
    for name in SETTINGS[kind]:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigError) as caught:
        kind.from_env()
    required = [name for name in SETTINGS[kind] if "URL" not in name or kind is RingMeClient]
    assert all(name in caught.value.message for name in required)
    assert "are not set" in caught.value.message


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_variable_allows_plain_http_in_a_private_network(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `allow_http=True` says, the environment may say too."""
    for name, value in SETTINGS[kind].items():
        monkeypatch.setenv(name, value)
    http = f"{next(iter(SETTINGS[kind])).partition('_')[0]}_ALLOW_HTTP"
    monkeypatch.delenv(http, raising=False)
    with pytest.raises(ConfigError, match=http):
        kind.from_env()
    monkeypatch.setenv(http, "1")
    assert "http://emulator:8700" in repr(kind.from_env()) or kind is RingMeClient
    with pytest.raises(ConfigError, match="must use https"):
        kind.from_env(allow_http=False)
    monkeypatch.delenv(http)
    kind.from_env(allow_http=True)
    with pytest.raises(ConfigError, match="allow_http"):
        kind.from_env(allow_http="yes")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"A": '"x"', "B": "'y'"}, "A and B are written with quotation marks"),
        ({"A": "\ufeffx", "B": "y"}, "A is written behind a byte order mark"),
        ({"\ufeffA": "x", "B": "y"}, "there is a A behind an invisible byte order mark"),
        ({"A": "x", "B": " "}, "B is set but empty"),
        ({"A": "x", "B": "y", "C": ""}, "C is set but empty"),
        ({"A": "", "C": "'zz'"}, "B is not set in the environment; A is set but empty"),
    ],
)
def test_what_an_env_file_leaves_behind_is_recognised(environ: dict[str, str], expected: str) -> None:
    """Quotation marks, byte order marks and empty values are named; no value is shown."""
    with pytest.raises(ConfigError) as caught:
        read_variables(("A", "B"), ("C",), environ)
    assert expected in caught.value.message
    assert "zz" not in caught.value.message


def test_good_variables_come_hidden() -> None:
    """Values may be secrets."""
    found = read_variables(("A",), ("C",), {"A": "it's"})
    assert (list(found), found["A"].reveal()) == (["A"], "it's")
    assert "it's" not in repr(found)


def test_a_switch_is_yes_or_no() -> None:
    """Words that people write are taken; others are no guess."""
    assert [switch("X", Secret(word)) for word in ("1", "true", " Yes", "0", "off")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert switch("X", None) is False
    with pytest.raises(ConfigError, match="X must be 1 or 0"):
        switch("X", Secret("maybe"))
