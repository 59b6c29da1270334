"""Profiles: accounts in a small TOML file, for `from_profile` of the clients and for the command line.

A profile is used as a whole or not at all, so that one customer's key never meets another customer's address::

    [profiles.shop]
    key_sid = "SK..."
    key_secret = "..."
    icc_url = "https://icc-api.stringee.com"     # optional, as is api_url

    [profiles.exchange]
    vendor = "ringme"                            # stringee, where it is left out
    client_id = "..."
    client_secret_env = "EXCHANGE_SECRET"        # the secret stands in this environment variable
    url = "https://pbx.example"
"""

from __future__ import annotations

import os
import sys
import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

import attrs

from .deprecated import level_of_caller
from .errors import ConfigError
from .near_names import near_names
from .options import shown
from .secrets import Secret

DEFAULT_PROFILE: Final = "default"
PROFILE_VARIABLES: Final = ("STRINGEE_ASYNC_PROFILE", "STRINGEE_PROFILE")
CONFIG_VARIABLES: Final = ("STRINGEE_ASYNC_CONFIG", "STRINGEE_CONFIG")
"""The environment variables that name a profile and a file; the first that is set counts."""


@attrs.frozen
class AccountSettings:
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

    @property
    def secret_env(self) -> str:
        """What names the environment variable that holds the secret."""
        return f"{self.secret}_env"


SETTINGS: Final[Mapping[str, AccountSettings]] = MappingProxyType(
    {
        "stringee": AccountSettings("key_sid", "key_secret", ("icc_url", "api_url")),
        "ringme": AccountSettings("client_id", "client_secret", ("url",), needs_url=True),
        "itniotech": AccountSettings("api_key", "api_secret", ("url",)),
    }
)
"""The settings of each vendor's account."""

WEBHOOK_SECRETS: Final = frozenset({"signing_key", "path_secret"})
"""What tells a vendor's webhooks from others."""
EVERYWHERE: Final = frozenset({"vendor", "allow_http", "phone_country"}) | WEBHOOK_SECRETS
"""What a profile of every vendor may hold beside its settings."""


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

    def options(self, given: Mapping[str, object]) -> Any:
        """Return the options of a client: those of the account, and `given` ones in their place."""
        own = {**self.urls, "allow_http": self.allow_http, "phone_country": self.phone_country}
        return {**own, **given}


def default_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the profile file is looked for by default."""
    root = environ.get("XDG_CONFIG_HOME") or environ.get("APPDATA")
    return (Path(root) if root else Path.home() / ".config") / "stringee-async" / "config.toml"


def named_by(variables: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the value of the first of these environment variables that is set; None if none is.

    Raises:
        ConfigError: It is set but empty.
    """
    for name in variables:
        if (value := environ.get(name)) is not None:
            if not value.strip():
                raise ConfigError(f"{name} is set but empty; give a value, or unset it")
            return value
    return None


