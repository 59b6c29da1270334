"""Uploads that break off: reported as unknown, and never sent a second time, whichever vendor takes the file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import (
    ItniotechClient,
    OutcomeUnknownError,
    RetryClass,
    RetryPolicy,
    RingMeClient,
    ServerError,
    StringeeClient,
)

from .kit import KEY_SECRET, KEY_SID, canned, reset
from .kit.operations import operations

GRANT = canned(json.dumps({"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600}).encode())
FAILED = canned(b"<html>502</html>", "502 Bad Gateway", "Connection: close")
SIZE = 900_000


@attrs.frozen
class Upload:
    """An upload of a vendor: the keywords of its client beside the URL, and the call."""

    client: Callable[..., Any]
    urls: tuple[str, ...]
    keys: tuple[str, str]
    call: Callable[[Any, Any], Awaitable[Any]]
    suffix: str = ".mp3"


STRINGEE = (StringeeClient, ("icc_url", "api_url"), (KEY_SID, KEY_SECRET))
RINGME = (RingMeClient, ("url",), ("app", "secret-of-ringme-1"))
ITNIOTECH = (ItniotechClient, ("url",), ("key", "secret-of-itniotech"))
UPLOADS = {
    "stringee:greeting_files.upload": Upload(
        *STRINGEE, lambda c, file: c.greeting_files.upload(file, filename="a.mp3")
    ),
    "stringee:greeting_files.upload simple": Upload(
        *STRINGEE, lambda c, file: c.greeting_files.upload(file, filename="a.mp3", upload_type="simple")
    ),
    "ringme:sounds.upload": Upload(
        *RINGME, lambda c, file: c.sounds.upload(file, title="T", filename="a.mp3")
    ),
    "itniotech:agent_groups.upload_ring": Upload(
        *ITNIOTECH, lambda c, file: c.agent_groups.upload_ring(file, file_name="a.mp3")
    ),
    "itniotech:voice_files.upload": Upload(
        *ITNIOTECH, lambda c, file: c.voice_files.upload(file, file_name="a.mp3")
    ),
    "itniotech:tasks.upload_numbers": Upload(
        *ITNIOTECH, lambda c, file: c.tasks.upload_numbers(file, file_name="a.csv")
    ),
}


class BreakingServer:
    """Reads a share of each upload's body, and then breaks the connection, or responds without an end."""

    def __init__(self, share: float, ending: str) -> None:
        self.share = share
        self.ending = ending
        self.uploads = 0

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**16)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                size = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                if b"token" in head.split(b"\r\n")[0]:
                    await reader.readexactly(size)
                    writer.write(GRANT)
                    continue
                self.uploads += 1
                await reader.readexactly(int(size * self.share))
                if self.ending == "refused late":
                    writer.write(FAILED)
                    await writer.drain()
                if self.ending == "cut response":
                    writer.write(canned(b'{"r":0,"status":"0"}')[:-5])
                    await writer.drain()
                if self.ending == "reset":
                    await reset(writer)
                return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.mark.parametrize("source", ["bytes", "path"])
@pytest.mark.parametrize(
    ("share", "ending"),
    [(0.5, "reset"), (0.5, "close"), (1.0, "reset"), (1.0, "close"), (1.0, "cut response"), (1.0, "refused late")],
)  # fmt: skip
@pytest.mark.parametrize("name", UPLOADS)
async def test_an_upload_that_breaks_off_is_unknown_and_is_sent_once(
    tmp_path: Path, name: str, share: float, ending: str, source: str
) -> None:
    """Half way, before the response, within it, or with a gateway's failure: the vendor may have the file."""
    upload = UPLOADS[name]
    path = tmp_path / "a.mp3"
    path.write_bytes(bytes(SIZE))
    server = BreakingServer(share, ending)
    async with server.running() as url:
        retry = RetryPolicy(base=0.0, throttle_base=0.0)
        async with upload.client(*upload.keys, **dict.fromkeys(upload.urls, url), retry=retry) as client:
            with pytest.raises((OutcomeUnknownError, ServerError)) as caught:
                await upload.call(client, path if source == "path" else path.read_bytes())
            assert client.stats().unknown == 1
            assert [write.operation for write in client.unknown_writes()] == [name.split(":")[1].split()[0]]
    assert (caught.value.outcome, caught.value.attempts, caught.value.retryable) == ("unknown", 1, False)
    assert server.uploads == 1


def test_each_upload_is_in_this_test() -> None:
    """What takes a file and makes something of it; a replacement may be repeated, and is not here."""
    wanted = {
        key
        for key, operation in operations().items()
        if "upload" in key and operation.retry_class is RetryClass.CREATE
    }
    assert {name.split()[0] for name in UPLOADS} == wanted
