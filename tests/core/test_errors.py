"""The errors: what they say, what they keep to themselves, and whether the call may be repeated."""

from __future__ import annotations

import re

import pytest

from stringee_async.core import errors
from stringee_async.core.errors import (
    ApiError,
    ConfigError,
    RateLimitedError,
    Repeat,
    SdkError,
)
from stringee_async.core.retry_class import RetryClass

from ..kit.error_tree import error_tree


def test_the_drawing_equals_the_classes() -> None:
    """The tree in the module's docstring is the tree of the classes."""
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in str(errors.__doc__).splitlines():
        found = re.fullmatch(r"( +)(\w+Error)", line)
        if found:
            depth, name = len(found[1]), found[2]
            above = [(far, parent) for far, parent in above if far < depth]
            drawn[name] = above[-1][1] if above else "Exception"
            above.append((depth, name))
    assert drawn == {name: kind.__bases__[0].__name__ for name, kind in error_tree().items()}


REPEATS = {
    "NotSentError": Repeat.ALWAYS,
    "RateLimitedError": Repeat.ALWAYS,
    "OutcomeUnknownError": Repeat.IF_IDEMPOTENT,
    "DecodeError": Repeat.IF_IDEMPOTENT,
    "ServerError": Repeat.IF_IDEMPOTENT,
}


@pytest.mark.parametrize("name", sorted(error_tree()))
def test_each_class_says_when_its_call_may_be_repeated(name: str) -> None:
    """The rule of every class, and what it means for reads, writes and creates, is the one documented."""
    kind = error_tree()[name]
    rule = REPEATS.get(name, Repeat.NEVER)
    assert kind.repeat is rule
    error = kind()
    idempotent = rule is not Repeat.NEVER
    assert error.may_repeat(RetryClass.READ) is idempotent
    assert error.may_repeat(RetryClass.IDEMPOTENT_WRITE) is idempotent
    assert error.may_repeat(RetryClass.CREATE) is (rule is Repeat.ALWAYS)
    assert error.retryable is (rule is Repeat.ALWAYS)  # nothing is known of the operation
    assert not kind(outcome="unknown").retryable


OUTCOMES = {
    "ConfigError": "not_sent",
    "ClosedError": "not_sent",
    "NotSentError": "not_sent",
    "CertificateError": "not_sent",
    "ProxyError": "not_sent",
    "OutcomeUnknownError": "unknown",
    "DecodeError": "unknown",
    "ServerError": "unknown",
    "PlanError": "not_sent",
    "GuardError": "not_sent",
    "StalePlanError": "not_sent",
}


@pytest.mark.parametrize("name", sorted(error_tree()))
def test_each_class_says_what_the_vendor_did(name: str) -> None:
    """`outcome` is not_sent, refused, unknown, or None where the question does not arise."""
    kind = error_tree()[name]
    expected = OUTCOMES.get(name, "refused" if issubclass(kind, ApiError) else None)
    assert kind().outcome == expected


@pytest.mark.parametrize("name", sorted(error_tree()))
def test_each_class_has_a_sentence_of_its_own(name: str) -> None:
    """Without a message an error says its class's first line."""
    kind = error_tree()[name]
    assert kind().message == str(kind.__doc__).splitlines()[0]
    assert kind.__doc__
    assert isinstance(kind(), SdkError)


def test_a_config_error_is_a_value_error() -> None:
    """Wrong arguments can be caught the usual way."""
    assert issubclass(ConfigError, ValueError)


def test_the_reset_of_a_quota_is_the_wait_that_was_asked_for() -> None:
    assert RateLimitedError(retry_after=2.5).reset_after == 2.5
    assert RateLimitedError().reset_after is None
