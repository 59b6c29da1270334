"""Greeting files: uploaded once, in either form, from memory or read while they are sent, and listed."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, StringeeClient
from stringee_async.stringee import GreetingFile

from ..kit import RawServer, ScriptedTransport, answer, canned, client_over, split, virtual
from ..kit.emulated import emulated

WAV = b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256))
DONE = canned(b'{"r":0,"message":"Success","filename":"a.mp3","fileSid":"GF_1"}')


async def test_files_are_uploaded_in_either_form_and_listed(tmp_path: Path) -> None:
    path = tmp_path / "Chào mừng.wav"
    path.write_bytes(WAV)
    async with emulated(StringeeClient) as site:
        files = site.client.greeting_files
        first = await files.upload(path, description="Lời chào")
        second = await files.upload(str(path), upload_type="simple")
        third = await files.upload(b"ID3 and more", filename="b.mp3")
        assert (first.filename, third.filename) == ("Chào mừng.wav", "b.mp3")
        assert second.filename is not None
        listed = await files.list().collect()
        assert [file.sid for file in listed] == [first.sid, second.sid, third.sid]
        assert (listed[0].filename, listed[0].desc1) == ("Chào mừng.wav", "Lời chào")
        assert [*site.state.greeting_contents.values()] == [WAV, WAV, b"ID3 and more"]


async def test_the_request_of_each_form() -> None:
    async with RawServer(default=DONE) as server, StringeeClient(**server.client) as client:
        made = await client.greeting_files.upload(
            b"ID3", filename="a.mp3", description="a b", upload_type="simple"
        )
        await client.greeting_files.upload(b"RIFF", filename='w"a.WAV')
        method, target, headers, body = split(server.requests[0])
        assert (method, target, body) == ("POST", "/v1/greetingfile?uploadType=simple&desc=a+b", b"ID3")
        assert headers["content-type"] == "audio/mpeg"
        method, target, headers, body = split(server.requests[1])
    assert (made.sid, made.filename, made.message) == ("GF_1", "a.mp3", "Success")
    assert (method, target) == ("POST", "/v1/greetingfile?uploadType=multipart")
    found = re.fullmatch(r"multipart/form-data; boundary=([0-9a-f]{48})", headers["content-type"])
    assert found is not None
    line = b"--" + found[1].encode()
    part = b'Content-Disposition: form-data; name="file"; filename="w%22a.WAV"\r\nContent-Type: audio/wav\r\n\r\nRIFF'
    assert body == line + b"\r\n" + part + b"\r\n" + line + b"--\r\n"


@pytest.mark.parametrize("upload_type", ["simple", "multipart"])
async def test_a_large_file_is_never_whole_in_memory(tmp_path: Path, upload_type: Any) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(24 * 1024 * 1024)
    transport = _Counting(default=answer({"r": 0, "fileSid": "GF_1"}))
    async with client_over(transport) as client:
        tracemalloc.start()
        try:
            await client.greeting_files.upload(path, upload_type=upload_type)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert transport.received >= 24 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


class _Counting(ScriptedTransport):
    """Counts the bytes of bodies instead of keeping them."""

    received = 0

    async def send(self, request: Any, timeouts: Any) -> Any:
        async for piece in request.body.pieces():
            self.received += len(piece)
        return self.default


@virtual
async def test_a_list_without_pages_is_read_once() -> None:
    rows = [{"sid": f"GF_{n}", "filename": f"{n}.mp3", "desc1": None, "created": 1} for n in range(3)]
    transport = ScriptedTransport(default=answer({"r": 0, "data": {"greeting_files": rows, "total": "3"}}))
    async with client_over(transport) as client:
        found = await client.greeting_files.list().collect()
    assert found[0] == GreetingFile(sid="GF_0", filename="0.mp3", created=1)
    assert (len(found), len(transport.requests)) == (3, 1)


@virtual
async def test_a_success_without_an_id_may_have_made_a_file() -> None:
    transport = ScriptedTransport(default=answer({"r": 0, "filename": "a.mp3"}))
    async with client_over(transport) as client:
        with pytest.raises(DecodeError, match="fileSid") as caught:
            await client.greeting_files.upload(b"ID3", filename="a.mp3")
    assert (caught.value.outcome, len(transport.requests)) == ("unknown", 1)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("file must be", {"file": 7}),
        ("filename", {"file": b"ID3", "filename": None}),
        ("filename must end", {"file": b"OggS", "filename": "a.ogg"}),
        ("filename must end", {"file": b"ID3", "filename": "a\r\n.mp3"}),
        ("file must not be empty", {"file": b""}),
        ("cannot be read", {"file": "/no/such/file.wav", "filename": None}),
        ("cannot be read", {"file": "/no\0such/file.wav", "filename": None}),
        ("filename holds half", {"file": "gr\udcfc\udcdf.wav", "filename": None}),
        ("description", {"description": ""}),
        ("upload_type", {"upload_type": "chunked"}),
    ],
)
async def test_bad_arguments_are_named_and_nothing_is_sent(name: str, arguments: dict[str, Any]) -> None:
    given = {"file": b"ID3", "filename": "a.mp3", **arguments}
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await client.greeting_files.upload(given.pop("file"), **given)
    assert transport.requests == []
