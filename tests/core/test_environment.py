"""Settings in environment variables, and what is told about those that are wrong."""

from __future__ import annotations

import pytest

from stringee_async.core.environment import read_variables, switch
from stringee_async.core.errors import ConfigError
from stringee_async.core.secrets import Secret

from ..conformance.rig import Rig
from .rig import set_variables


def test_every_missing_variable_is_named_at_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """No one sets one variable after the other to find the next."""
    for name in set_variables(rig, monkeypatch):
        monkeypatch.delenv(name)
    with pytest.raises(ConfigError, match="are not set") as caught:
        rig.client_class.from_env()
    required = [*rig.variables, *(name for name, default in rig.urls.values() if not default)]
    assert all(name in caught.value.message for name in required)


def test_a_variable_allows_plain_http_in_a_private_network(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(rig, monkeypatch, url="http://emulator:8700")
    http = f"{rig.vendor.upper()}_ALLOW_HTTP"
    monkeypatch.delenv(http, raising=False)
    from_env = rig.client_class.from_env
    with pytest.raises(ConfigError, match=http):
        from_env()
    monkeypatch.setenv(http, "1")
    assert "http://emulator:8700" in repr(from_env())
    with pytest.raises(ConfigError, match="must use https"):
        from_env(allow_http=False)
    monkeypatch.delenv(http)
    from_env(allow_http=True)
    with pytest.raises(ConfigError, match="allow_http"):
        from_env(allow_http="yes")


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
    assert all(switch("X", Secret(word)) is True for word in ("1", "true", " Yes"))
    assert all(switch("X", Secret(word)) is False for word in ("0", "off"))
    assert switch("X", None) is False
    with pytest.raises(ConfigError, match="X must be 1 or 0"):
        switch("X", Secret("maybe"))
