"""Recordings: saved whole or not at all, in flat memory, again from where they broke off, never over a stranger's host."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from stringee_async import (
    ConfigError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    Request,
    Response,
    RetryClass,
    RetryPolicy,
    SdkError,
    ServerError,
    StringeeClient,
    TransportError,
)
from stringee_async.core.recordings import LinkedRecordings, Place, Recordings, RecordingState
from stringee_async.stringee.refusals import refusal

from ..kit import Play, RawServer, ScriptedTransport, answer, canned, client_over, split, then, until, virtual
from .rig import ONCE

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
SOUND = bytes(range(256)) * 4_000
NOT_YET = canned(b"", "404 Not Found")


class Vendors(Recordings):
    """What a vendor adds: where a recording is, and what its refusals mean."""

    async def _place(self, recording_id: str) -> Place:
        request = Request(
            operation="recordings.save",
            method="GET",
            path="/v1/recording/{recording_id}",
            url=f"{self._host.url}/v1/recording/{recording_id}",
            retry_class=RetryClass.READ,
        )
        return Place(request)

    def _state_of(self, response: Response) -> RecordingState | None:
        return {404: RecordingState.NOT_YET, 400: RecordingState.NONE, 410: RecordingState.GONE}.get(
            response.status
        )

    def _refuse(self, response: Response) -> NoReturn:
        raise refusal(response)


@asynccontextmanager
async def served(*plays: Play, **options: Any) -> AsyncGenerator[tuple[RawServer, Vendors]]:
    async with RawServer(*plays) as server:
        async with StringeeClient(**{**server.client, "retry": QUICK, **options}) as client:
            yield server, Vendors(client.agents._host)


def sound(body: bytes = SOUND, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: audio/mpeg", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def headers_of(request: bytes) -> dict[str, str]:
    return split(request)[2]


# -- state ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("play", "state"),
    [(sound(), "ready"), (sound(b"1234", status="206 Partial Content"), "ready"), (NOT_YET, "not yet"),
     (canned(b'{"r":1,"msg":"still converting"}'), "not yet"), (canned(b"", "400 Bad Request"), "none"),
     (canned(b"", "410 Gone"), "gone")],
)  # fmt: skip
async def test_the_state_of_a_recording(play: bytes, state: str) -> None:
    async with served(play) as (server, recordings):
        assert await recordings.state("R1") == state
    assert len(server.requests) == 1


async def test_what_says_nothing_of_the_recording_is_an_error_of_the_call() -> None:
    async with served(canned(b'{"r":-1,"message":"permission denied"}', "403 Forbidden")) as (_, recordings):
        with pytest.raises(PermissionDeniedError):
            await recordings.state("R1")


# -- saving -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [['ETag: "a"'], ["Last-Modified: Sat, 28 Nov 2026 00:00:00 GMT"]])
async def test_a_download_goes_on_where_it_broke_off(tmp_path: Path, headers: list[str]) -> None:
    """Range with If-Range, twice; the file holds each byte once."""
    first, second = 300_000, 700_000
    plays: list[Play] = [
        then(sound(SOUND, *headers)[: first - len(SOUND)]),
        then(sound(SOUND[first:], *headers, f"Content-Range: bytes {first}-{len(SOUND) - 1}/{len(SOUND)}",
                   status="206 Partial Content")[: second - len(SOUND)]),
        sound(SOUND[second:], *headers, f"Content-Range: bytes {second}-{len(SOUND) - 1}/{len(SOUND)}",
              status="206 Partial Content"),
    ]  # fmt: skip
    async with served(*plays) as (server, recordings):
        saved = await recordings.save("R1", tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    assert saved.attempts == 3
    asked = [headers_of(request).get("range") for request in server.requests]
    assert asked == [None, f"bytes={first}-", f"bytes={second}-"]
    assert headers_of(server.requests[1])["if-range"] == headers[0].split(": ")[1]


@pytest.mark.parametrize(
    ("headers", "again"),
    [([], None), (['ETag: W/"a"'], None), (['ETag: "a"', "Accept-Ranges: none"], None), (['ETag: "a"'], "bytes=300000-")],
)  # fmt: skip
async def test_a_host_that_cannot_go_on_begins_again(
    tmp_path: Path, headers: list[str], again: str | None
) -> None:
    """No strong validator, no ranges, or another version meanwhile: no byte of the first download stays."""
    other = bytes(len(SOUND))
    async with served(then(sound(SOUND, *headers)[: 300_000 - len(SOUND)]), sound(other)) as (
        server,
        recordings,
    ):
        await recordings.save("R1", tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == other
    assert headers_of(server.requests[1]).get("range") == again


@pytest.mark.parametrize("stated", ["Content-Range: bytes 5-9/10", "Content-Range: none", "X: no range"])
async def test_a_part_that_begins_elsewhere_has_the_whole_asked_for(tmp_path: Path, stated: str) -> None:
    tag = 'ETag: "a"'
    wrong = sound(SOUND[5:], tag, stated, status="206 Partial Content")
    plays = [then(sound(SOUND, tag)[: 300_000 - len(SOUND)]), wrong, sound(SOUND, tag)]
    async with served(*plays) as (server, recordings):
        saved = await recordings.save("R1", tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    assert saved.attempts == 3
    asked = [headers_of(request).get("range") for request in server.requests]
    assert asked == [None, "bytes=300000-", None]


async def test_a_part_that_nothing_was_asked_of_is_no_recording(tmp_path: Path) -> None:
    wrong = sound(SOUND[5:], "Content-Range: bytes 5-9/10", status="206 Partial Content")
    async with served(wrong) as (_, recordings):
        with pytest.raises(TransportError, match="another part"):
            await recordings.save("R1", tmp_path / "a.mp3")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("length", ["1024000", "*"])
async def test_a_host_that_sends_less_than_was_asked_for_is_asked_for_the_rest(
    tmp_path: Path, length: str
) -> None:
    """Without the length of the whole, its part counts as the rest."""
    tag, first, second = 'ETag: "a"', 300_000, 700_000
    end = second if length != "*" else len(SOUND)
    plays = [
        then(sound(SOUND, tag)[: first - len(SOUND)]),
        sound(SOUND[first:end], tag, f"Content-Range: bytes {first}-{end - 1}/{length}", status="206 Partial Content"),
        sound(SOUND[second:], tag, f"Content-Range: bytes {second}-{len(SOUND) - 1}/{len(SOUND)}",
              status="206 Partial Content"),
    ]  # fmt: skip
    async with served(*plays) as (server, recordings):
        await recordings.save("R1", tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    assert len(server.requests) == (2 if length == "*" else 3)


async def test_a_host_that_has_no_more_bytes_is_asked_for_the_whole(tmp_path: Path) -> None:
    """All bytes had come, and the end of the response was lost."""
    cut = (
        b'HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nETag: "a"\r\nTransfer-Encoding: chunked\r\n\r\n'
        b"%x\r\n%b\r\n" % (len(SOUND), SOUND)
    )
    async with served(then(cut), canned(b"", "416 Range Not Satisfiable"), sound()) as (server, recordings):
        await recordings.save("R1", tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    asked = [headers_of(request).get("range") for request in server.requests]
    assert asked == [None, f"bytes={len(SOUND)}-", None]


async def test_a_writer_cannot_begin_again() -> None:
    """What was written cannot be taken back: an error, unless nothing was."""
    held = io.BytesIO()
    async with served(then(sound()[: 300_000 - len(SOUND)]), sound()) as (_, recordings):
        with pytest.raises(DecodeError, match="begins again"):
            await recordings.save("R1", held)
    held = io.BytesIO()
    async with served(then(sound()[: -len(SOUND)]), sound(), retry=QUICK) as (_, recordings):
        with pytest.raises(SdkError):
            await recordings.save("R1", held)
    assert held.getvalue() == b""


async def test_a_refusal_in_the_middle_is_not_repeated(tmp_path: Path) -> None:
    """The connection broke, and the host then refuses for good: the session has decided about that already."""
    refused = canned(b'{"r":-1,"message":"permission denied"}', "403 Forbidden")
    plays = [then(sound(SOUND, 'ETag: "a"')[: 300_000 - len(SOUND)]), refused]
    async with served(*plays, retry=QUICK) as (server, recordings):
        with pytest.raises(PermissionDeniedError):
            await recordings.save("R1", tmp_path / "a.mp3")
    assert len(server.requests) == 2
    assert list(tmp_path.iterdir()) == []


async def test_it_gives_up_after_as_many_failures_without_a_byte_as_the_policy_has_attempts(
    tmp_path: Path,
) -> None:
    tag = 'ETag: "a"'
    broken = then(sound(SOUND, tag)[: 300_000 - len(SOUND)])
    rest = then(
        sound(
            SOUND[300_000:], tag, "Content-Range: bytes 300000-1023999/1024000", status="206 Partial Content"
        )[: 300_000 - len(SOUND)]
    )
    async with served(broken, rest, rest, rest, retry=RetryPolicy(max_attempts=3, base=0.0)) as (
        server,
        recordings,
    ):
        with pytest.raises(SdkError):
            await recordings.save("R1", tmp_path / "a.mp3")
    assert len(server.requests) == 3
    assert list(tmp_path.iterdir()) == []


async def test_an_unfinished_file_never_stands_in_its_place(tmp_path: Path) -> None:
    """Cancelled, refused or broken off: the file of before is there, and nothing else."""
    path = tmp_path / "a.mp3"
    path.write_bytes(b"before")
    hanging = then(sound()[:-1], "hang")
    async with served(hanging, NOT_YET, retry=ONCE) as (server, recordings):
        saving = asyncio.create_task(recordings.save("R1", path))
        await until(lambda: server.requests, "the download has begun")
        await until(lambda: len(list(tmp_path.iterdir())) == 2, "there is a file beside it")
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
        with pytest.raises(NotFoundError):
            await recordings.save("R1", path)
    assert len(server.requests) == 2
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("play", "state", "step"),
    [(NOT_YET, "not yet", "wait for it"), (canned(b"", "400 Bad Request"), "none", "switch recording on"),
     (canned(b"", "410 Gone"), "gone", "deleted")],
)  # fmt: skip
async def test_the_error_says_why_it_is_not_there_and_what_to_do(play: bytes, state: str, step: str) -> None:
    async with served(play) as (_, recordings):
        with pytest.raises(NotFoundError, match=f"cannot be downloaded: {state}") as caught:
            await recordings.save("R1", io.BytesIO())
    assert step in str(caught.value.next_step)
    assert caught.value.object == "recording_id R1"
    assert (caught.value.vendor, caught.value.attempts) == ("stringee", 1)
    assert caught.value.status in {400, 404, 410}


async def test_a_target_that_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with served() as (server, recordings):
        with pytest.raises(ConfigError, match="is a folder"):
            await recordings.save("R1", tmp_path)
    assert server.requests == []


async def test_a_large_recording_costs_little_memory(tmp_path: Path) -> None:
    """64 MiB, for a start, through a few hundred kilobytes."""
    size, piece = 64 * 2**20, bytes(2**20)

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(sound(b"").replace(b"Content-Length: 0", b"Content-Length: %d" % size))
        for _ in range(64):
            writer.write(piece)
            await writer.drain()

    async with served(play) as (_, recordings):
        tracemalloc.start()
        try:
            saved = await recordings.save("R1", tmp_path / "a.mp3")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (saved.size, saved.content_type, saved.attempts) == (size, "audio/mpeg", 1)
    assert peak < 8 * 2**20


# -- redirects --------------------------------------------------------------------------------------------------


def moved(url: str, status: str = "302 Found") -> bytes:
    return canned(b"", status, f"Location: {url}")


async def test_a_redirect_on_the_vendors_host_keeps_the_credentials_and_one_to_another_host_gets_none() -> (
    None
):
    async with RawServer(sound()) as elsewhere:
        async with served(moved("/v2/recording/R1"), moved(f"{elsewhere.url}/file?key=1")) as (
            server,
            recordings,
        ):
            held = io.BytesIO()
            await recordings.save("R1", held)
        assert held.getvalue() == SOUND
        assert [split(request)[1] for request in server.requests] == ["/v1/recording/R1", "/v2/recording/R1"]
        assert all("x-stringee-auth" in headers_of(request) for request in server.requests)
        (request,) = elsewhere.requests
        assert split(request)[1] == "/file?key=1"
        assert "x-stringee-auth" not in headers_of(request)


async def test_a_third_host_and_endless_redirects_are_refused() -> None:
    async with RawServer(sound()) as third, RawServer(moved(f"{third.url}/file")) as second:
        async with served(moved(f"{second.url}/file")) as (_, recordings):
            with pytest.raises(DecodeError, match="third host"):
                await recordings.state("R1")
        assert third.requests == []
    async with served(*[moved("/v1/recording/R1")] * 9) as (server, recordings):
        with pytest.raises(DecodeError, match="too many redirects"):
            await recordings.state("R1")
    assert len(server.requests) == 3


@virtual
async def test_a_link_to_plain_http_is_asked_over_https() -> None:
    """The vendor's own links say http; the token leaves over TLS all the same."""
    transport = ScriptedTransport(
        answer(b"", 301, Location="http://icc.example/v1/recording/R1"),
        Response(status=200, headers={"Content-Type": "audio/mpeg"}, body=SOUND),
    )
    async with client_over(transport, retry=QUICK) as client:
        held = io.BytesIO()
        await Vendors(client.agents._host).save("R1", held)
    assert held.getvalue() == SOUND
    assert transport.requests[1].url == "https://icc.example/v1/recording/R1"


