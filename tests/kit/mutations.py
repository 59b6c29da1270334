"""Responses as a broken server or proxy could send them: valid ones, changed at random from a seed.

Each response says in its body which request it belongs to, with a checksum, so that a reader can tell a spoiled body from
one that belongs to another request.
"""

from __future__ import annotations

import gzip
import random
import re
import zlib
from collections.abc import Callable

Pieces = list[bytes]

_BODY = re.compile(rb'\{"for":([0-9]+),"sum":([0-9]+)\}')


def body_for(number: int) -> bytes:
    """Return the body of the response to one request."""
    return b'{"for":%d,"sum":%d}' % (number, zlib.crc32(b"%d" % number))


def owner(body: bytes) -> int | None:
    """Return the number of the request that a body belongs to; None for a body that was spoiled."""
    found = _BODY.fullmatch(body)
    if found is None or int(found[2]) != zlib.crc32(found[1]):
        return None
    return int(found[1])


def response(random_: random.Random, number: int) -> bytes:
    """Return a valid response, with its length, in chunks, or compressed."""
    body = body_for(number)
    headers = [b"Content-Type: application/json", b"Server: x/1.0"]
    form = random_.choice(["length", "chunks", "gzip"])
    if form == "gzip":
        body = gzip.compress(body)
        headers.append(b"Content-Encoding: gzip")
    if form == "chunks":
        cut = random_.randrange(1, len(body))
        parts = (body[:cut], body[cut:])
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        headers.append(b"Transfer-Encoding: chunked")
    else:
        headers.append(b"Content-Length: %d" % len(body))
    random_.shuffle(headers)
    return b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(headers) + b"\r\n\r\n" + body


def _split(random_: random.Random, raw: bytes) -> bytes:
    return raw


def _cut(random_: random.Random, raw: bytes) -> bytes:
    return raw[: random_.randrange(len(raw))]


def _extra(random_: random.Random, raw: bytes) -> bytes:
    return raw + random_.choice([b"\0", b"X", b"\r\nX", b"HTTP/1.1 200 OK\r\n"])


def _flip(random_: random.Random, raw: bytes) -> bytes:
    at = random_.randrange(len(raw))
    return raw[:at] + bytes([random_.randrange(256)]) + raw[at + 1 :]


def _drop(random_: random.Random, raw: bytes) -> bytes:
    at, length = random_.randrange(len(raw)), random_.randrange(1, 9)
    return raw[:at] + raw[at + length :]


def _repeat(random_: random.Random, raw: bytes) -> bytes:
    at, length = random_.randrange(len(raw)), random_.randrange(1, 40)
    return raw[: at + length] + raw[at:]


def _mixed(random_: random.Random, raw: bytes) -> bytes:
    header = random_.choice(
        [
            b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Content-Encoding: gzip", b"Content-Encoding: deflate",
            b"Content-Length: 3", b"Content-Length: 300", b"Connection: close", b"Keep-Alive: timeout=0", b"Upgrade: x",
        ]
    )  # fmt: skip
    return raw.replace(b"Server: x/1.0", header)


def _interim(random_: random.Random, raw: bytes) -> bytes:
    return random_.choice([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n"]) * 2 + raw


def _status(random_: random.Random, raw: bytes) -> bytes:
    return raw.replace(
        b"200 OK", random_.choice([b"204 No", b"304 No", b"101 Up", b"100 Go", b"500 No", b"99 X"]), 1
    )


def _before(random_: random.Random, raw: bytes) -> bytes:
    return random_.choice([b"\r\n", b"\0", b"\n", b"HTTP/1.1 "]) + raw


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _split, _cut, _extra, _flip, _drop, _repeat, _mixed, _interim, _status, _before,
)  # fmt: skip


def mutated(random_: random.Random, number: int) -> Pieces:
    """Return the response to a request, changed at random, in the pieces in which it is written.

    Args:
        random_: Where chance comes from.
        number: The request's number.
    """
    raw = response(random_, number)
    if random_.random() < 0.15:  # behind a whole response; behind a part of one it would complete it
        raw += response(random_, 10**9)
    else:
        for _ in range(random_.choice([0, 1, 1, 1, 2, 3])):
            raw = random_.choice(MUTATIONS)(random_, raw) or b"\n"
    if random_.random() < 0.05:
        return [raw[at : at + 1] for at in range(len(raw))]
    cuts = sorted(random_.randrange(len(raw) + 1) for _ in range(random_.randrange(4)))
    return [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True) if start < end]
