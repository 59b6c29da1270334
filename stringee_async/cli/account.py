"""Where the credentials come from: the environment, or a profile in a small TOML file.

One job: find them and say clearly what is missing. A profile is used as a whole or not at all; nothing of it is
mixed with the environment, so that one customer's key never meets another customer's address::

    [profiles.shop]
    key_sid = "SK..."
    key_secret = "..."
    icc_url = "https://icc-api.stringee.com"     # optional, as is api_url

Without `--profile`, the environment is used if `STRINGEE_KEY_SID` or `STRINGEE_KEY_SECRET` is set, else the
profile `default`, if there is one.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypedDict, cast

import attrs

from ..core.errors import ConfigError
from ..core.wire import Secret

DEFAULT_PROFILE: Final = "default"
_REQUIRED: Final = ("key_sid", "key_secret")
_SETTINGS: Final = (*_REQUIRED, "icc_url", "api_url")


class Urls(TypedDict, total=False):
    """The addresses that were set; those left out are the client's defaults."""

    icc_url: str
    api_url: str


@attrs.frozen(kw_only=True)
class Account:
    """What a client needs to know.

    Args:
        key_sid: API key SID.
        key_secret: API key secret; not part of the repr.
        urls: The addresses that are set.
        warning: Something the user should know about the file, or None.
    """

    key_sid: str
    key_secret: Secret
    urls: Urls
    warning: str | None = None


def default_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the profile file is looked for if nobody says otherwise."""
    root = environ.get("XDG_CONFIG_HOME") or environ.get("APPDATA")
    return (Path(root) if root else Path.home() / ".config") / "stringee-async" / "config.toml"


def find_account(
    profile: str | None, config: Path | None, environ: Mapping[str, str] = os.environ
) -> Account:
    """Find the credentials.

    Args:
        profile: Name of a profile, or None.
        config: The profile file, or None for the usual place.
        environ: The environment variables.

    Raises:
        ConfigError: Something is missing or wrong; the message names it and says what to do.
    """
    path = config or default_config_path(environ)
    in_environment = any(environ.get(f"STRINGEE_{name.upper()}") for name in _REQUIRED)
    if profile is not None or config is not None:
        return _from_file(path, profile or DEFAULT_PROFILE)
    if not in_environment and path.is_file():
        return _from_file(path, DEFAULT_PROFILE)
    return _from_environment(environ)


def _from_environment(environ: Mapping[str, str]) -> Account:
    found = {name: environ.get(f"STRINGEE_{name.upper()}", "") for name in _SETTINGS}
    missing = [f"STRINGEE_{name.upper()}" for name in _REQUIRED if not found[name]]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise ConfigError(f"{' and '.join(missing)} {are} not set in the environment")
    return _account(found)


def _from_file(path: Path, profile: str) -> Account:
    profiles = _profiles(path)
    if profile not in profiles:
        names = ", ".join(sorted(profiles)) or "none"
        raise ConfigError(f"{path} has no profile {profile!r}; there are: {names}")
    table = profiles[profile]
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [profiles.{profile}] must be a table")
    settings = cast("dict[str, Any]", table)
    unknown = sorted(settings.keys() - set(_SETTINGS))
    missing = [name for name in _REQUIRED if not settings.get(name)]
    odd = [name for name, value in settings.items() if name in _SETTINGS and not isinstance(value, str)]
    for wrong, matter in (
        (unknown, f"unknown; there are: {', '.join(_SETTINGS)}"),
        (missing, "missing"),
        (odd, "not a text; put it into quotation marks"),
    ):
        if wrong:
            raise ConfigError(f"{path}, [profiles.{profile}]: {', '.join(wrong)} {matter}")
    return _account({name: str(value) for name, value in settings.items()}, _permissions(path))


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


def _account(settings: Mapping[str, str], warning: str | None = None) -> Account:
    urls = Urls()
    if settings.get("icc_url"):
        urls["icc_url"] = settings["icc_url"]
    if settings.get("api_url"):
        urls["api_url"] = settings["api_url"]
    return Account(
        key_sid=settings["key_sid"], key_secret=Secret(settings["key_secret"]), urls=urls, warning=warning
    )
