"""Bodies of responses: how large they may be, and gzip and deflate decoded as they come.

One job: turn the pieces of a body into what they hold, and never make more of it than is allowed, so that a small
response cannot fill the memory.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from .errors import DecodeError

MAX_BODY: Final = 32 * 1024 * 1024
"""Bytes; a response above this size, decompressed, is refused."""

ACCEPTED: Final = "gzip, deflate"
"""The value of `Accept-Encoding`."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_NAMES: Final = frozenset({b"gzip", b"x-gzip", b"deflate"})


def too_large(status: int) -> DecodeError:
    """Return the error for a body above `MAX_BODY`."""
    return DecodeError(f"the response is larger than {MAX_BODY} bytes", status=status)


class TruncatedError(ValueError):
    """A compressed body ended early, or is not what its header says."""


class Decoder:
    """Decodes one body, whose content coding is `b"gzip"` or `b"deflate"`."""

    __slots__ = ("_deflate", "_stream")

    def __init__(self, name: bytes) -> None:
        self._deflate = name == b"deflate"
        self._stream: Any = None

    def feed(self, data: bytes, most: int) -> bytes:
        """Return what the next piece holds: at most `most` bytes, or one more where there are more."""
        found = bytearray()
        while data and len(found) <= most:
            if self._stream is None:
                # Some servers send raw deflate data, without the zlib head that the standard asks for.
                raw = self._deflate and data[0] & 0x0F != 8
                self._stream = zlib.decompressobj(_RAW if raw else zlib.MAX_WBITS if self._deflate else _GZIP)
            elif self._stream.eof:
                if self._deflate or not data.strip(b"\0"):
                    break
                self._stream = zlib.decompressobj(_GZIP)  # gzip files may be joined
            try:
                found += self._stream.decompress(data, most + 1 - len(found))
            except zlib.error as error:
                raise TruncatedError("the body is not in its content coding") from error
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return bytes(found)

    def end(self) -> None:
        """Note the end of the body; raise if its content did not end before."""
        if self._stream is not None and not self._stream.eof:
            raise TruncatedError("the compressed body broke off")


def decoder_for(coding: bytes) -> Decoder | None:
    """Return a decoder for a `Content-Encoding`; None if the body is to be taken as it is."""
    name = coding.strip().lower()
    return Decoder(name) if name in _NAMES else None
