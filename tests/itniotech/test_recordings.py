"""ITNIO TECH's recordings: behind links that get no credentials, are followed nowhere else, and are shown nowhere."""

from __future__ import annotations

import asyncio
import io
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    ConfigError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RecordingState,
    Response,
    RetryPolicy,
    SdkError,
)
from stringee_async.emulator import Fault
from stringee_async.itniotech import CallRecord, CallRecordPush

from ..kit import ScriptedTransport, answer, virtual
from .rig import centre_of, client_over

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
SOUND = bytes(range(256)) * 2_000
LINK = "https://files.example/7.mp3?key=canary-s3"


def sound() -> Response:
    return Response(status=200, headers={"Content-Type": "audio/mpeg"}, body=SOUND)


async def test_the_recording_of_a_listed_call_is_waited_for_and_saved_over_a_cut_connection(
    tmp_path: Path,
) -> None:
    async with centre_of({"retry": QUICK}) as centre:
        call = centre.state.add_record()
        centre.state.add_recording(call, SOUND, ready_after=3600.0)
        since = datetime.now(UTC) - timedelta(hours=1)
        (record,) = await centre.client.call_records.list(
            since=since, until=since + timedelta(hours=2)
        ).collect()
        recordings = centre.client.recordings
        assert await recordings.state(record) is RecordingState.NOT_YET
        with pytest.raises(NotFoundError, match="not yet"):
            await recordings.save(record, tmp_path / "early.mp3")
        asyncio.get_running_loop().call_later(0.02, centre.state.add_recording, call, SOUND)
        await recordings.wait(record, timeout=60.0)
        centre.script("recordings.save", Fault.reset_mid_body(ending="close"))
        saved = await recordings.save(record, tmp_path / "call.mp3")
        last = centre.emulator.requests[-1]
    assert (tmp_path / "call.mp3").read_bytes() == SOUND
    assert (saved.size, saved.content_type, saved.attempts) == (len(SOUND), "audio/mpeg", 2)
    assert [file.name for file in tmp_path.iterdir()] == ["call.mp3"]
    assert last.headers["Range"].startswith("bytes=")
    assert not {"Sign", "Timestamp", "Api-Key"} & set(last.headers)


@pytest.mark.parametrize(
    "recording", [LINK, CallRecord(voice_url=LINK), CallRecordPush(call_id="c", voice_url=LINK), LINK.replace("https", "http")]
)  # fmt: skip
@virtual
async def test_a_link_is_asked_over_https_without_credentials(recording: Any) -> None:
    transport, held = ScriptedTransport(default=sound()), io.BytesIO()
    async with client_over(transport) as client:
        await client.recordings.save(recording, held)
        assert await client.recordings.state(recording) is RecordingState.READY
    assert held.getvalue() == SOUND
    for request in transport.requests:
        assert request.url == LINK
        assert not {"Sign", "Timestamp", "Api-Key"} & set(request.headers)


@virtual
async def test_a_call_without_a_recording_has_none_and_nothing_is_asked() -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        assert await client.recordings.state(CallRecord()) is RecordingState.NONE
        with pytest.raises(NotFoundError, match="none"):
            await client.recordings.save(CallRecord(), io.BytesIO())
        with pytest.raises(NotFoundError, match="none"):
            await client.recordings.wait(CallRecord())
    assert transport.requests == []


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answer(b"", 404), NotFoundError),
        (answer(b"", 410), NotFoundError),
        (answer(b"<Error>expired</Error>", 403), PermissionDeniedError),
        (answer(b"", 401), PermissionDeniedError),
        (answer(b"", 400), InvalidRequestError),
        (answer(b"", 302, Location="https://third.example/7.mp3"), DecodeError),
    ],
)
@virtual
async def test_an_error_says_why_and_shows_no_link(
    response: Response, kind: type[SdkError], caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is a redirect to another host followed."""
    caplog.set_level(logging.DEBUG)
    transport = ScriptedTransport(default=response)
    async with client_over(transport) as client:
        with pytest.raises(kind) as caught:
            await client.recordings.save(LINK, io.BytesIO())
    assert len(transport.requests) == 1
    assert "canary" not in f"{caught.value} {caught.value!r} {vars(caught.value)} {caplog.text}"


@pytest.mark.parametrize(
    "wrong", ["", "7", "ftp://files.example/7.mp3", "//files.example/7.mp3", 7, None, b"https://x"]
)
@virtual
async def test_what_is_no_link_is_refused_before_anything_is_sent(wrong: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        for call in (client.recordings.state, client.recordings.wait):
            with pytest.raises(ConfigError, match="recording_id"):
                await call(wrong)
        with pytest.raises(ConfigError, match="recording_id"):
            await client.recordings.save(wrong, io.BytesIO())
    assert transport.requests == []
