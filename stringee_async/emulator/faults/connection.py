"""Faults of the connection: it is dropped, falls silent, or carries a response at the wrong time."""

from typing import Self

from aiohttp import web

from ..dialect import Response
from ..exchange import Ending, Exchange
from .arguments import known_status, valid_seconds
from .value import FaultValue

_STRAY = '{"r": 0, "status": "0", "id": 0, "agentID": "stray", "groupID": "stray", "message": "for another request"}'
_TOO_LARGE = b'{"message": "The request is too large"}'
_JSON = (("Content-Type", "application/json"),)


class ConnectionFaults(FaultValue):
    """Makes faults of the connection."""

    __slots__ = ()

    @classmethod
    def lost_answer(cls, *, ending: Ending = "close") -> Self:
        """Act, then drop the connection before the status line, with FIN (``close``) or RST (``reset``). Commits.

        Raises:
            ValueError: ``ending`` is neither.
        """
        return cls(kind="lost_answer", deliver=_drop, commit=True, ending=ending)

    @classmethod
    def late_commit(cls, delay: float = 0.5, *, ending: Ending = "close") -> Self:
        """Drop the connection at once, with FIN or RST (``reset``), and act ``delay`` seconds later. Commits, later.

        ``Emulator.settle()`` waits for all such commits; closing the emulator cancels them.

        Raises:
            ValueError: the delay is negative or not finite, or ``ending`` is unknown.
        """
        wait = valid_seconds("delay", delay)
        return cls(kind="late_commit", deliver=_late_commit, commit=True, seconds=wait, ending=ending)

    @classmethod
    def reset_before(cls, *, ending: Ending = "reset") -> Self:
        """Drop the connection, with RST or FIN (``close``), without acting or responding. Does not commit.

        Raises:
            ValueError: ``ending`` is neither.
        """
        return cls(kind="reset_before", deliver=_drop, commit=False, ending=ending)

    @classmethod
    def reset_mid_body(cls, *, ending: Ending = "reset") -> Self:
        """Act, send the head and half of the body, then drop the connection, with RST or FIN (``close``). Commits.

        Raises:
            ValueError: ``ending`` is neither.
        """
        return cls(kind="reset_mid_body", deliver=_reset_mid_body, commit=True, ending=ending)

    @classmethod
    def hang(cls, seconds: float | None = None, *, commit: bool = False) -> Self:
        """Respond nothing until the client leaves or the emulator closes, or close the connection after ``seconds``.

        With ``commit`` it acts before falling silent.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        wait = None if seconds is None else valid_seconds("seconds", seconds)
        return cls(kind="hang", deliver=_hang, commit=commit, seconds=wait)

    @classmethod
    def slow_answer(cls, seconds: float = 1.0) -> Self:
        """Act at once, respond properly only after ``seconds``. Commits.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        wait = valid_seconds("seconds", seconds)
        return cls(kind="slow_answer", deliver=_slow_answer, commit=True, seconds=wait)

    @classmethod
    def close_after(cls, *, ending: Ending = "close") -> Self:
        """Respond properly as if the connection stayed open, then drop it, with FIN or RST (``reset``). Commits.

        Raises:
            ValueError: ``ending`` is neither.
        """
        return cls(kind="close_after", deliver=_close_after, commit=True, ending=ending)

    @classmethod
    def stray_response(cls, body: str | None = None) -> Self:
        """Respond properly, then write a second, unsolicited response on the open connection. Commits.

        A client that leaves it in the connection takes it for the response to its next request. ``body`` is its JSON
        text; by default it has the id of an object that does not exist.
        """
        text = _STRAY if body is None else body
        return cls(kind="stray_response", deliver=_stray_response, commit=True, body=text.encode())

    @classmethod
    def early_response(cls, status: int = 413) -> Self:
        """Refuse with this HTTP status before the body is read, and never read it, with the connection open. Does not commit.

        A body up to 16 KiB comes with the head and counts as read, as no body does: then it is a plain refusal.

        Raises:
            ValueError: the status cannot be sent.
        """
        code = known_status(status)
        return cls(
            kind="early_response",
            deliver=_early_response,
            commit=False,
            code=code,
            body=_TOO_LARGE,
            headers=_JSON,
        )


async def _drop(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    return exchange.drop(fault.ending)


async def _late_commit(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    exchange.act_later(fault.seconds or 0.0)
    return exchange.drop(fault.ending)


async def _reset_mid_body(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    half = response.body[: len(response.body) // 2]
    exchange.write(exchange.head(response, len(response.body)) + half)
    exchange.record.status = response.status
    return exchange.drop(fault.ending)


async def _hang(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    await exchange.wait(fault.seconds)
    return exchange.drop("close")


async def _slow_answer(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    if await exchange.wait(fault.seconds):
        return exchange.send(response)
    return exchange.drop("close")


async def _close_after(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    exchange.send(exchange.act())
    return exchange.drop(fault.ending)


async def _stray_response(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    response = exchange.send(exchange.act())
    stray = Response(200, fault.body or b"")
    exchange.write(exchange.head(stray, len(stray.body)) + stray.body)
    return response


async def _early_response(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    response = exchange.send(Response(fault.code, fault.body or b"", fault.headers))
    if not exchange.unread:
        return response
    await exchange.wait(None)  # what the client still sends is never read
    return exchange.drop("close")
