"""Changes to the profile file: one profile is added or taken out, everything else stays as it is, comments too.

The text is edited, then parsed again: what is written says the same as before but for that profile. The file is written
aside with mode 600 and swapped.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..core.errors import ConfigError
from ..core.profiles import profiles_in
from ..provision.running.private_file import write_private

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST: Final = 64


def check_name(name: str) -> str:
    """Return the name of a new profile if it can be one.

    Raises:
        ConfigError: It is empty, long, or holds what cannot be printed.
    """
    if not name.strip() or len(name) > _LONGEST or not name.isprintable() or name != name.strip():
        raise ConfigError(
            f"a profile's name is a word or a few, at most {_LONGEST} characters, without blanks around it"
        )
    return name


def add_profile(path: Path, name: str, table: Mapping[str, str | bool], *, replace: bool) -> bool:
    """Write a profile behind those that are there; return whether one of that name was replaced.

    Raises:
        ConfigError: There is one of that name and `replace` is false, or the file cannot be read, changed or written.
    """
    text = _text(path, missing_ok=True)
    there = name in profiles_in(text, path)
    if there and not replace:
        raise ConfigError(f"{path} has a profile {name!r} already; --replace writes over it")
    kept = _without(text, name) if there else text
    if kept.strip():
        kept = kept.rstrip("\n") + "\n\n"
    lines = (f"{key} = {_value(value)}" for key, value in table.items())
    changed = kept + "\n".join([f"[profiles.{_key(name)}]", *lines]) + "\n"
    _write(path, changed, text, name, dict(table))
    return there


def remove_profile(path: Path, name: str) -> None:
    """Take a profile out; the caller has seen that it is there.

    Raises:
        ConfigError: The file cannot be read, changed or written.
    """
    text = _text(path, missing_ok=False)
    _write(path, _without(text, name), text, name, None)


def _text(path: Path, *, missing_ok: bool) -> str:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except FileNotFoundError:
        if missing_ok:
            return ""
        raise ConfigError(f"there is no profile file {path}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not a TOML file: it is not UTF-8") from None


def _without(text: str, name: str) -> str:
    """Return a file's text without the tables of a profile; comments in front of the next table stay."""
    kept: list[str] = []
    left_out: list[str] | None = None
    for line in text.splitlines(keepends=True):
        header = _header(line)
        if header is not None:
            kept += _trailing(left_out or ())
            left_out = [] if header[:2] == ["profiles", name] else None
        if left_out is None:
            kept.append(line)
        else:
            left_out.append(line)
    kept += _trailing(left_out or ())
    return "".join(kept)


def _header(line: str) -> list[str] | None:
    """Return the names in the header of a table; None for every other line."""
    if not line.lstrip().startswith("["):
        return None
    try:
        table: dict[str, Any] = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    names: list[str] = []
    while table:
        ((name, table),) = table.items()
        names.append(name)
    return names


def _trailing(lines: list[str] | tuple[str, ...]) -> list[str]:
    """Return the comments and empty lines at the end of a table, which belong to what follows."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return list(lines[end:])


def _write(path: Path, text: str, before: str, name: str, table: dict[str, Any] | None) -> None:
    """Swap the file for one with this text, if that is what was there but for one profile."""
    wanted = tomllib.loads(before)
    profiles = wanted.setdefault("profiles", {})
    profiles.pop(name, None)
    if table is not None:
        profiles[name] = table
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        found = {}
    if {"profiles": {}, **found} != wanted:
        raise ConfigError(
            f"{path} is written in a form that this command does not change safely; write [profiles.{_key(name)}] by hand"
            if table is not None
            else f"{path} is written in a form that this command does not change safely; take {name!r} out by hand"
        )
    target = Path(os.path.realpath(path))  # a link to a file elsewhere stays one
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{target.parent} cannot be made: {error.strerror}") from None
    write_private(target, text.encode())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(value: str | bool) -> str:
    return json.dumps(value, ensure_ascii=False)