def client_account(
    vendor: str,
    name: str | None = None,
    config: str | Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Account:
    """Return the account of a profile, for a client that is made from it.

    Args:
        vendor: The vendor of the client.
        name: The profile; if None, the one that the environment names, else `default`.
        config: The file; if None, the one that the environment names, else that of the user.
        environ: The environment.

    Raises:
        ConfigError: The file or the profile is missing or wrong, or the profile is another vendor's.

    Warns where others may read the file.
    """
    for given, option in ((name, "name"), (config, "config")):
        if given is not None and not str(given).strip():
            raise ConfigError(f"{option} is empty; give a value, or leave it out")
    profile = named_by(PROFILE_VARIABLES, environ) if name is None else name
    file = named_by(CONFIG_VARIABLES, environ) if config is None else config
    path = default_config_path(environ) if file is None else Path(file)
    account = read_account(vendor, path, profile or DEFAULT_PROFILE, environ)
    if account.warning:
        warnings.warn(account.warning, stacklevel=level_of_caller())
    return account


def read_account(
    vendor: str, path: Path, profile: str, environ: Mapping[str, str] = os.environ, *, typed: bool = False
) -> Account:
    """Return the account that a profile of a file describes; see `own_table` for `typed`.

    Raises:
        ConfigError: The file or the profile is missing or wrong, or the profile is another vendor's.
    """
    table, settings = own_table(vendor, path, profile, typed=typed), SETTINGS[vendor]
    given = {name: value for name, value in table.items() if name not in EVERYWHERE}
    _check(f"{path}, [profiles.{profile}]", table, given, settings)
    where = given.get(settings.secret_env)
    if where is not None:
        given[settings.secret] = environ.get(where, "")
        if not given[settings.secret].strip():
            raise ConfigError(
                f"{where}, which holds {settings.secret} of [profiles.{profile}] in {path}, is not set"
            )
    country = table.get("phone_country")
    return Account(
        key=given[settings.key],
        secret=Secret(given[settings.secret]),
        urls={name: given[name] for name in settings.urls if name in given},
        allow_http=table.get("allow_http", False),
        phone_country=None if country is None else str(country),
        warning=loose_permissions(path),
    )


def _check(where: str, table: Mapping[str, Any], given: Mapping[str, Any], settings: AccountSettings) -> None:
    """Check what a profile holds; the error shows no value."""
    if not isinstance(table.get("allow_http", False), bool):
        raise ConfigError(f"{where}: allow_http must be true or false")
    known = {*settings.names, settings.secret_env}
    held = {settings.secret} if given.get(settings.secret_env) else set[str]()
    twice = [settings.secret] if held and settings.secret in given else []
    unknown = sorted(given.keys() - known)
    for wrong, matter in (
        (unknown, f"unknown; {near_names(unknown[0] if unknown else '', settings.names, 'there are:')}"),
        (twice, f"there beside {settings.secret_env}; take one of them out"),
        ([name for name in settings.required if not given.get(name) and name not in held], "missing"),
        (
            [name for name, value in given.items() if not isinstance(value, str)],
            "not a text; put it into quotation marks",
        ),
        (
            [name for name, value in given.items() if value == ""],
            "empty; give it a value, or take the line out",
        ),
    ):
        if wrong:
            raise ConfigError(f"{where}: {', '.join(wrong)} {matter}")


def own_table(vendor: str, path: Path, profile: str, *, typed: bool = False) -> dict[str, Any]:
    """Return the table of a profile, which must be the vendor's.

    Args:
        vendor: The vendor.
        path: The file.
        profile: The profile's name.
        typed: Whether a command asks, which can be told another vendor.

    Raises:
        ConfigError: The file or the profile is missing or wrong, or the profile is another vendor's.
    """
    table = profile_table(path, profile)
    found = vendor_of(path, profile, table)
    if found != vendor:
        silent = "" if "vendor" in table else " (it names no `vendor`)"
        raise ConfigError(
            f"{path}, [profiles.{profile}] is for {found}{silent}, and the {'command' if typed else 'client'} is for "
            f"{vendor}; name another profile{f', or --vendor {found}' if typed else ''}"
        )
    return table


def vendor_of(path: Path, profile: str, table: Mapping[str, object]) -> str:
    """Return the vendor that a profile's table names; Stringee where it names none.

    Raises:
        ConfigError: There is no such vendor.
    """
    name = table.get("vendor", "stringee")
    if not isinstance(name, str) or name not in SETTINGS:
        near = near_names(name, SETTINGS) or f"vendor must be one of {', '.join(SETTINGS)}"
        raise ConfigError(f"{path}, [profiles.{profile}]: there is no vendor {shown(name)}; {near}")
    return name


def profile_table(path: Path, profile: str) -> dict[str, Any]:
    """Return the table of a profile.

    Raises:
        ConfigError: The file or the profile is missing or wrong.
    """
    profiles = read_profiles(path)
    if profile not in profiles:
        hint = near_names(profile, sorted(profiles), "there are:")
        raise ConfigError(f"{path} has no profile {shown(profile)}; {hint}")
    table = profiles[profile]
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [profiles.{profile}] must be a table")
    return cast("dict[str, Any]", table)


def read_profiles(path: Path) -> dict[str, object]:
    """Return what a file has as profiles, by name.

    Raises:
        ConfigError: It is missing, cannot be read, or is no TOML file.
    """
    try:
        return profiles_in(path.read_text(encoding="utf-8-sig"), path)
    except FileNotFoundError:
        raise ConfigError(f"there is no profile file {path}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not a TOML file: {error}") from None


def profiles_in(text: str, path: Path) -> dict[str, object]:
    """Return what the text of a file has as profiles, by name; see `read_profiles`."""
    try:
        profiles = tomllib.loads(text).get("profiles", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not a TOML file: {error}") from None
    if not isinstance(profiles, dict):
        raise ConfigError(f"{path}: profiles must be tables of the form [profiles.NAME]")
    return cast("dict[str, object]", profiles)


def loose_permissions(path: Path) -> str | None:
    """Return a warning that names the remedy where others may read a file; else None."""
    if sys.platform == "win32" or not path.stat().st_mode & 0o077:
        return None
    return f"{path} holds a secret and others may read it; run: chmod 600 {path}"
