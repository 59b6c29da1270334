"""What every fault is. The files beside this one make faults and carry them out on the socket."""

from collections.abc import Awaitable, Callable
from typing import Self, TypeAlias, get_args

import attrs
from aiohttp import web

from ..dialect import Response
from ..exchange import Ending, Exchange
from ..near_names import KnownNames

Delivery: TypeAlias = Callable[["FaultValue", Exchange], Awaitable[web.StreamResponse]]
"""Carries a fault out on the socket."""

HTML = (("Content-Type", "text/html; charset=utf-8"),)


class FaultError(ValueError):
    """A fault was scripted that can never fire: unknown operation, list fault on a write, impossible probability."""


def _known_ending(_: object, attribute: "attrs.Attribute[Ending]", value: Ending) -> None:
    if value not in get_args(attribute.type):
        raise ValueError(f"ending must be 'close' or 'reset', not {value!r}")


async def _send_canned(fault: "FaultValue", exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    body, headers = fault.body, fault.headers
    if body is None:
        body = html_page(f"{fault.code}", f"{fault.code}")
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = HTML + headers
    return exchange.send(Response(fault.code, body, headers))


def html_page(title: str, heading: str) -> bytes:
    """Make a short HTML page as gateways send it."""
    return f"<html><head><title>{title}</title></head><body><h1>{heading}</h1></body></html>".encode()


@attrs.frozen(kw_only=True, repr=False)
class FaultValue(metaclass=KnownNames):
    """One thing that goes wrong with one call; "acts" means that a write is stored (a read has nothing to store).

    Args:
        kind: the name of the class method that made it.
        deliver: carries it out on the socket.
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
    deliver: "Delivery" = attrs.field(eq=False)
    commit: bool
    listing: bool = False
    seconds: float | None = None
    code: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    ending: Ending = attrs.field(default="close", validator=_known_ending)
    size: int = 0
    first_page: int = 2
    whole: bool = False
    form: str = ""

    @classmethod
    def _canned(
        cls,
        kind: str,
        *,
        commit: bool = False,
        code: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
    ) -> Self:
        """Make a fault that sends a response of its own; it is HTML if the headers do not say what it is."""
        return cls(kind=kind, deliver=_send_canned, commit=commit, code=code, headers=headers, body=body)

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
