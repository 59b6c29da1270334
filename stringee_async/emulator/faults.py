"""Fault values: what may go wrong with one call.

One job: name each fault, check its arguments, and say whether the emulator acts before it. Which call gets
which fault is decided in ``plan.py``; how a fault looks on the socket is written in ``delivery.py``.
"Acts" means: the write is stored (a read has nothing to store). Faults know no vendor.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import attrs

Ending: TypeAlias = Literal["close", "reset"]
"""How a connection is dropped: ``close`` sends FIN (end of stream), ``reset`` sends RST."""


class FaultError(ValueError):
    """A fault was scripted that can never fire: unknown operation, list fault on a write, odd probability."""


def _seconds(name: str, value: float, *, least: float = 0.0) -> float:
    """Check a duration given in seconds and return it as float."""
    if isinstance(value, bool) or not math.isfinite(value) or value < least:
        raise ValueError(f"{name} must be a finite number of seconds, at least {least:g}, not {value!r}")
    return float(value)


def _ending(value: str) -> None:
    """Check the way a connection is dropped."""
    if value not in ("close", "reset"):
        raise ValueError(f"ending must be 'close' or 'reset', not {value!r}")


def _size(name: str, value: int) -> int:
    """Check a positive whole number."""
    if isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be at least 1, not {value!r}")
    return value


def _status(value: int) -> int:
    """Check an HTTP status that may end an exchange."""
    if isinstance(value, bool) or not 200 <= value <= 599:
        raise ValueError(f"status must be between 200 and 599, not {value!r}")
    return value


def _header_pairs(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Turn a mapping of headers into pairs; line breaks would tear the answer in a way nobody asked for."""
    pairs = tuple((headers or {}).items())
    for name, value in pairs:
        if any(sign in name + value for sign in "\r\n") or not name:
            raise ValueError(f"header {name!r} may not be empty or hold line breaks")
    return pairs


