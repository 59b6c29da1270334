"""OAuth2 client credentials: a bearer token from a token endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from .auth import Send, Token, TokenCache
from .clock import Clock
from .errors import (
    MAY_HAVE_ACTED,
    ApiError,
    AuthError,
    DecodeError,
    NotSentError,
    OutcomeUnknownError,
    ServerError,
)
from .messages import Request, Response


class ClientCredentials:
    """OAuth2 client credentials (RFC 6749, section 4.4): a bearer token from a token endpoint.

    A call that fails here was itself never sent, whatever happened to the request for the token, and its error
    says so: a lost or broken response of the token endpoint is a `NotSentError`, which even a create may be
    repeated after; a refusal keeps its class, with the outcome `"not_sent"`.

    Args:
        request_token: Asks the token endpoint once and returns the token; the vendor knows its form. It raises
            what the endpoint said, without any text that could hold a credential.
        clock: Where time comes from.
        margin: Seconds before its end at which a token counts as old.
    """

    def __init__(
        self, request_token: Callable[[Send], Awaitable[Token]], clock: Clock, *, margin: float = 60.0
    ) -> None:
        self._request_token = request_token
        self._cache = TokenCache(self._fetch, clock, margin=margin)

    async def _fetch(self, send: Send) -> Token:
        try:
            return await self._request_token(send)
        except (OutcomeUnknownError, DecodeError, ServerError) as error:
            # Asking for a token twice does no harm, and the caller's own request has not left yet.
            why = error.message.removesuffix(MAY_HAVE_ACTED)
            raise NotSentError(
                f"no token was issued ({type(error).__name__}: {why}); the call itself was not sent",
                status=error.status,
                retry_after=error.retry_after,
                foreign=error.foreign,
                next_step=None if error.foreign else "try it again later",
            ) from error
        except ApiError as error:
            error.outcome = "not_sent"
            raise

    @property
    def issued(self) -> int:
        """How many tokens were fetched so far."""
        return self._cache.issued

    def ready(self) -> bool:
        """Return whether there is a fresh token."""
        return self._cache.fresh() is not None

    async def prepare(self, send: Send) -> None:
        """Fetch a token through `send` if there is none fresh."""
        if self._cache.fresh() is None:
            await self._cache.get(send)

    def forget(self) -> None:
        """Fetch a new token for the next call, for instance because the secret was replaced."""
        self._cache.forget()

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with the `Authorization` header."""
        token = self._cache.current()
        if token is None:
            raise AuthError("there is no token; prepare() must come before authorize()")
        return request.signed({"Authorization": f"Bearer {token.value.reveal()}"}, token)

    def rejected(self, request: Request, response: Response) -> bool:  # noqa: ARG002 - the seam's signature
        """Drop the token that `request` carried; return whether another may help."""
        return self._cache.drop(request.credential)
