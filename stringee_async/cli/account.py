"""Where the credentials of a command come from: the environment, or a profile, which `core.profiles` reads.

Without `--profile`, the environment is used if it holds a key of the vendor, else the profile `default`, if there
is one and it is the vendor's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..core.environment import read_variables, switch
from ..core.errors import ConfigError
from ..core.profiles import (
    CONFIG_VARIABLES,
    DEFAULT_PROFILE,
    PROFILE_VARIABLES,
    SETTINGS,
    Account,
    default_config_path,
    named_by,
    own_table,
    profile_table,
    read_account,
    vendor_of,
)
from ..core.secrets import Secret
from .vendor import Vendor

WEBHOOK_SECRETS: Final = {
    Vendor.STRINGEE: ("signing_key", "STRINGEE_SIGNING_KEY"),
    Vendor.RINGME: ("path_secret", "RINGME_PATH_SECRET"),
    Vendor.ITNIOTECH: ("path_secret", "ITNIOTECH_PATH_SECRET"),
}
"""What tells a vendor's webhooks from others: its name in a profile, and its variable."""


def variable(vendor: Vendor, name: str) -> str:
    """Return the environment variable that holds a setting, such as `RINGME_URL`."""
    return f"{vendor.name}_{name.upper()}"


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
        name = profile or DEFAULT_PROFILE
        return Vendor(vendor_of(path, name, profile_table(path, name)))
    except ConfigError:
        return None


def find_account(
    vendor: Vendor, profile: str | None, config: Path | None, environ: Mapping[str, str] = os.environ
) -> Account:
    """Find the credentials of a vendor.

    Raises:
        ConfigError: Something is missing or wrong, or the profile is another vendor's; the message says what to do.
    """
    for given, option, names in (
        (profile, "--profile", PROFILE_VARIABLES),
        (config, "--config", CONFIG_VARIABLES),
    ):
        if given is None:
            named_by(names, environ)  # an empty one is an error
        if given is not None and str(given).strip() in {"", "."}:
            raise ConfigError(f"{option} is empty; give a value, or leave it out")
    path = config or default_config_path(environ)
    if profile is not None or config is not None:
        return read_account(vendor, path, profile or DEFAULT_PROFILE, environ, typed=True)
    if (
        not in_environment(vendor, environ)
        and path.is_file()
        and profile_vendor(None, path) in {vendor, None}
    ):
        return read_account(vendor, path, DEFAULT_PROFILE, environ, typed=True)
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
        table = own_table(vendor, path, profile or DEFAULT_PROFILE, typed=True)
        found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        where = f"{name} in [profiles.{profile or DEFAULT_PROFILE}] of {path}"
        raise ConfigError(
            f"webhooks cannot be verified: set {where if chosen else f'{named}, or {where}'}, as text"
        )
    return Secret(found)


def variables_beside(
    vendor: Vendor, profile: str | None, config: Path | None, environ: Mapping[str, str] = os.environ
) -> list[str]:
    """Return the variables of a vendor's account that are set beside a profile that was chosen, and not used."""
    if profile is None and config is None:
        return []
    names = [variable(vendor, name) for name in (*SETTINGS[vendor].names, "allow_http")]
    return [name for name in names if name in environ]


def _from_environment(vendor: Vendor, environ: Mapping[str, str]) -> Account:
    settings = SETTINGS[vendor]
    optional = [name for name in settings.names if name not in settings.required]
    http = variable(vendor, "allow_http")
    found = read_variables(
        [variable(vendor, name) for name in settings.required],
        [*(variable(vendor, name) for name in optional), http],
        environ,
    )
    values = {name: found.get(variable(vendor, name)) for name in settings.names}
    return Account(
        key=found[variable(vendor, settings.key)].reveal(),
        secret=found[variable(vendor, settings.secret)],
        urls={name: url.reveal() for name in settings.urls if (url := values[name]) is not None},
        allow_http=switch(http, found.get(http)),
    )
