"""A row of a vendor's table of codes."""

from __future__ import annotations

import attrs
import pytest

from stringee_async import ConflictError
from stringee_async.core.code_meaning import Meaning


def test_a_row_says_what_its_error_is_and_leaves_the_rest_to_the_class() -> None:
    meaning = Meaning(ConflictError, "an agent is on a call")
    assert (meaning.hint, meaning.step, meaning.cause) == ("", None, "")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        meaning.text = "another"  # type: ignore[misc]
