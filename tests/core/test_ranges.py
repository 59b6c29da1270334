"""Parts of a download: which one a response holds, and what tells that a later one is of the same bytes."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from stringee_async import DecodeError, Headers, TransportError
from stringee_async.core.ranges import Part, check_end, fit, part_of, validator_of
from stringee_async.core.saving import sink_of
from stringee_async.core.streamed import StreamedResponse


def response(status: int = 206, headers: dict[str, str] | None = None) -> StreamedResponse:
    """Return a response without a body."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b""

    return StreamedResponse(status, Headers(headers or {}), pieces())


@pytest.mark.parametrize(
    ("status", "stated", "part"),
    [
        (206, "bytes 5-9/10", Part(5, 10)),
        (206, " Bytes 5-9/* ", Part(5, 0)),
        (206, "", None),
        (206, "items 5-9/10", None),
        (206, f"bytes {10**18}-9/10", None),
        (200, "bytes 5-9/10", None),
    ],
)
def test_which_part_a_response_holds(status: int, stated: str, part: Part | None) -> None:
    assert part_of(response(status, {"Content-Range": stated})) == part


@pytest.mark.parametrize(
    ("status", "part", "received", "kept"),
    [
        (200, None, 0, 0),
        (200, None, 3, 0),
        (206, None, 0, 0),
        (206, Part(0, 9), 3, 0),
        (206, Part(3, 9), 3, 3),
    ],
)
async def test_what_was_received_ends_where_a_response_begins(
    status: int, part: Part | None, received: int, kept: int, tmp_path: Path
) -> None:
    async with sink_of(tmp_path / "a.mp3") as sink:
        await sink.write(b"a" * received)
        await fit(response(status), part, sink)
        assert sink.size == kept


@pytest.mark.parametrize(("part", "received"), [(Part(5, 10), 0), (Part(5, 10), 3), (None, 3)])
async def test_another_part_than_the_one_asked_for_is_refused(part: Part | None, received: int) -> None:
    async with sink_of(io.BytesIO()) as sink:
        await sink.write(b"a" * received)
        with pytest.raises(TransportError, match="another part"):
            await fit(response(), part, sink)


async def test_a_target_that_cannot_begin_again_is_said_so() -> None:
    async with sink_of(io.BytesIO()) as sink:
        await sink.write(b"a")
        with pytest.raises(DecodeError, match="give a path"):
            await fit(response(200), None, sink)


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"ETag": '"a"'}, '"a"'),
        ({"ETag": 'W/"a"', "Last-Modified": "yesterday"}, "yesterday"),
        ({"ETag": '"a"', "Accept-Ranges": "None"}, ""),
        ({}, ""),
    ],
)
def test_what_tells_that_bytes_are_the_same(headers: dict[str, str], validator: str) -> None:
    assert validator_of(response(headers=headers)) == validator


@pytest.mark.parametrize(
    ("part", "whole"), [(None, True), (Part(0, 0), True), (Part(0, 3), True), (Part(0, 4), False)]
)
async def test_a_part_that_ends_before_the_whole_is_not_the_end(part: Part | None, whole: bool) -> None:
    async with sink_of(io.BytesIO()) as sink:
        await sink.write(b"abc")
        if whole:
            check_end(part, sink)
        else:
            with pytest.raises(TransportError, match="the host sent 3 of 4 bytes"):
                check_end(part, sink)
