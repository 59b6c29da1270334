"""A secret shows itself to no one."""

from __future__ import annotations

import copy
import logging
import pickle

import pytest

from stringee_async.core.secrets import Secret

CANARY = "canary-secret-0123456789"


def test_a_secret_does_not_show() -> None:
    secret = Secret(CANARY)
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s %r", (secret, secret), None)
    for text in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>20}",
        record.getMessage(),
        repr([secret]),
    ):
        assert CANARY not in text
        assert "***" in text
    assert secret.reveal() == CANARY
    assert not hasattr(secret, "__dict__")


def test_a_secret_cannot_be_pickled() -> None:
    secret = Secret(CANARY)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled") as caught:
            pickle.dumps({"key": secret}, protocol)
        assert CANARY not in str(caught.value)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_secrets_are_equal_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"
