"""JSON in and out, whatever is in it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stringee_async.core.errors import DecodeError
from stringee_async.core.json_codec import encode, loads, rows, shallow

from ..kit.rows import JSON


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"{", b"nope", b"NaN", b"[Infinity]", b'{"a": -Infinity}', b'{"a": NaN}', b'"\xff"', b"\xff",
        b"[1 2]", b'{"a" 1}', b"01", b'"\\x"', b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000,
        b"[1]]", b"{'a': 1}", b'{"a": [NaN}]}', b'[{"a": NaN]', b"[{NaN}, ]1", b'["a" NaN', b"{NaN}", b"\x00", b'"a\nb"',
    ],
)  # fmt: skip
def test_what_is_not_json_is_a_decode_error(data: bytes) -> None:
    """Broken, empty, too deep, not UTF-8, NaN and Infinity: each is a DecodeError and nothing else."""
    for decode in (loads, shallow, rows):
        with pytest.raises(DecodeError) as caught:
            decode(data)
        assert caught.value.paths == ("$",)
        assert caught.value.__cause__ is None
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_answer_is_called_empty(data: bytes) -> None:
    with pytest.raises(DecodeError, match="is empty"):
        loads(data)


@pytest.mark.parametrize(
    ("decode", "data"), [(shallow, b"[]"), (shallow, b"1"), (rows, b"{}"), (rows, b"null")]
)
def test_another_shape_is_a_decode_error(decode: Callable[[bytes], Any], data: bytes) -> None:
    """An array is no object and the other way round, mended or not."""
    for text in (data, b"\xef\xbb\xbf" + data):
        with pytest.raises(DecodeError, match="promised shape"):
            decode(text)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ 1ae\n').map(str.encode))
def test_no_answer_escapes_the_error_tree(data: bytes) -> None:
    """Whatever bytes come, decoding returns or raises a DecodeError."""
    for decode in (loads, shallow, rows):
        with contextlib.suppress(DecodeError):
            decode(data)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(JSON)
def test_encode_and_loads_are_inverse(value: Any) -> None:
    """What is written is read back the same."""
    assert loads(encode(value)) == value
