"""Fault values: what may go wrong with one call.

One job: name each fault, check its arguments, and say whether the emulator acts before it. Which call gets
which fault is decided in ``plan.py``; how a fault looks on the socket is written in ``delivery.py``.
"Acts" means: the write is stored (a read has nothing to store). Faults know no vendor.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, get_args

import attrs

from .fault_arguments import checked_seconds, checked_size, header_pairs, known_ending, known_status, near
from .malformed_values import OddForm

Ending: TypeAlias = Literal["close", "reset"]
"""How a connection is dropped: ``close`` sends FIN (end of stream), ``reset`` sends RST."""


WaitForm: TypeAlias = Literal["epoch", "milliseconds", "year_9999", "digits"]
"""How an absurd wait is written."""

_ODD = get_args(OddForm)
_STRAY = '{"r": 0, "status": "0", "id": 0, "agentID": "stray", "groupID": "stray", "message": "for another request"}'
_SERVER = (("Server", "another"),)


class FaultError(ValueError):
    """A fault was scripted that can never fire: unknown operation, list fault on a write, odd probability."""


@attrs.frozen(kw_only=True, repr=False)
class Fault:
    """One thing that goes wrong with one call; make it with the class methods, never directly.

    Args:
        kind: the name of the class method that made it.
        commit: whether the emulator acts (stores the write) for this call.
        listing: the fault makes sense only for paged list operations.
        first_page: the first page on which it shows, where it is for lists.
        whole: it shows on lists that come whole, without pages, too.
        form: which of several looks it has, where it has them.
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
    first_page: int = 2
    whole: bool = False
    form: str = ""

    def __repr__(self) -> str:
        parts: list[str] = []
        if self.seconds is not None:
            parts.append(f"seconds={self.seconds:g}")
        if self.code != 200:
            parts.append(f"code={self.code}")
        if self.form:
            parts.append(f"form={self.form!r}")
        parts.append(f"commit={self.commit}")
        return f"Fault.{self.kind}({', '.join(parts)})"

    # -- the response is lost -------------------------------------------------------------------------

    @classmethod
    def lost_answer(cls, *, ending: Ending = "close") -> "Fault":
        """Act, then drop the connection before the status line. Commits.

        Args:
            ending: ``close`` (FIN, the default) or ``reset`` (RST).

        Raises:
            ValueError: ``ending`` is neither.
        """
        known_ending(ending)
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
        known_ending(ending)
        return cls(kind="late_commit", commit=True, seconds=checked_seconds("delay", delay), ending=ending)

    @classmethod
    def reset_before(cls, *, ending: Ending = "reset") -> "Fault":
        """Drop the connection without acting and without a byte of a response. Does not commit.

        Args:
            ending: ``reset`` (RST, the default) or ``close`` (FIN).

        Raises:
            ValueError: ``ending`` is neither.
        """
        known_ending(ending)
        return cls(kind="reset_before", commit=False, ending=ending)

    @classmethod
    def reset_mid_body(cls, *, ending: Ending = "reset") -> "Fault":
        """Act, send the head and half of the body, then drop the connection. Commits.

        Args:
            ending: ``reset`` (RST, the default) or ``close`` (FIN).

        Raises:
            ValueError: ``ending`` is neither.
        """
        known_ending(ending)
        return cls(kind="reset_mid_body", commit=True, ending=ending)

    @classmethod
    def hang(cls, seconds: float | None = None, *, commit: bool = False) -> "Fault":
        """Respond nothing until the client leaves, the emulator closes, or ``seconds`` are over.

        After ``seconds`` the connection is closed without a response.

        Args:
            seconds: how long to keep silent; None for ever.
            commit: act before falling silent. False by default.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        wait = None if seconds is None else checked_seconds("seconds", seconds)
        return cls(kind="hang", commit=commit, seconds=wait)

    @classmethod
    def slow_answer(cls, seconds: float = 1.0) -> "Fault":
        """Act at once, respond properly only after ``seconds``. Commits.

        Args:
            seconds: the wait between acting and responding.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        return cls(kind="slow_answer", commit=True, seconds=checked_seconds("seconds", seconds))

    @classmethod
    def close_after(cls, *, ending: Ending = "close") -> "Fault":
        """Respond properly, let the client believe in keep-alive, then drop the connection. Commits.

        Args:
            ending: ``close`` (FIN, the default) or ``reset`` (RST).

        Raises:
            ValueError: ``ending`` is neither.
        """
        known_ending(ending)
        return cls(kind="close_after", commit=True, ending=ending)

    @classmethod
    def stray_response(cls, body: str | None = None) -> "Fault":
        """Respond properly, then write a second response that nobody asked for, on the open connection. Commits.

        A client that leaves it in the connection takes it for the response to its next request.

        Args:
            body: the stray response's JSON text; None gives the id of an object that does not exist.
        """
        text = _STRAY if body is None else body
        return cls(kind="stray_response", commit=True, body=text.encode())

    @classmethod
    def early_response(cls, status: int = 413) -> "Fault":
        """Refuse before the request's body is read, and never read it, with the connection open. Does not commit.

        A body up to 16 KiB comes with the head and counts as read, as no body does: then it is a plain refusal.

        Args:
            status: HTTP status, 413 by default.

        Raises:
            ValueError: the status cannot be sent.
        """
        body = b'{"message": "The request is too large"}'
        headers = header_pairs({"Content-Type": "application/json"})
        return cls(kind="early_response", commit=False, code=known_status(status), body=body, headers=headers)

    # -- refusals ----------------------------------------------------------------------------------

    @classmethod
    def status(
        cls,
        code: int = 503,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        commit: bool = False,
    ) -> "Fault":
        """Respond with this HTTP status and a plain body. Does not commit unless asked.

        Args:
            code: HTTP status, 200 to 599.
            body: the body; None gives a short HTML page as gateways send it.
            headers: more headers, for instance ``Retry-After``.
            commit: act all the same (a gateway that gave up after the server had acted).

        Raises:
            ValueError: the status or a header cannot be sent.
        """
        raw = body.encode() if isinstance(body, str) else body
        return cls(
            kind="status", commit=commit, code=known_status(code), body=raw, headers=header_pairs(headers)
        )

    @classmethod
    def retry_after(cls, seconds: float | str = 1.0, status: int = 429) -> "Fault":
        """Refuse with a ``Retry-After`` header. Does not commit.

        Args:
            seconds: seconds to wait, or any text sent as it is (an HTTP date, garbage, a negative number).
            status: HTTP status, 429 by default.

        Raises:
            ValueError: the status or the text cannot be sent.
        """
        text = seconds if isinstance(seconds, str) else f"{checked_seconds('seconds', seconds):g}"
        headers = header_pairs({"Retry-After": text, "Content-Type": "application/json"})
        body = b'{"message": "Too many requests"}'
        return cls(kind="retry_after", commit=False, code=known_status(status), body=body, headers=headers)

    @classmethod
    def absurd_wait(cls, form: WaitForm = "epoch", status: int = 429) -> "Fault":
        """Refuse with a ``Retry-After`` that cannot be meant as it stands. Does not commit.

        Args:
            form: ``epoch`` (one second from now, as seconds since 1970), ``milliseconds`` (the same in milliseconds),
                ``year_9999`` (an HTTP date in that year), or ``digits`` (twenty of them).
            status: HTTP status, 429 by default.

        Raises:
            ValueError: the status cannot be sent, or the form is none of these.
        """
        if form not in get_args(WaitForm):
            raise ValueError(f"form must be one of {', '.join(get_args(WaitForm))}, not {form!r}")
        return cls(kind="absurd_wait", commit=False, code=known_status(status), form=form)

    @classmethod
    def request_timeout(cls, *, commit: bool = False) -> "Fault":
        """Respond with HTTP 408: the server waited too long for the request. Does not commit unless asked.

        Args:
            commit: act all the same, as a server does whose proxy responds for it.
        """
        return cls(kind="request_timeout", commit=commit, code=408)

    @classmethod
    def misdirected(cls) -> "Fault":
        """Respond with HTTP 421: the request came to a server that is not meant for it. Does not commit."""
        return cls(kind="misdirected", commit=False, code=421)

    @classmethod
    def too_early(cls) -> "Fault":
        """Respond with HTTP 425: the server does not risk a request that may be a replay. Does not commit."""
        return cls(kind="too_early", commit=False, code=425)

    @classmethod
    def foreign_page(cls, status: int = 404) -> "Fault":
        """Respond with the HTML page of another server: a wrong address, a proxy, a firewall. Does not commit.

        Args:
            status: HTTP status, such as 200, 403 or 404.

        Raises:
            ValueError: the status cannot be sent.
        """
        return cls(kind="foreign_page", commit=False, code=known_status(status), headers=_SERVER)

    @classmethod
    def redirect(cls, location: str = "http://127.0.0.1:9/", status: int = 307) -> "Fault":
        """Respond with a redirect. Does not commit.

        Args:
            location: where to; the default is a port on which nobody listens.
            status: 301, 302, 303, 307 or 308.

        Raises:
            ValueError: the status is no redirect, or the location holds line breaks.
        """
        if status not in (301, 302, 303, 307, 308):
            raise ValueError(f"status must be a redirect, not {status!r}")
        headers = header_pairs({"Location": location})
        return cls(kind="redirect", commit=False, code=status, body=b"", headers=headers)

    @classmethod
    def expired_token(cls) -> "Fault":
        """Refuse this one call as if its token had expired, in the vendor's style. Does not commit."""
        return cls(kind="expired_token", commit=False)

    # -- HTTP 200 with a broken body ------------------------------------------------------------------

    @classmethod
    def not_json(cls, *, commit: bool = True) -> "Fault":
        """Respond with HTTP 200 with an HTML page. Commits unless told otherwise."""
        return cls(kind="not_json", commit=commit)

    @classmethod
    def truncated_json(cls, *, commit: bool = True) -> "Fault":
        """Respond with HTTP 200 with the first half of the JSON text, its length given right. Commits by default."""
        return cls(kind="truncated_json", commit=commit)

    @classmethod
    def wrong_envelope(cls, body: str = '{"unexpected": true}', *, commit: bool = True) -> "Fault":
        """Respond with HTTP 200 with valid JSON that lacks the vendor's envelope. Commits by default.

        Args:
            body: the JSON text, for instance ``[]``, ``null`` or ``{"r": "x"}``.
            commit: act all the same.
        """
        return cls(kind="wrong_envelope", commit=commit, body=body.encode())

    @classmethod
    def empty_body(cls, *, commit: bool = True) -> "Fault":
        """Respond with HTTP 200 with no body at all. Commits by default."""
        return cls(kind="empty_body", commit=commit)

    @classmethod
    def odd_bytes(cls, form: OddForm = "not_utf8") -> "Fault":
        """Respond properly, but with one odd value in the first row, or in the object where there are no rows. Commits.

        It stands in the name, or in the first text of a row without one. A body without any text stays as it is.

        Args:
            form: ``not_utf8`` (a byte that is none, in the name), ``half_emoji`` (a lone surrogate in it),
                ``raw_tab`` (an unescaped tab in it), or ``nan`` (a number that is none, in a field of its own).

        Raises:
            ValueError: the form is none of these.
        """
        if form not in _ODD:
            raise ValueError(f"form must be one of {', '.join(_ODD)}, not {form!r}")
        return cls(kind="odd_bytes", commit=True, form=form)

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
        return cls(kind="slow_body", commit=True, seconds=checked_seconds("seconds", seconds))

    @classmethod
    def long_header(cls, size: int = 1 << 20) -> "Fault":
        """Act, respond properly, with one header of ``size`` bytes. Commits.

        Raises:
            ValueError: the size is below 1.
        """
        return cls(kind="long_header", commit=True, size=checked_size("size", size))

    @classmethod
    def header_flood(cls, count: int = 10_000) -> "Fault":
        """Act, respond properly, with ``count`` headers too many. Commits.

        Raises:
            ValueError: the count is below 1.
        """
        return cls(kind="header_flood", commit=True, size=checked_size("count", count))

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
        return cls(kind="huge_body", commit=True, size=checked_size("size", size), headers=headers)

    # -- listings ---------------------------------------------------------------------------------------

    @classmethod
    def page_repeats(cls) -> "Fault":
        """Serve the previous page's rows again under the asked page's number. Paged lists only.

        It waits for a call that asks for page 2 or later; nothing would be seen on page 1.
        """
        return cls(kind="page_repeats", commit=True, listing=True)

    @classmethod
    def page_ignored(cls) -> "Fault":
        """Serve page 1 and call it page 1, whatever page was asked. Paged lists only; waits for page 2 or later."""
        return cls(kind="page_ignored", commit=True, listing=True)

    @classmethod
    def lagging_list(cls, rows: int = 1) -> "Fault":
        """Serve a list as it was before its newest rows came. Lists only; it shows on every page.

        Args:
            rows: how many of the newest rows are missing.

        Raises:
            ValueError: the number is below 1.
        """
        rows = checked_size("rows", rows)
        return cls(kind="lagging_list", commit=True, listing=True, first_page=1, whole=True, size=rows)

    @classmethod
    def page_capped(cls, rows: int = 1) -> "Fault":
        """Serve fewer rows on a page than were asked for, and pages of that size. Paged lists only.

        As a standing fault (``faults.always``) it is a host that caps its pages without a word.

        Args:
            rows: the most rows on a page.

        Raises:
            ValueError: the number is below 1.
        """
        rows = checked_size("rows", rows)
        return cls(kind="page_capped", commit=True, listing=True, first_page=1, size=rows)

    # -- by name ----------------------------------------------------------------------------------------

    @classmethod
    def named(cls, name: str) -> "Fault":
        """Make a fault with default arguments from its name, as used in ``fault_rates``.

        Raises:
            FaultError: there is no fault of this name.
        """
        maker = _MAKERS.get(name)
        if maker is None:
            names = ", ".join(sorted(_MAKERS))
            raise FaultError(f"no fault is called {name!r}; {near(name, _MAKERS, f'there are: {names}')}")
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
    "stray_response": Fault.stray_response,
    "early_response": Fault.early_response,
    "absurd_wait": Fault.absurd_wait,
    "request_timeout": Fault.request_timeout,
    "misdirected": Fault.misdirected,
    "too_early": Fault.too_early,
    "foreign_page": Fault.foreign_page,
    "odd_bytes": Fault.odd_bytes,
    "lagging_list": Fault.lagging_list,
    "page_capped": Fault.page_capped,
}
