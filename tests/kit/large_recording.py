"""A recording of any size behind a raw server that cuts its connections, and its download in a process of its own.

One job: to tell how much memory a download takes. The recording is made up while it is sent, so no one holds it whole.
`python -m tests.kit.large_recording HOST URL PATH` saves it and prints what it took as JSON.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self, cast

from stringee_async import ItniotechClient, RetryPolicy, RingMeClient, StringeeClient
from stringee_async.core.recordings import SavedRecording

from .scripted_transport import KEY_SECRET, KEY_SID

HOSTS: Final = {"stringee": True, "ringme": False, "ringme by link": True, "itniotech": True}
"""The hosts of recordings, and whether each serves ranges; RingMe's API is documented as one that begins again."""

_BLOCK: Final = random.Random(1).randbytes(
    999_983
)  # its length is prime: no two positions of a recording look alike
_GRANT: Final = b'{"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600}'


def _content(first: int, last: int) -> Iterator[memoryview]:
    """Yield the bytes of a recording between two positions."""
    block = memoryview(_BLOCK)
    while first < last:
        begin = first % len(_BLOCK)
        piece = block[begin : begin + min(last - first, len(_BLOCK) - begin)]
        first += len(piece)
        yield piece


def is_recording(path: Path, size: int) -> bool:
    """Return whether a file holds a recording of this size, byte for byte."""
    wanted = hashlib.sha256()
    for piece in _content(0, size):
        wanted.update(piece)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() == wanted.digest()


class RecordingServer:
    """Serves a recording in a thread; the first connections that pass a position of `cuts` are closed there."""

    def __init__(self, size: int, cuts: tuple[int, ...], *, ranges: bool) -> None:
        self.size = size
        self.cuts = list(cuts)
        self.ranges = ranges
        self.asked: list[str | None] = []
        """The `Range` of each request for the recording."""
        self.sent = 0
        """Bytes of the recording that were sent."""

    def __enter__(self) -> Self:
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        cast("Any", self._server).recording = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def head(self, wanted: str | None) -> tuple[bytes, int]:
        """Return the head of a response, and the position at which its body begins."""
        self.asked.append(wanted)
        first = int(wanted[6:-1]) if self.ranges and wanted else 0
        lines = [f"Content-Length: {self.size - first}", "Content-Type: audio/mpeg"]
        if self.ranges:
            lines += ['ETag: "1"', "Accept-Ranges: bytes"]
        if first:
            lines.append(f"Content-Range: bytes {first}-{self.size - 1}/{self.size}")
        status = "206 Partial Content" if first else "200 OK"
        return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode(), first


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: RecordingServer = cast("Any", self.server).recording
        while head := self._head():
            target = head.split(" ", 2)[1]
            if "token" in target:
                self._json(_GRANT)
            elif "storage_url" in target:
                self._json(json.dumps({"record_url": f"{server.url}/stored.mp3"}).encode())
            else:
                found = re.search(r"^range: *(\S+)", head, re.IGNORECASE | re.MULTILINE)
                if not self._recording(server, found[1] if found else None):
                    return

    def _head(self) -> str:
        lines = []
        for line in iter(self.rfile.readline, b"\r\n"):
            if not line:
                return ""
            lines.append(line.decode("latin-1"))
        head = "".join(lines)
        found = re.search(r"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
        self.rfile.read(int(found[1]) if found else 0)
        return head

    def _json(self, body: bytes) -> None:
        lines = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(lines.encode() + body)

    def _recording(self, server: RecordingServer, wanted: str | None) -> bool:
        """Send the recording; return whether the connection goes on."""
        head, first = server.head(wanted)
        last = server.cuts.pop(0) if server.cuts else server.size
        self.wfile.write(head)
        for piece in _content(first, last):
            self.wfile.write(piece)
            server.sent += len(piece)
        return last == server.size


async def save(host: str, url: str, path: Path) -> SavedRecording:
    """Save the recording of a server as a client of this host does."""
    quick = RetryPolicy(base=0.0)
    if host == "stringee":
        async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=url, api_url=url, retry=quick) as stringee:
            return await stringee.recordings.save("call-vn-1-X-1", path)
    if host == "itniotech":
        async with ItniotechClient("key", "secret-of-itniotech", url=url, retry=quick) as itniotech:
            return await itniotech.recordings.save(f"{url}/stored.mp3", path)
    async with RingMeClient("app", "secret-of-ringme-1", url=url, retry=quick) as ringme:
        return await ringme.recordings.save("117-AB", path, by_link=host == "ringme by link")


def _memory(line: str) -> int:
    """Return a figure of `/proc/self/status` in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (found,) = re.findall(rf"^{line}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found) * 1024


def main(host: str, url: str, path: str) -> None:
    """Save a recording, and print how much memory the process took at most beyond what it had before."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins at what is there now
    before = _memory("VmRSS")
    saved = asyncio.run(save(host, url, Path(path)))
    figures = {"grown": _memory("VmHWM") - before, "size": saved.size, "attempts": saved.attempts}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
