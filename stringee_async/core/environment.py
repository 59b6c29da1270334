"""Settings in environment variables, all read at once; one error says what is wrong with each.

Values with the quotation marks of an env file, and a byte order mark before a name, are recognised.
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

    Set but empty is a mistake and never means the default. One `ConfigError` names all that are missing, empty or
    wrong, and shows no value.
    """
    environ = os.environ if environ is None else environ
    found = {name: Secret(environ[name]) for name in (*required, *optional) if name in environ}
    missing = [name for name in required if name not in found]
    wrong = {
        "not set in the environment": missing,
        "set but empty; give a value, or unset it": [name for name in found if not environ[name].strip()],
        "written with quotation marks; leave them out": [name for name in found if _quoted(environ[name])],
        "written behind a byte order mark; save the file as UTF-8 without one": [
            name for name in found if environ[name].startswith((_BOM, _BOM_MISREAD))
        ],
    }
    problems = [
        f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} {matter}"
        for matter, names in wrong.items()
        if names
    ]
    marked = [name for name in missing if _BOM + name in environ or _BOM_MISREAD + name in environ]
    if marked:
        problems.append(
            f"there is a {marked[0]} behind an invisible byte order mark; save the env file as UTF-8 without one"
        )
    if problems:
        raise ConfigError("; ".join(problems))
    return found


def _quoted(value: str) -> bool:
    value = value.strip()
    return len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"


def switch(name: str, value: Secret | None) -> bool:
    """Return whether a variable says yes; one that is not set says no."""
    if value is None:
        return False
    said = value.reveal().strip().lower()
    if said not in _YES | _NO:
        raise ConfigError(f"{name} must be 1 or 0")
    return said in _YES
