"""Tokens for the people who use the phone or browser SDK, as opposed to the server token.

One job: sign client tokens. Such a token never carries `rest_api`, which would hand the server API to its
bearer. Source: developer.stringee.com, client-authentication; `icc_api` from the official samples.
"""

from __future__ import annotations

from ..core.errors import ConfigError
from ..core.options import exact_whole, shown
from ..core.validation import boolean, identifier
from .auth import StringeeAuth


def client_token(auth: StringeeAuth, user_id: str, *, lifetime: int, contact_center: bool) -> str:
    """Return a token with which one user logs in to the phone or browser SDK.

    Args:
        auth: The API key to sign with.
        user_id: The user; for an agent, equal to the agent's `stringee_user_id`.
        lifetime: Seconds until it ends.
        contact_center: Whether the user takes contact-centre calls as an agent.

    Raises:
        ConfigError: The user id is not one, or the lifetime is not a positive whole number of seconds.
    """
    claims: dict[str, object] = {"userId": identifier("user_id", user_id)}
    boolean("contact_center", contact_center)
    seconds = exact_whole(lifetime)
    if seconds is None or seconds < 1:
        raise ConfigError(f"lifetime must be whole seconds above 0, got {shown(lifetime)}")
    if contact_center:
        claims["icc_api"] = True
    return auth.sign(claims, seconds)
