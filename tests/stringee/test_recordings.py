"""Recordings of Stringee: not yet, none, ready; saved over cut connections, at no more than 30 requests a minute."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stringee_async import (
    AuthError,
    DeadlineError,
    NotFoundError,
    RateLimitedError,
    RecordingState,
    RetryPolicy,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.emulator import Fault

from ..kit import Play, RawServer, ScriptedTransport, answer, canned, client_over, split, virtual
from ..kit.emulated import HastyClock, emulated

SOUND = bytes(range(256)) * 2_000
QUICK = RetryPolicy(base=0.0, throttle_base=0.001)


def sound(body: bytes, kind: str = "audio/mpeg", status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("play", "state"),
    [
        (sound(SOUND), "ready"),
        (sound(b"RIFF", "audio/wav"), "ready"),
        (sound(SOUND, "application/octet-stream"), "ready"),
        (sound(b"not ready", "application/octet-stream"), "not yet"),
        (canned(b'{"r":1,"msg":"converting"}'), "not yet"),
        (canned(b"", "404 Not Found"), "not yet"),
        (canned(b"", "400 Bad Request"), "none"),
    ],
)
async def test_the_state_of_a_recording(play: bytes, state: str) -> None:
    """A success of a few bytes that is not called audio is what the host says before the file is ready."""
    async with RawServer(play) as server, StringeeClient(**server.client) as client:
        assert await client.recordings.state("call-vn-1-X-1") == state
        method, target, headers, _ = split(server.requests[0])
    assert (method, target) == ("GET", "/v1/call/recording/call-vn-1-X-1")
    assert headers["accept"] == "*/*"
    assert "x-stringee-auth" in headers


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        (canned(b'{"r":5,"message":"keySid invalid"}', "403 Forbidden"), AuthError),
        (canned(b"{}", "429 Too Many Requests", "retry-after: 3600"), RateLimitedError),
    ],
)
async def test_other_refusals_are_errors_of_the_call(play: Play, kind: type[SdkError]) -> None:
    async with RawServer(default=play) as server, StringeeClient(**server.client) as client:
        with pytest.raises(kind):
            await client.recordings.state("c")


async def test_a_recording_is_waited_for_and_saved_over_a_cut_connection(tmp_path: Path) -> None:
    async with emulated(StringeeClient, {"retry": QUICK, "clock": HastyClock()}) as site:
        early = site.state.add_call(1, recording=SOUND, ready_after=60.0)
        call = site.state.add_call(1, recording=SOUND, ready_after=0.02)
        recordings = site.client.recordings
        assert await recordings.state(early) is RecordingState.NOT_YET
        with pytest.raises(NotFoundError, match="not yet"):
            await recordings.save(early, tmp_path / "early.mp3")
        await recordings.wait(call, timeout=60.0)
        site.script("recordings.save", Fault.reset_mid_body(ending="close"))
        saved = await recordings.save(call, tmp_path / "call.mp3")
        assert (tmp_path / "call.mp3").read_bytes() == SOUND
        assert (saved.size, saved.content_type, saved.attempts) == (len(SOUND), "audio/mpeg", 2)
        assert [file.name for file in tmp_path.iterdir()] == ["call.mp3"]
        assert site.emulator.requests[-1].headers["Range"].startswith("bytes=")


async def test_what_was_not_recorded_is_not_waited_for() -> None:
    async with emulated(StringeeClient) as site:
        call = site.state.add_call(1)
        assert await site.client.recordings.state(call) is RecordingState.NONE
        with pytest.raises(NotFoundError, match="none"):
            await site.client.recordings.wait(call)
        with pytest.raises(DeadlineError):
            await site.client.recordings.wait("no-such-call", timeout=1.0)


async def test_what_a_record_names_can_be_saved() -> None:
    async with emulated(StringeeClient) as site:
        site.state.add_call(1_000_000_000_000, recording=SOUND)
        listing = site.client.call_records.list(
            since=datetime(2001, 9, 9, tzinfo=UTC), until=datetime(2001, 9, 10, tzinfo=UTC)
        )
        (record,) = await listing.collect()
        held = io.BytesIO()
        assert record.recording_id is not None
        await site.client.recordings.save(record.recording_id, held)
        assert held.getvalue() == SOUND


@virtual
async def test_at_most_30_downloads_begin_in_a_minute() -> None:
    """And no other call waits for them."""
    transport = ScriptedTransport(default=answer(SOUND, 200, Content_Type="audio/mpeg"))
    async with client_over(transport, timeouts=Timeouts(total=None)) as client:
        saving = asyncio.gather(*(client.recordings.save(f"c{n}", io.BytesIO()) for n in range(100)))
        await asyncio.sleep(5.0)
        begun = asyncio.get_running_loop().time()
        transport.steps = [answer()]
        await client.agents.delete("A1")
        assert asyncio.get_running_loop().time() == begun
        await saving
    times = [
        t
        for t, r in zip(transport.times, transport.requests, strict=True)
        if r.operation == "recordings.save"
    ]
    assert len(times) == 100
    assert max(sum(one <= other < one + 60.0 for other in times) for one in times) <= 30
