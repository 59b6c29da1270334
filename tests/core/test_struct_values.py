"""Classes that are stored as structs: none whose code would not run."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from stringee_async.core.model import Model, as_struct


@pytest.mark.parametrize(
    "field",
    [
        attrs.field(default="", validator=attrs.validators.instance_of(str)),
        attrs.field(default="", converter=str.strip),
        attrs.field(factory=str),
    ],
)
def test_a_model_whose_code_would_not_run_cannot_be_read(field: Any) -> None:
    """No code of a model runs when rows are read, so a model that relies on it is refused when its loader is made."""
    kind = attrs.make_class("Checked", {"text": field}, bases=(Model,), frozen=True, slots=True)
    with pytest.raises(TypeError, match=r"Checked\.text"):
        as_struct(kind)
