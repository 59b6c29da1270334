"""Takes a raw HTTP request apart."""

from __future__ import annotations


def split(raw: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """Take a raw request apart: method, target, headers with lower-case names, body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    assert version == "HTTP/1.1"
    names = [line.split(": ", 1)[0].lower() for line in lines]
    assert len(names) == len(set(names)), "a header is there twice"
    return method, target, dict(zip(names, (line.split(": ", 1)[1] for line in lines), strict=True)), body
