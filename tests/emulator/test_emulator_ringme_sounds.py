"""RingMe's sounds: uploads byte for byte, what is refused, and the filters of their list."""

import io
import json
from typing import Any

import pytest
from aiohttp import FormData

from .conftest import RingMeWire

C = "/client/@me"
WAVE = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
FLOATING = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x03\x00\x01\x00"


def form(title: Any, content: bytes, filename: Any = "music.mp3") -> Any:
    data = FormData(quote_fields=False, default_to_multipart=True)
    if title is not None:
        data.add_field("title", title)
    if content is not None:
        data.add_field("file", io.BytesIO(content), filename=filename, content_type="audio/mpeg")
    return data


async def upload(ringme: RingMeWire, *fields: Any, path: str = f"{C}/sound/") -> Any:
    status, _, raw = await ringme.raw("POST", path, data=form(*fields))
    return status, json.loads(raw)


@pytest.mark.parametrize(
    "content",
    [WAVE + b"\r\n--\r\n\r\n\x00\xff", b"ID3\r\n", b"\xff\xfb" + b"\r\n\r\n" * 9],
    ids=["wav", "mp3 with a tag", "mp3 without"],
)
async def test_upload(ringme: RingMeWire, content: bytes) -> None:
    """An upload arrives byte for byte, is shown without its content, and may be replaced and renamed."""
    state = ringme.state
    status, row = await upload(ringme, "Nhạc chờ", content, "nhạc.mp3")
    assert status == 201
    assert row == {"id": 35, "client_id": 12, "dealer_id": None, "title": "Nhạc chờ", "filename": "nhạc.mp3"}
    assert state.sound_contents == {35: content}
    status, row = await upload(ringme, None, b"ID3new", "new.mp3", path=f"{C}/sound/35")
    assert (status, row["title"], row["filename"]) == (200, "Nhạc chờ", "new.mp3")
    assert state.sound_contents[35] == b"ID3new"
    assert (await ringme("PUT", f"{C}/sound/35", {"title": "Music"}))["title"] == "Music"
    await ringme("DELETE", f"{C}/sound/35")
    assert (len(state.sounds), state.sound_contents) == (0, {})


@pytest.mark.parametrize(
    "fields",
    [
        (None, WAVE),
        ("", WAVE),
        ("x", None),
        ("x", b"\xff"),
        ("x", b"OggS"),
        ("x", FLOATING),
        ("x", WAVE + bytes(10_000_000)),
    ],
    ids=["no title", "empty title", "no file", "short", "ogg", "floating point", "too large"],
)
async def test_uploads_that_are_refused(ringme: RingMeWire, fields: dict[str, Any]) -> None:
    """A missing part, another kind of file, a floating-point WAV and more than 10 MB are 400."""
    status, answer = await upload(ringme, *fields)
    assert (status, answer.keys(), len(ringme.state.sounds)) == (400, {"message"}, 0)


async def test_a_file_just_below_the_limit_is_taken(ringme: RingMeWire) -> None:
    content = WAVE + bytes(9_000_000)
    assert (await upload(ringme, "x", content))[0] == 201
    same = ringme.state.sound_contents[35] == content
    assert same


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/mixed; boundary=x"])
async def test_another_content_type_or_one_without_a_boundary_is_400(ringme: RingMeWire, kind: str) -> None:
    status, _, _ = await ringme.raw("POST", f"{C}/sound/", data=b"--x\r\n", headers={"Content-Type": kind})
    assert status == 400
