"""What RingMe's ids look like, and the checks for them.

Ids are whole numbers from 1 up; digits as text are taken too, because webhooks and `Ensured.id` carry them so. An
extension may be named instead, as `"@101"`, and a client may be `"@me"`. Source: the vendor's page on realms and names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from ..core.errors import ConfigError
from ..core.field_rules import row_id
from ..core.validation import identifier

Id = int | str
"""An id: a whole number from 1 up, or its digits as text; for extensions also `"@name"`, for clients `"@me"`."""

ME: Final = "@me"
"""Stands for the id of the client that the token's own user belongs to."""


def numbers(name: str, value: object) -> list[int]:
    """Return one id, or several, as a list of numbers; `name` is the argument's, for the message."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [row_id(name, value)]
    listed = [row_id(name, item) for item in cast("Sequence[object]", value)]
    if not listed:
        raise ConfigError(f"{name} must hold at least one id; leave it out to filter nothing")
    return listed


def segment(name: str, value: object) -> str:
    """Return an id of an extension or a client as it stands in a path: digits, or text such as `@101` or `@me`."""
    return identifier(name, value) if isinstance(value, str) and value != "0" else str(row_id(name, value))


def client_path(client_id: Id) -> dict[str, str]:
    """Return the path parameter of the client realm."""
    return {"client_id": segment("client_id", client_id)}


def agent_path(agent_id: Id, client_id: Id) -> dict[str, str]:
    """Return the path parameters of one agent."""
    return {**client_path(client_id), "agent_id": str(row_id("agent_id", agent_id))}


def extension_path(extension_id: Id) -> dict[str, str]:
    """Return the path parameter of the extension realm."""
    return {"extension_id": segment("extension_id", extension_id)}


def uuid(name: str, value: object) -> str:
    """Return the id of a call or a recording as the vendor's lists write it; in events it stands in lower case."""
    return identifier(name, value).upper()
