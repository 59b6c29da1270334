"""Stringee's signature on what it sends to your server.

It holds no time, so a request that was recorded can be sent again: go by the `event_id`, or let an `Inbox` drop what comes
twice. Source: developer.stringee.com, validating-requests-are-coming-from-stringee.
"""

from __future__ import annotations

import base64
import hmac
import logging
from typing import TYPE_CHECKING, Final

from ..core.errors import ConfigError, WebhookError
from ..core.secrets import Secret

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger("stringee_async.webhooks")

SIGNATURE_HEADER: Final = "X-STRINGEE-SIGNATURE"


def verify(signing_key: str | Secret, signature: str | bytes | None, data: bytes | str) -> None:
    """Raise unless Stringee signed this request; takes the same time wherever a wrong signature differs.

    Args:
        signing_key: The project's signing secret key, which is not the secret of the API key.
        signature: The header `X-STRINGEE-SIGNATURE` as it came; None where the request has none.
        data: For a POST the raw body, before it is decoded. For a GET the request URI as it was sent: path, `?` and
            query, with `%20` for a blank, without the host. Behind a proxy that rewrites paths, give the one that
            Stringee called.

    Raises:
        WebhookError: The signature is missing or wrong.
        ConfigError: The key is empty or no text, or `signature` or `data` is neither bytes nor text.
    """
    key = check_key(signing_key)
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    elif not isinstance(data, (bytes, bytearray, memoryview)):
        raise ConfigError(f"data must be the raw body or the request URI, got {type(data).__name__}")
    if not signature:
        raise WebhookError("the request is not signed")
    if not isinstance(signature, (str, bytes)):
        raise ConfigError(f"signature must be the header as it came, got {type(signature).__name__}")
    given = signature.encode("utf-8", "replace") if isinstance(signature, str) else signature
    wanted = base64.b64encode(hmac.new(key, data, "sha1").digest())
    if not hmac.compare_digest(wanted, given):
        raise WebhookError("the signature is wrong")


def check_key(signing_key: object) -> bytes:
    """Return the bytes of a signing key if it can be one."""
    text = signing_key.reveal() if isinstance(signing_key, Secret) else signing_key
    if not isinstance(text, str) or not text.strip():
        raise ConfigError("signing_key must be the project's signing secret key, as text")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ConfigError("signing_key holds half a character (a lone surrogate); copy it again") from None


class _SignatureError(WebhookError):
    """The signature is missing or wrong."""


async def verified_body(request: web.Request, signing_key: str | Secret | None) -> bytes:
    """Return the body of a POST whose signature is right."""
    from aiohttp import web

    if request.method != "POST":
        raise web.HTTPMethodNotAllowed(request.method, ["POST"])
    body = await request.read()
    _verify(request, signing_key, body)
    return body


def verify_uri(request: web.Request, signing_key: str | Secret | None) -> None:
    """Raise unless the signature of a GET is right, which covers path and query as they were sent."""
    _verify(request, signing_key, request.raw_path)


def _verify(request: web.Request, signing_key: str | Secret | None, data: bytes | str) -> None:
    if signing_key is None:
        return
    try:
        verify(signing_key, request.headers.get(SIGNATURE_HEADER), data)
    except WebhookError as error:
        raise _SignatureError(str(error)) from None


def refused(error: WebhookError) -> web.Response:
    """Return the response to a request that is not signed rightly, or cannot be read."""
    from aiohttp import web

    logger.warning("a webhook was refused: %s", error)
    return web.Response(status=403 if isinstance(error, _SignatureError) else 400)