# -- links ------------------------------------------------------------------------------------------------------


class Linked(LinkedRecordings):
    """What a vendor with links adds."""

    _expired = "list the call again"

    async def _place(self, recording_id: str) -> Place:
        return self._behind_link(recording_id)


@pytest.mark.parametrize("link", ["https://files.example/7.mp3?k=1", "http://files.example/7.mp3?k=1#t=2"])
@virtual
async def test_a_link_is_asked_over_https_without_credentials(link: str) -> None:
    transport = ScriptedTransport(
        default=Response(status=200, headers={"Content-Type": "audio/mpeg"}, body=SOUND)
    )
    async with client_over(transport) as client:
        held = io.BytesIO()
        await Linked(client.agents._host).save(link, held)
    assert held.getvalue() == SOUND
    (request,) = transport.requests
    assert (request.url, request.method) == ("https://files.example/7.mp3?k=1", "GET")
    assert "X-STRINGEE-AUTH" not in request.headers


async def test_a_link_is_asked_over_http_where_the_vendor_is() -> None:
    async with RawServer(sound()) as files, served() as (_, recordings):
        assert await Linked(recordings._host).state(f"{files.url}/7.mp3") is RecordingState.READY


@pytest.mark.parametrize(
    ("status", "error", "step"),
    [(404, NotFoundError, "wait for it"), (410, NotFoundError, "deleted"), (401, PermissionDeniedError, "list the call again"),
     (403, PermissionDeniedError, "list the call again"), (400, InvalidRequestError, "list the call again"),
     (300, InvalidRequestError, "set the url"), (500, ServerError, "")],
)  # fmt: skip
@virtual
async def test_what_a_host_of_files_refuses(status: int, error: type[SdkError], step: str) -> None:
    async with client_over(ScriptedTransport(default=answer(b"<Error/>", status)), retry=ONCE) as client:
        with pytest.raises(error) as caught:
            await Linked(client.agents._host).save("https://files.example/7.mp3", io.BytesIO())
    assert step in str(caught.value.next_step)


