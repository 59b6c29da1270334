"""Sends an emulated service's webhooks to the customer's own server, on loopback addresses only.

Each is one request in the background; nothing is retried, redirects are not followed, and the order is not kept.
"""

import ipaddress
import string
from collections.abc import Mapping
from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

import aiohttp
import attrs
from yarl import URL

from .background import Background
from .settings import Settings

Ended: TypeAlias = Literal["pending", "answered", "failed", "skipped"]
"""``answered`` with any HTTP status; ``failed`` without one; ``skipped``: not sent, because the address is not
a loopback one or the emulator does not run; ``pending`` for ever if the emulator was closed first."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@attrs.define(kw_only=True, eq=False)
class Delivery:
    """One webhook. Its representation shows neither address nor data.

    Args:
        method: ``GET`` sends the data in the query, ``POST`` as a form.
        url: the address that the customer gave.
        data: the fields of the message.
        subscription: the id of the customer's subscription.
        ended: how it ended; ``pending`` before.
        status: the HTTP status of the response, if there was one.
    """

    method: str
    url: str = attrs.field(repr=False)
    data: Mapping[str, str] = attrs.field(repr=False)
    subscription: int
    ended: Ended = "pending"
    status: int | None = None


class WebhookSender:
    """Sends webhooks in tasks that the emulator owns."""

    def __init__(self, settings: Settings, background: Background) -> None:
        self._settings = settings
        self._background = background

    def send(self, delivery: Delivery) -> None:
        """Start sending a webhook."""
        url = loopback(delivery.url)
        if url is None or not self._background.spawn(self._carry(delivery, url)):
            delivery.ended = "skipped"

    async def _carry(self, delivery: Delivery, url: URL) -> None:
        text = urlencode(delivery.data)
        get = delivery.method == "GET"
        if get:
            joint = "&" if url.raw_query_string else "?"
            url = URL(f"{url}{joint}{text}", encoded=True)
        body, headers = (None, None) if get else (text.encode(), _FORM)
        delivery.status, error = await send_once(
            delivery.method, url, body, headers, self._settings.delivery_timeout
        )
        delivery.ended = "failed" if error else "answered"


async def send_once(
    method: str, url: URL | str, body: bytes | None, headers: Mapping[str, str] | None, seconds: float
) -> tuple[int | None, str]:
    """Send one request; return the HTTP status, or None and the name of the error's class."""
    try:
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=seconds)
            ) as session,
            session.request(method, url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return response.status, ""
    except (aiohttp.ClientError, OSError) as error:
        return None, type(error).__name__


def loopback(text: str) -> URL | None:
    """Parse an absolute URL of this machine; None if it is another machine's or cannot be parsed."""
    try:
        # what is encoded already stays as the customer wrote it
        url = URL(quote(text.partition("#")[0], safe=string.punctuation), encoded=True)
        host = (url.host or "").lower()
        own = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return None
    return url if own and url.scheme in ("http", "https") else None
