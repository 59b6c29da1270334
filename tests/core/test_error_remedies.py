"""What is said of each class of error: its cause and what to do next."""

from __future__ import annotations

import pytest

import stringee_async
from stringee_async import ApiError, SdkError
from stringee_async.core.error_remedies import REMEDIES, remedy_of

CLASSES = [
    value
    for value in (getattr(stringee_async, name) for name in stringee_async.__all__)
    if isinstance(value, type) and issubclass(value, SdkError)
]


def test_every_class_that_the_package_exports_has_a_remedy_of_its_own() -> None:
    assert set(CLASSES) == set(REMEDIES)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_cause_and_a_step_are_there_in_the_form_of_a_message(kind: type[SdkError]) -> None:
    """They stand behind a semicolon in messages, so they end without a full stop."""
    for text in (REMEDIES[kind].cause, REMEDIES[kind].step):
        assert len(text) > 15
        assert text[-1] not in ".;:, "
        assert text[0].islower()


def test_a_class_of_a_users_own_has_what_the_class_above_it_has() -> None:
    class TeapotError(ApiError):
        """It is a teapot."""

    assert remedy_of(TeapotError) is REMEDIES[ApiError]