# -- waiting ----------------------------------------------------------------------------------------------------


def scripted(*states: int) -> ScriptedTransport:
    ready = Response(status=200, headers={"Content-Type": "audio/mpeg"}, body=SOUND)
    return ScriptedTransport(*[answer(b"", state) for state in states], default=ready)


@virtual
async def test_a_recording_is_waited_for() -> None:
    transport = scripted(404, 404, 404, 404, 404, 404)
    async with client_over(transport) as client:
        await Vendors(client.agents._host).wait("R1")
    waits = [after - before for before, after in zip(transport.times, transport.times[1:], strict=False)]
    assert waits == pytest.approx([2, 4, 8, 16, 30, 30])


@virtual
@pytest.mark.parametrize(
    ("states", "timeout", "error"),
    [([404] * 9, 10.0, DeadlineError), ([404, 400], 300.0, NotFoundError), ([410], 0.0, NotFoundError), ([404], 0.0, DeadlineError)],
)  # fmt: skip
async def test_waiting_ends(states: list[int], timeout: float, error: type[SdkError]) -> None:
    transport = scripted(*states)
    async with client_over(transport) as client:
        with pytest.raises(error) as caught:
            await Vendors(client.agents._host).wait("R1", timeout=timeout)
        assert caught.value.operation == "recordings.wait"
        with pytest.raises(ConfigError, match="timeout must be"):
            await Vendors(client.agents._host).wait("R1", timeout=-1.0)


@virtual
async def test_a_refusal_for_rate_is_obeyed_like_everywhere() -> None:
    transport = ScriptedTransport(default=answer({"r": -1}, 429, Retry_After="120"))
    async with client_over(transport) as client:
        with pytest.raises(RateLimitedError):
            await Vendors(client.agents._host).state("R1")
