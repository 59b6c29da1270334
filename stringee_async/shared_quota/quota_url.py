"""The address of a shared quota: where the store is, and how large the quota is; nothing here shows the password."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import attrs

from ..core.errors import ConfigError
from ..core.options import at_least_one, check_kind, exact_number, shown
from ..core.ratelimit import RateLimit
from ..core.secrets import Secret

_SCHEMES: Final = MappingProxyType(
    {"redis": "redis", "rediss": "rediss", "unix": "unix", "valkey": "redis", "valkeys": "rediss"}
)
_FORM: Final = "redis://HOST:6379/0?limit=300/10&processes=8"
DEFAULT_NAME: Final = "default"


@attrs.frozen(kw_only=True)
class SharedQuota:
    """A quota and the store that it is shared over.

    Args:
        url: Address of the store, with its password.
        shown: The same without user, password and settings, for people.
        limit: What all processes together may send.
        processes: How many processes share it.
        name: Name of the quota in the store.
        interactive: Part of the quota that the interactive lane has.
    """

    url: Secret
    shown: str
    limit: RateLimit
    processes: int
    name: str
    interactive: float


def read_quota(
    url: str, limit: RateLimit | None, processes: int | None, name: str | None, interactive: float
) -> SharedQuota:
    """Return a quota from arguments, and from settings in the URL where an argument is None.

    Raises:
        ConfigError: Something is missing or wrong, naming it and never a password.
    """
    if not isinstance(url, str):
        raise ConfigError(f"url must be a text such as {_FORM!r}; got a {type(url).__name__}")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ConfigError(f"url is not an address such as {_FORM!r}") from None
    place = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in _SCHEMES or not place:
        raise ConfigError(f"url must begin with redis://, rediss:// or unix:// and name a host: {_FORM!r}")
    settings = dict(parse_qsl(parts.query, keep_blank_values=True))
    check_kind("limit", limit, RateLimit, "RateLimit(300, 10.0)")
    found_limit = limit or _limit(settings.pop("limit", None))
    found_processes = _processes(processes, settings.pop("processes", None))
    named = settings.pop("name", None)
    for one in ("limit", "processes"):
        settings.pop(one, None)
    bare = urlunsplit((_SCHEMES[parts.scheme], parts.netloc, parts.path, urlencode(settings), ""))
    where = place if parts.scheme == "unix" else f"{place}:{port or 6379}{parts.path}"
    return SharedQuota(
        url=Secret(bare),
        shown=f"{parts.scheme}://{where}",
        limit=found_limit,
        processes=found_processes,
        name=_name(name if name is not None else named),
        interactive=_interactive(interactive),
    )


def _limit(text: str | None) -> RateLimit:
    if text is None:
        raise ConfigError(
            f"limit is missing: give limit=RateLimit(300, 10.0), or write it into the URL: {_FORM!r}"
        )
    requests, _, per = text.partition("/")
    try:
        return RateLimit(int(requests), float(per or 1))
    except (ValueError, ConfigError):
        raise ConfigError(
            f"limit in the URL must be CALLS/SECONDS, such as 300/10; got {shown(text)}"
        ) from None


def _processes(given: int | None, text: str | None) -> int:
    if given is not None:
        return at_least_one("processes", given)
    if text is None:
        raise ConfigError(
            "processes is missing: say how many processes share the quota; each keeps to its part of it while the store "
            f"is down: processes=8, or {_FORM!r}"
        )
    return at_least_one("processes", int(text) if text.isascii() and text.isdecimal() else text)


def _name(name: object) -> str:
    if name is None:
        return DEFAULT_NAME
    if (
        not isinstance(name, str)
        or not name.strip()
        or len(name) > 100
        or any(sign in name or not name.isprintable() for sign in "{}")
    ):
        raise ConfigError(
            f"name must be a text of at most 100 characters without braces, such as 'shop'; got {shown(name)}"
        )
    return name


def _interactive(part: object) -> float:
    number = exact_number(part)
    if number is None or not 0 < number < 1:
        raise ConfigError(f"interactive must be a number between 0 and 1, such as 0.4; got {shown(part)}")
    return number
