"""Where the credentials come from: the environment, or a profile in a small TOML file.

A profile is used as a whole or not at all, so that one customer's key never meets another customer's address::

    [profiles.shop]
    key_sid = "SK..."
    key_secret = "..."
    icc_url = "https://icc-api.stringee.com"     # optional, as is api_url

    [profiles.exchange]
    vendor = "ringme"                            # stringee, where it is left out
    client_id = "..."
    client_secret = "..."
    url = "https://pbx.example"

Without `--profile`, the environment is used if it holds a key of the vendor, else the profile `default`, if there
is one and it is the vendor's.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import attrs

from ..core.environment import read_variables, switch
from ..core.errors import ConfigError
from ..core.near_names import near_names
from ..core.secrets import Secret
from .vendor import CONFIG, PROFILE, Vendor

DEFAULT_PROFILE: Final = "default"
_EVERYWHERE: Final = {"vendor", "allow_http", "phone_country", "signing_key", "path_secret"}
"""What a profile of every vendor may hold beside its settings."""


@attrs.frozen
class Settings:
    """What a vendor's account is made of, by the names in a profile; `needs_url` if no address fits every customer."""

    key: str
    secret: str
    urls: tuple[str, ...]
    needs_url: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Those that must be there."""
        return (self.key, self.secret, *(self.urls if self.needs_url else ()))

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (self.key, self.secret, *self.urls)


SETTINGS: Final = {
    Vendor.STRINGEE: Settings("key_sid", "key_secret", ("icc_url", "api_url")),
    Vendor.RINGME: Settings("client_id", "client_secret", ("url",), needs_url=True),
    Vendor.ITNIOTECH: Settings("api_key", "api_secret", ("url",)),
}


WEBHOOK_SECRETS: Final = {
    Vendor.STRINGEE: ("signing_key", "STRINGEE_SIGNING_KEY"),
    Vendor.RINGME: ("path_secret", "RINGME_PATH_SECRET"),
    Vendor.ITNIOTECH: ("path_secret", "ITNIOTECH_PATH_SECRET"),
}
"""What tells a vendor's webhooks from others': its name in a profile, and its variable."""


@attrs.frozen(kw_only=True)
class Account:
    """What a client needs to know.

    Args:
        key: What tells the account: key SID, application id, API key.
        secret: What proves it.
        urls: The addresses that are set, by the name of the client's argument; others are the client's defaults.
        allow_http: Whether `http://` addresses of private networks are taken.
        phone_country: Country of national phone numbers, or None.
        warning: Something the user should know about the file, or None.
    """

    key: str
    secret: Secret
    urls: Mapping[str, str]
    allow_http: bool = False
    phone_country: str | None = None
    warning: str | None = None


def variable(vendor: Vendor, name: str) -> str:
    """Return the environment variable that holds a setting, such as `RINGME_URL`."""
    return f"{vendor.name}_{name.upper()}"


def default_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the profile file is looked for by default."""
    root = environ.get("XDG_CONFIG_HOME") or environ.get("APPDATA")
    return (Path(root) if root else Path.home() / ".config") / "stringee-async" / "config.toml"