@attrs.frozen(kw_only=True, repr=False)
class Fault:
    """One thing that goes wrong with one call; make it with the class methods, never directly.

    Args:
        kind: the name of the class method that made it.
        commit: whether the emulator acts (stores the write) for this call.
        listing: the fault makes sense only for paged list operations.
        seconds: a duration in seconds, where the fault has one.
        code: the HTTP status, where the fault has one.
        headers: more response headers.
        body: the response body, where the fault has one.
        ending: how the connection is dropped, where it is.
        size: a number of bytes or of headers, where the fault has one.
    """

    kind: str
    commit: bool
    listing: bool = False
    seconds: float | None = None
    code: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    ending: Ending = "close"
    size: int = 0

    def __repr__(self) -> str:
        parts: list[str] = []
        if self.seconds is not None:
            parts.append(f"seconds={self.seconds:g}")
        if self.code != 200:
            parts.append(f"code={self.code}")
        parts.append(f"commit={self.commit}")
        return f"Fault.{self.kind}({', '.join(parts)})"

    # -- the answer is lost -------------------------------------------------------------------------

    @classmethod
    def lost_answer(cls, *, ending: Ending = "close") -> "Fault":
        """Act, then drop the connection before the status line. Commits.

        Args:
            ending: ``close`` (FIN, the default) or ``reset`` (RST).

        Raises:
            ValueError: ``ending`` is neither.
        """
        _ending(ending)
        return cls(kind="lost_answer", commit=True, ending=ending)

    @classmethod
    def late_commit(cls, delay: float = 0.5, *, ending: Ending = "close") -> "Fault":
        """Drop the connection at once and act ``delay`` seconds later. Commits, later.

        ``Emulator.settle()`` waits for all such commits; closing the emulator cancels them.

        Args:
            delay: seconds between the drop and the commit, 0 or more.
            ending: ``close`` (FIN, the default) or ``reset`` (RST).

        Raises:
            ValueError: the delay is negative or not finite, or ``ending`` is unknown.
        """
        _ending(ending)
        return cls(kind="late_commit", commit=True, seconds=_seconds("delay", delay), ending=ending)

    @classmethod
    def reset_before(cls, *, ending: Ending = "reset") -> "Fault":
        """Drop the connection without acting and without a byte of an answer. Does not commit.

        Args:
            ending: ``reset`` (RST, the default) or ``close`` (FIN).

        Raises:
            ValueError: ``ending`` is neither.
        """
        _ending(ending)
        return cls(kind="reset_before", commit=False, ending=ending)

    @classmethod
    def reset_mid_body(cls, *, ending: Ending = "reset") -> "Fault":
        """Act, send the head and half of the body, then drop the connection. Commits.

        Args:
            ending: ``reset`` (RST, the default) or ``close`` (FIN).

        Raises:
            ValueError: ``ending`` is neither.
        """
        _ending(ending)
        return cls(kind="reset_mid_body", commit=True, ending=ending)

    @classmethod
    def hang(cls, seconds: float | None = None, *, commit: bool = False) -> "Fault":
        """Answer nothing until the client leaves, the emulator closes, or ``seconds`` are over.

        After ``seconds`` the connection is closed without an answer.

        Args:
            seconds: how long to keep silent; None for ever.
            commit: act before falling silent. False by default.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        wait = None if seconds is None else _seconds("seconds", seconds)
        return cls(kind="hang", commit=commit, seconds=wait)

    @classmethod
    def slow_answer(cls, seconds: float = 1.0) -> "Fault":
        """Act at once, answer properly only after ``seconds``. Commits.

        Args:
            seconds: the wait between acting and answering.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        return cls(kind="slow_answer", commit=True, seconds=_seconds("seconds", seconds))

    @classmethod
    def close_after(cls, *, ending: Ending = "close") -> "Fault":
        """Answer properly, let the client believe in keep-alive, then drop the connection. Commits.

        Args:
            ending: ``close`` (FIN, the default) or ``reset`` (RST).

        Raises:
            ValueError: ``ending`` is neither.
        """
        _ending(ending)
        return cls(kind="close_after", commit=True, ending=ending)

    # -- refusals ----------------------------------------------------------------------------------

    @classmethod
    def status(
        cls,
        code: int = 503,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        commit: bool = False,
    ) -> "Fault":
        """Answer with this HTTP status and a plain body. Does not commit unless asked.

        Args:
            code: HTTP status, 200 to 599.
            body: the body; None gives a short HTML page as gateways send it.
            headers: more headers, for instance ``Retry-After``.
            commit: act all the same (a gateway that gave up after the server had acted).

        Raises:
            ValueError: the status or a header cannot be sent.
        """
        raw = body.encode() if isinstance(body, str) else body
        return cls(kind="status", commit=commit, code=_status(code), body=raw, headers=_header_pairs(headers))

    @classmethod
    def retry_after(cls, seconds: float | str = 1.0, status: int = 429) -> "Fault":
        """Refuse with a ``Retry-After`` header. Does not commit.

        Args:
            seconds: seconds to wait, or any text sent as it is (an HTTP date, garbage, a negative number).
            status: HTTP status, 429 by default.

        Raises:
            ValueError: the status or the text cannot be sent.
        """
        text = seconds if isinstance(seconds, str) else f"{_seconds('seconds', seconds):g}"
        headers = _header_pairs({"Retry-After": text, "Content-Type": "application/json"})
        body = b'{"message": "Too many requests"}'
        return cls(kind="retry_after", commit=False, code=_status(status), body=body, headers=headers)

    @classmethod
    def redirect(cls, location: str = "http://127.0.0.1:9/", status: int = 307) -> "Fault":
        """Answer with a redirect. Does not commit.

        Args:
            location: where to; the default is a port on which nobody listens.
            status: 301, 302, 303, 307 or 308.

        Raises:
            ValueError: the status is no redirect, or the location holds line breaks.
        """
        if status not in (301, 302, 303, 307, 308):
            raise ValueError(f"status must be a redirect, not {status!r}")
        headers = _header_pairs({"Location": location})
        return cls(kind="redirect", commit=False, code=status, body=b"", headers=headers)

    @classmethod
    def expired_token(cls) -> "Fault":
        """Refuse this one call as if its token had expired, in the vendor's style. Does not commit."""
        return cls(kind="expired_token", commit=False)

    # -- HTTP 200 with a broken body ------------------------------------------------------------------

    @classmethod
    def not_json(cls, *, commit: bool = True) -> "Fault":
        """Answer HTTP 200 with an HTML page. Commits unless told otherwise."""
        return cls(kind="not_json", commit=commit)

    @classmethod
    def truncated_json(cls, *, commit: bool = True) -> "Fault":
        """Answer HTTP 200 with the first half of the JSON text, its length given right. Commits by default."""
        return cls(kind="truncated_json", commit=commit)

    @classmethod
    def wrong_envelope(cls, body: str = '{"unexpected": true}', *, commit: bool = True) -> "Fault":
        """Answer HTTP 200 with valid JSON that lacks the vendor's envelope. Commits by default.

        Args:
            body: the JSON text, for instance ``[]``, ``null`` or ``{"r": "x"}``.
            commit: act all the same.
        """
        return cls(kind="wrong_envelope", commit=commit, body=body.encode())

    @classmethod
    def empty_body(cls, *, commit: bool = True) -> "Fault":
        """Answer HTTP 200 with no body at all. Commits by default."""
        return cls(kind="empty_body", commit=commit)

    @classmethod
    def bad_gzip(cls, *, commit: bool = True) -> "Fault":
        """Announce gzip and send bytes that are none. Commits by default."""
        return cls(kind="bad_gzip", commit=commit)

    @classmethod
    def bad_chunk(cls, *, commit: bool = True) -> "Fault":
        """Announce chunked coding and send a chunk size that is no number. Commits by default."""
        return cls(kind="bad_chunk", commit=commit)

    # -- slow or large ---------------------------------------------------------------------------------

    @classmethod
    def slow_body(cls, seconds: float = 0.2) -> "Fault":
        """Act, send the head, then dribble the body in small pieces over ``seconds``. Commits.

        Args:
            seconds: how long the body takes as a whole.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        return cls(kind="slow_body", commit=True, seconds=_seconds("seconds", seconds))

    @classmethod
    def long_header(cls, size: int = 1 << 20) -> "Fault":
        """Act, answer properly, with one header of ``size`` bytes. Commits.

        Raises:
            ValueError: the size is below 1.
        """
        return cls(kind="long_header", commit=True, size=_size("size", size))

    @classmethod
    def header_flood(cls, count: int = 10_000) -> "Fault":
        """Act, answer properly, with ``count`` headers too many. Commits.

        Raises:
            ValueError: the count is below 1.
        """
        return cls(kind="header_flood", commit=True, size=_size("count", count))

    @classmethod
    def huge_body(cls, size: int = 64 << 20, *, gzip: bool = False) -> "Fault":
        """Act, then send a body of ``size`` blanks, as fast as the client reads. Commits.

        Args:
            size: bytes after decoding.
            gzip: send it compressed (a thousand times smaller on the wire: a decompression bomb).

        Raises:
            ValueError: the size is below 1.
        """
        headers = (("Content-Encoding", "gzip"),) if gzip else ()
        return cls(kind="huge_body", commit=True, size=_size("size", size), headers=headers)

    # -- listings ---------------------------------------------------------------------------------------

    @classmethod
    def page_repeats(cls) -> "Fault":
        """Serve the previous page's rows again under the asked page's number. Lists only.

        It waits for a call that asks for page 2 or later; nothing would be seen on page 1.
        """
        return cls(kind="page_repeats", commit=True, listing=True)

    @classmethod
    def page_ignored(cls) -> "Fault":
        """Serve page 1 and call it page 1, whatever page was asked. Lists only; waits for page 2 or later."""
        return cls(kind="page_ignored", commit=True, listing=True)

    # -- by name ----------------------------------------------------------------------------------------

    @classmethod
    def named(cls, name: str) -> "Fault":
        """Make a fault with default arguments from its name, as used in ``fault_rates``.

        Raises:
            FaultError: there is no fault of this name.
        """
        maker = _MAKERS.get(name)
        if maker is None:
            raise FaultError(f"no fault is called {name!r}; there are: {', '.join(sorted(_MAKERS))}")
        return maker()


_MAKERS: dict[str, Callable[[], Fault]] = {
    "lost_answer": Fault.lost_answer,
    "late_commit": Fault.late_commit,
    "reset_before": Fault.reset_before,
    "reset_mid_body": Fault.reset_mid_body,
    "hang": Fault.hang,
    "slow_answer": Fault.slow_answer,
    "close_after": Fault.close_after,
    "status": Fault.status,
    "retry_after": Fault.retry_after,
    "redirect": Fault.redirect,
    "expired_token": Fault.expired_token,
    "not_json": Fault.not_json,
    "truncated_json": Fault.truncated_json,
    "wrong_envelope": Fault.wrong_envelope,
    "empty_body": Fault.empty_body,
    "bad_gzip": Fault.bad_gzip,
    "bad_chunk": Fault.bad_chunk,
    "slow_body": Fault.slow_body,
    "long_header": Fault.long_header,
    "header_flood": Fault.header_flood,
    "huge_body": Fault.huge_body,
    "page_repeats": Fault.page_repeats,
    "page_ignored": Fault.page_ignored,
}
