"""JSON with something in it that is none is repaired: one bad value costs that value, in time that grows with the text."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.core.errors import DecodeError
from stringee_async.core.json_codec import loads, rows
from stringee_async.stringee.agents import LOADER as AGENTS
from stringee_async.stringee.agents import Agent

from ..kit.rows import load


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": [1, 2, ], }', {"a": [1, 2]}),
        (b'{"a": ",}", "b": "\\",]", }', {"a": ",}", "b": '",]'}),
        (b'\xef\xbb\xbf{"a": 1,\n}', {"a": 1}),
        (b"7", 7),
    ],
)
def test_the_vendors_own_slips_are_forgiven(data: bytes, expected: Any) -> None:
    """A byte order mark and trailing commas occur in the vendor's samples; text in quotes is not touched."""
    assert loads(data) == expected


def test_rows_and_fields_of_a_mended_answer_can_be_read() -> None:
    """Trailing commas inside rows do not hurt a listing."""
    [row] = rows(b'[{"id": "A", "x": [1,], },]')
    agent = AGENTS.load(row)
    assert isinstance(agent, Agent)
    assert agent.extra == {"x": [1]}
    agent = load(b'{"id": "A", "x": 1,}')
    assert agent.extra == {"x": 1}


@pytest.mark.parametrize(
    "data", [b'{"a": "' + b'\\"' * 1_000_000, b'["' * 500_000, b"," * 1_000_000, b'"\\' * 500_000]
)
def test_mending_takes_linear_time(data: bytes) -> None:
    """A hostile response of a megabyte cannot keep the loop busy: quadratic work here would take hours."""
    with pytest.raises(DecodeError):
        loads(data)
