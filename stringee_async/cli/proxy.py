"""The way through a proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name; never for this computer itself."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncGenerator, Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..core.errors import ConfigError
from .vendor import Vendor

if TYPE_CHECKING:
    from ..core.profiles import Account

_CONCURRENCY: Final = 64
_PROXY: Final = re.compile(r"http://(?:[^/@\s]*@)?[A-Za-z0-9._\-\[\]:]+/?")
_THIS_COMPUTER: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@contextlib.asynccontextmanager
async def session_for(vendor: Vendor, account: Account) -> AsyncGenerator[Any]:
    """Open a session that goes through the proxy of the environment; None where no address needs one."""
    if not needs_proxy(addresses(vendor, account)):
        yield None
        return
    from ..core.aiohttp_transport import session_through_proxies

    async with session_through_proxies(_CONCURRENCY) as session:
        yield session


def addresses(vendor: Vendor, account: Account) -> list[str]:
    """Return the addresses that a client of the account calls."""
    return list(addresses_by_setting(vendor, account).values())


def addresses_by_setting(vendor: Vendor, account: Account) -> dict[str, str]:
    """Return the addresses that a client of the account calls, by the names of their settings."""
    usual: dict[str, str] = {}
    if vendor is Vendor.STRINGEE:
        from ..stringee.client import API_URL, ICC_URL

        usual = {"icc_url": ICC_URL, "api_url": API_URL}
    elif vendor is Vendor.ITNIOTECH:
        from ..itniotech.client import URL

        usual = {"url": URL}
    return {**usual, **account.urls}


def needs_proxy(urls: Iterable[str]) -> bool:
    """Return whether the environment sends one of these addresses through a proxy.

    Raises:
        ConfigError: The variable holds no address of a proxy; its value is not shown, as it may hold a password.
    """
    proxies = getproxies()
    for url in urls:
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            continue  # the client says what is wrong with it
        if host and host not in _THIS_COMPUTER and parts.scheme in proxies and not proxy_bypass(host):
            if not _PROXY.fullmatch(proxies[parts.scheme]):
                raise ConfigError(
                    f"{parts.scheme.upper()}_PROXY must be the URL of an HTTP proxy, such as http://proxy.example:3128"
                )
            return True
    return False
