"""The public names of the package: through which doors they come, and what is behind each."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Iterator
from typing import Any, Final

import attrs

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from tests.public_surface import DOORS

VENDORS: Final = {"stringee": "Stringee", "ringme": "RingMe", "itniotech": "ITNIO TECH"}
CLIENTS: Final[dict[str, Any]] = {
    "stringee": StringeeClient("SKreference", "a-secret-of-thirty-two-characters"),
    "ringme": RingMeClient("app", "secret", url="https://pbx.example"),
    "itniotech": ItniotechClient("key12345", "secret12"),
}
"""A client of each vendor, which never sends anything."""


@attrs.frozen(kw_only=True)
class PublicName:
    """A name that users import.

    Args:
        door: The module that they import it from.
        name: The name.
        value: What it is.
    """

    door: str
    name: str
    value: Any

    @property
    def path(self) -> str:
        """The whole name."""
        return f"{self.door}.{self.name}"

    @property
    def described(self) -> bool:
        """Whether there is a docstring of its own to show: it is a class or a function of this package."""
        return inspect.isclass(self.value) or inspect.isfunction(self.value)


def public_names() -> Iterator[PublicName]:
    """Yield every public name, door by door."""
    for door in DOORS:
        module = importlib.import_module(door)
        for name in sorted(module.__all__):
            yield PublicName(door=door, name=name, value=getattr(module, name))


@functools.cache
def _paths() -> dict[int, str]:
    """Return the whole name of each public class and function; of several names the one that its vendor's package has."""
    return {id(one.value): one.path for one in public_names() if one.described}


def public_path(value: Any) -> str:
    """Return the name by which users import a class or function, or where it is defined."""
    return _paths().get(id(value), f"{value.__module__}.{value.__qualname__}")


def has_public_base(path: str) -> bool:
    """Return whether what a class inherits is told with another public class."""
    found = [one.value for one in public_names() if one.path == path and inspect.isclass(one.value)]
    bases = {id(base) for kind in found for base in kind.__mro__[1:]}
    return not bases.isdisjoint(_paths())
