"""Sends an emulated service's webhooks to the customer's own server: on this machine, or on a host that the settings name.

Each is one request in the background; redirects are not followed. Nothing is sent again but what got no response in time,
where the vendor is known for that. The order is kept where a webhook is sent in a line.
"""

import asyncio
import ipaddress
import string
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlencode

import aiohttp
import attrs
from yarl import URL

from .background import Background
from .settings import Settings

Ended: TypeAlias = Literal["pending", "answered", "failed", "skipped"]
"""``answered`` with any HTTP status; ``failed`` without one; ``skipped``: not sent, because the address is
another machine's or the emulator does not run; ``pending`` for ever if the emulator was closed first."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@attrs.define(kw_only=True, eq=False)
class Delivery:
    """One webhook. Its representation shows neither address nor data.

    Args:
        method: ``GET`` sends the data in the query, ``POST`` in the body.
        url: the address that the customer gave.
        data: the fields of the message.
        subscription: the id of the customer's subscription, where the vendor has some.
        body: the bytes of the body; None for the data as a form, or for none with ``GET``.
        headers: the headers; None for those of a form with ``POST``, and none with ``GET``.
        timeout: seconds that the response may take; None for ``delivery_timeout`` of the settings.
        resends: how often it is sent again if no response comes in time.
        ended: how it ended; ``pending`` before.
        status: the HTTP status of the response, if there was one.
        tries: how often it was sent.
        response: the body of the response, where it is of use.
    """

    method: str
    url: str = attrs.field(repr=False)
    data: Mapping[str, Any] = attrs.field(repr=False)
    subscription: int = 0
    body: bytes | None = attrs.field(default=None, repr=False)
    headers: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    timeout: float | None = None
    resends: int = 0
    ended: Ended = "pending"
    status: int | None = None
    tries: int = 0
    response: bytes = attrs.field(default=b"", repr=False)


class WebhookSender:
    """Sends webhooks in tasks that the emulator owns."""

    def __init__(self, settings: Settings, background: Background) -> None:
        self._settings = settings
        self._background = background
        self._last: dict[str, asyncio.Task[None]] = {}

    def send(
        self, delivery: Delivery, *, line: str | None = None, then: Callable[[Delivery], None] | None = None
    ) -> None:
        """Start sending a webhook, behind the earlier ones of its line; ``then`` is called when it has ended."""
        url = self.address(delivery.url)
        before = None if line is None else self._last.get(line)
        task = None if url is None else self._background.start(self._carry(delivery, url, before, then))
        if task is None:
            delivery.ended = "skipped"
            if then is not None:
                then(delivery)
        elif line is not None:
            self._last[line] = task
            task.add_done_callback(lambda ended: self._leave(line, ended))

    def address(self, text: str) -> URL | None:
        """Parse an address that may be posted to; None for another one."""
        return address(text, self._settings.webhook_hosts)

    def _leave(self, line: str, task: asyncio.Task[None]) -> None:
        if self._last.get(line) is task:
            del self._last[line]

    async def _carry(
        self,
        delivery: Delivery,
        url: URL,
        before: asyncio.Task[None] | None,
        then: Callable[[Delivery], None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        body, headers = delivery.body, delivery.headers
        if delivery.method != "GET":
            body = urlencode(delivery.data).encode() if body is None else body
            headers = _FORM if headers is None else headers
        elif delivery.data:
            joint = "&" if url.raw_query_string else "?"
            url = URL(f"{url}{joint}{urlencode(delivery.data)}", encoded=True)
        seconds = self._settings.delivery_timeout if delivery.timeout is None else delivery.timeout
        error = "TimeoutError"
        while error.endswith("TimeoutError") and delivery.tries <= delivery.resends:
            delivery.tries += 1
            delivery.status, error, delivery.response = await ask_once(
                delivery.method, url, body, headers, seconds, read=then is not None
            )
        delivery.ended = "failed" if error else "answered"
        if then is not None:
            then(delivery)


async def send_once(
    method: str, url: URL | str, body: bytes | None, headers: Mapping[str, str] | None, seconds: float
) -> tuple[int | None, str]:
    """Send one request; return the HTTP status, or None and the name of the error's class."""
    status, error, _ = await ask_once(method, url, body, headers, seconds, read=False)
    return status, error


async def ask_once(
    method: str,
    url: URL | str,
    body: bytes | None,
    headers: Mapping[str, str] | None,
    seconds: float,
    *,
    read: bool = True,
) -> tuple[int | None, str, bytes]:
    """Send one request; return the HTTP status, or None and the name of the error's class, and the response's body."""
    try:
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=seconds)
            ) as session,
            session.request(method, url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return response.status, "", await response.read() if read else b""
    except (aiohttp.ClientError, OSError) as error:
        return None, type(error).__name__, b""


def address(text: str, hosts: Collection[str] = ()) -> URL | None:
    """Parse an absolute URL of this machine or of one of the hosts; None if it is another's or cannot be parsed."""
    try:
        # what is encoded already stays as the customer wrote it
        url = URL(quote(text.partition("#")[0], safe=string.punctuation), encoded=True)
        host = (url.host or "").lower()
        own = host == "localhost" or host in hosts or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return None
    return url if own and url.scheme in ("http", "https") else None


def own_address(name: str, url: str | None, hosts: Collection[str]) -> str | None:
    """Return an address that webhooks may go to; ValueError for one of another machine."""
    if url is not None and address(url, hosts) is None:
        raise ValueError(f"{name} must be an http address on the loopback interface, or of webhook_hosts")
    return url
