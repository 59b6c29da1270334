"""Settings in environment variables, read strictly.

One job: find all of them at once, and say in one error what is wrong with which. Values that a tool copied from an
env file with its quotation marks, or a file saved with a byte order mark, are recognised.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from .errors import ConfigError
from .secrets import Secret

_BOM = "\ufeff"
_BOM_MISREAD = "\u00ef\u00bb\u00bf"
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


def read_variables(
    required: Sequence[str], optional: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> dict[str, Secret]:
    """Return environment variables by name, hidden because some of them are secrets; those not set are left out.

    Args:
        required: Those that must be set.
        optional: Those that may be set. Set but empty is a mistake, and never means the default.
        environ: The environment; that of this process where left out.

    Raises:
        ConfigError: Some are missing, empty or wrong; the message names each, and shows no value.
    """
    environ = os.environ if environ is None else environ
    found = {name: Secret(environ[name]) for name in (*required, *optional) if name in environ}
    problems: list[str] = []
    _tell(problems, [name for name in required if name not in found], "not set in the environment")
    _tell(
        problems,
        [name for name in found if not environ[name].strip()],
        "set but empty; give a value, or unset it",
    )
    _tell(
        problems,
        [name for name in found if _quoted(environ[name])],
        "written with quotation marks; leave them out",
    )
    _tell(
        problems,
        [name for name in found if environ[name].startswith((_BOM, _BOM_MISREAD))],
        "written behind a byte order mark; save the file as UTF-8 without one",
    )
    odd = [
        name
        for name in required
        if name not in found and (_BOM + name in environ or _BOM_MISREAD + name in environ)
    ]
    if odd:
        problems.append(
            f"there is a {odd[0]} behind an invisible byte order mark; save the env file as UTF-8 without one"
        )
    if problems:
        raise ConfigError("; ".join(problems))
    return found


def _tell(problems: list[str], names: Sequence[str], matter: str) -> None:
    if names:
        are = "is" if len(names) == 1 else "are"
        problems.append(f"{' and '.join(names)} {are} {matter}")


def _quoted(value: str) -> bool:
    value = value.strip()
    return len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"


def switch(name: str, value: Secret | None) -> bool:
    """Return whether a variable says yes; one that is not set says no.

    Raises:
        ConfigError: It says neither.
    """
    if value is None:
        return False
    said = value.reveal().strip().lower()
    if said not in _YES | _NO:
        raise ConfigError(f"{name} must be 1 or 0")
    return said in _YES
