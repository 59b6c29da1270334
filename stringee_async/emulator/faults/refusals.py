"""Faults that refuse a call with an HTTP status, in the vendor's style or in that of a gateway or another server."""

import time
from collections.abc import Mapping
from typing import Literal, Self, TypeAlias, get_args

from aiohttp import web

from ..dialect import Response
from ..exchange import Exchange
from .arguments import header_pairs, known_status, valid_seconds
from .value import FaultValue

WaitForm: TypeAlias = Literal["epoch", "milliseconds", "year_9999", "digits"]
"""How an absurd wait is written."""

_THROTTLED = b'{"message": "Too many requests"}'


class Refusals(FaultValue):
    """Makes faults that refuse a call."""

    __slots__ = ()

    @classmethod
    def status(
        cls,
        code: int = 503,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        commit: bool = False,
    ) -> Self:
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
        pairs = header_pairs(headers)
        return cls._canned("status", commit=commit, code=known_status(code), body=raw, headers=pairs)

    @classmethod
    def retry_after(cls, seconds: float | str = 1.0, status: int = 429) -> Self:
        """Refuse with a ``Retry-After`` header. Does not commit.

        Args:
            seconds: seconds to wait, or any text sent as it is (an HTTP date, garbage, a negative number).
            status: HTTP status, 429 by default.

        Raises:
            ValueError: the status or the text cannot be sent.
        """
        text = seconds if isinstance(seconds, str) else f"{valid_seconds('seconds', seconds):g}"
        headers = header_pairs({"Retry-After": text, "Content-Type": "application/json"})
        return cls._canned("retry_after", code=known_status(status), body=_THROTTLED, headers=headers)

    @classmethod
    def absurd_wait(cls, form: WaitForm = "epoch", status: int = 429) -> Self:
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
        return cls(
            kind="absurd_wait", deliver=_absurd_wait, commit=False, code=known_status(status), form=form
        )

    @classmethod
    def request_timeout(cls, *, commit: bool = False) -> Self:
        """Respond with HTTP 408: the server waited too long for the request. Does not commit unless asked."""
        return cls._canned("request_timeout", commit=commit, code=408)

    @classmethod
    def misdirected(cls) -> Self:
        """Respond with HTTP 421: the request came to a server that is not meant for it. Does not commit."""
        return cls._canned("misdirected", code=421)

    @classmethod
    def too_early(cls) -> Self:
        """Respond with HTTP 425: the server does not risk a request that may be a replay. Does not commit."""
        return cls._canned("too_early", code=425)

    @classmethod
    def foreign_page(cls, status: int = 404) -> Self:
        """Respond with this HTTP status and the page of another server: a wrong address, a proxy, a firewall. Does not commit.

        Raises:
            ValueError: the status cannot be sent.
        """
        return cls._canned("foreign_page", code=known_status(status), headers=(("Server", "another"),))

    @classmethod
    def redirect(cls, location: str = "http://127.0.0.1:9/", status: int = 307) -> Self:
        """Respond with a redirect (301, 302, 303, 307 or 308), by default to a port where nothing listens. Does not commit.

        Raises:
            ValueError: the status is no redirect, or the location holds line breaks.
        """
        if status not in (301, 302, 303, 307, 308):
            raise ValueError(f"status must be a redirect, not {status!r}")
        headers = header_pairs({"Location": location})
        return cls._canned("redirect", code=status, body=b"", headers=headers)

    @classmethod
    def expired_token(cls) -> Self:
        """Refuse this one call as if its token had expired, in the vendor's style. Does not commit."""
        return cls(kind="expired_token", deliver=_expired_token, commit=False)


async def _expired_token(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:  # noqa: ARG001
    return exchange.send(exchange.expired())


async def _absurd_wait(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    soon = time.time() + 1 if (now := exchange.now()) is None else now + 1
    text = {
        "epoch": f"{soon:.0f}",
        "milliseconds": f"{soon * 1000:.0f}",
        "year_9999": "Fri, 31 Dec 9999 23:59:59 GMT",
        "digits": "9" * 20,
    }[fault.form]
    headers = (("Retry-After", text), ("Content-Type", "application/json"))
    return exchange.send(Response(fault.code, _THROTTLED, headers))