def in_environment(vendor: Vendor, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether the environment names a key or a secret of the vendor, be it an empty one."""
    settings = SETTINGS[vendor]
    return any(variable(vendor, name) in environ for name in (settings.key, settings.secret))


def profile_vendor(
    profile: str | None, config: Path | None, environ: Mapping[str, str] = os.environ
) -> Vendor | None:
    """Return whose a profile is; None where file or profile is missing or wrong, which is told when it is used."""
    try:
        path = config or default_config_path(environ)
        return _vendor_of(path, *_table(path, profile or DEFAULT_PROFILE))
    except ConfigError:
        return None


def find_account(
    vendor: Vendor, profile: str | None, config: Path | None, environ: Mapping[str, str] = os.environ
) -> Account:
    """Find the credentials of a vendor.

    Raises:
        ConfigError: Something is missing or wrong, or the profile is another vendor's; the message says what to do.
    """
    for given, option, name in ((profile, "--profile", PROFILE), (config, "--config", CONFIG)):
        if given is None and environ.get(name, "-").strip() == "":
            raise ConfigError(f"{name} is set but empty; give a value, or unset it")
        if given is not None and str(given).strip() in {"", "."}:
            raise ConfigError(f"{option} is empty; give a value, or leave it out")
    path = config or default_config_path(environ)
    if profile is not None or config is not None:
        return _from_file(vendor, path, profile or DEFAULT_PROFILE)
    if (
        not in_environment(vendor, environ)
        and path.is_file()
        and profile_vendor(None, path) in {vendor, None}
    ):
        return _from_file(vendor, path, DEFAULT_PROFILE)
    return _from_environment(vendor, environ)


def find_webhook_secret(
    vendor: Vendor, profile: str | None, config: Path | None, environ: Mapping[str, str] = os.environ
) -> Secret:
    """Find what tells the vendor's webhooks from others': in the profile that was chosen, else in the environment.

    Raises:
        ConfigError: It is missing or empty, or the profile is another vendor's; the message says what to do.
    """
    name, named = WEBHOOK_SECRETS[vendor]
    path = config or default_config_path(environ)
    chosen = profile is not None or config is not None
    found: object = None if chosen else environ.get(named)
    if found is None and (chosen or (path.is_file() and profile_vendor(None, path) is vendor)):
        table = _own_table(vendor, path, profile or DEFAULT_PROFILE)
        found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        where = f"{name} in [profiles.{profile or DEFAULT_PROFILE}] of {path}"
        raise ConfigError(
            f"webhooks cannot be verified: set {where if chosen else f'{named}, or {where}'}, as text"
        )
    return Secret(found)


def _from_environment(vendor: Vendor, environ: Mapping[str, str]) -> Account:
    settings = SETTINGS[vendor]
    optional = [name for name in settings.names if name not in settings.required]
    http = variable(vendor, "allow_http")
    found = read_variables(
        [variable(vendor, name) for name in settings.required],
        [*(variable(vendor, name) for name in optional), http],
        environ,
    )
    return _account(
        settings,
        {name: found[variable(vendor, name)] for name in settings.names if variable(vendor, name) in found},
        allow_http=switch(http, found.get(http)),
    )


def _own_table(vendor: Vendor, path: Path, profile: str) -> dict[str, Any]:
    """Return the table of a profile, which must be the vendor's."""
    name, table = _table(path, profile)
    found = _vendor_of(path, name, table)
    if found is not vendor:
        silent = "" if "vendor" in table else " (it names no `vendor`)"
        raise ConfigError(
            f"{path}, [profiles.{profile}] is for {found}{silent}, and the command is for {vendor}; "
            f"name another profile, or --vendor {found}"
        )
    return table


def _from_file(vendor: Vendor, path: Path, profile: str) -> Account:
    table = _own_table(vendor, path, profile)
    settings = SETTINGS[vendor]
    given = {name: value for name, value in table.items() if name not in _EVERYWHERE}
    allow_http = table.get("allow_http", False)
    if not isinstance(allow_http, bool):
        raise ConfigError(f"{path}, [profiles.{profile}]: allow_http must be true or false")
    unknown = sorted(given.keys() - set(settings.names))
    missing = [name for name in settings.required if not given.get(name)]
    odd = [name for name, value in given.items() if name in settings.names and not isinstance(value, str)]
    empty = [name for name in settings.urls if given.get(name, "-") == ""]
    for wrong, matter in (
        (unknown, f"unknown; {near_names(unknown[0] if unknown else '', settings.names, 'there are:')}"),
        (missing, "missing"),
        (odd, "not a text; put it into quotation marks"),
        (empty, "empty; give it a value, or take the line out"),
    ):
        if wrong:
            raise ConfigError(f"{path}, [profiles.{profile}]: {', '.join(wrong)} {matter}")
    account = _account(
        settings, {name: Secret(str(value)) for name, value in given.items()}, allow_http=allow_http
    )
    country = table.get("phone_country")
    return attrs.evolve(
        account, phone_country=None if country is None else str(country), warning=_permissions(path)
    )


def _vendor_of(path: Path, profile: str, table: Mapping[str, object]) -> Vendor:
    name = table.get("vendor", Vendor.STRINGEE.value)
    if name not in tuple(Vendor):
        near = near_names(name, Vendor) or f"vendor must be one of {', '.join(Vendor)}"
        raise ConfigError(f"{path}, [profiles.{profile}]: there is no vendor {str(name)[:40]!r}; {near}")
    return Vendor(cast("str", name))


def _table(path: Path, profile: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the table of a profile."""
    profiles = _profiles(path)
    if profile not in profiles:
        hint = near_names(profile, sorted(profiles), "there are:")
        raise ConfigError(f"{path} has no profile {profile!r}; {hint}")
    table = profiles[profile]
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [profiles.{profile}] must be a table")
    return profile, cast("dict[str, Any]", table)


def _profiles(path: Path) -> dict[str, object]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"there is no profile file {path}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not a TOML file: {error}") from None
    profiles = document.get("profiles", {})
    if not isinstance(profiles, dict):
        raise ConfigError(f"{path}: profiles must be tables of the form [profiles.NAME]")
    return cast("dict[str, object]", profiles)


def _permissions(path: Path) -> str | None:
    if sys.platform == "win32" or not path.stat().st_mode & 0o077:
        return None
    return f"{path} holds a secret and others may read it; run: chmod 600 {path}"


def _account(settings: Settings, found: Mapping[str, Secret], *, allow_http: bool) -> Account:
    return Account(
        key=found[settings.key].reveal(),
        secret=found[settings.secret],
        urls={name: found[name].reveal() for name in settings.urls if name in found},
        allow_http=allow_http,
    )
