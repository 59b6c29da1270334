"""What is imported when it is first used: the names of a package, and the resources of a client.

So that importing a client costs little, however many resources its vendor has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Generic, Self, TypeVar, cast, overload

R = TypeVar("R")


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package.

    Args:
        package: Its name.
        homes: By module, relative to the package: the public names that it holds, separated by blanks.
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}

    def find(name: str) -> Any:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(home, package), name)

    return find


def functions_before_modules(package: ModuleType, names: frozenset[str]) -> None:
    """Have a package keep its public names where a module in it has the same name, such as a function `plan` in `plan.py`.

    Importing such a module would put the module in place of what the package calls so.

    Args:
        package: The package.
        names: Those names.
    """

    class _Package(ModuleType):
        def __setattr__(self, name: str, value: object) -> None:
            if name not in names or not isinstance(value, ModuleType):
                super().__setattr__(name, value)

    package.__class__ = _Package


class LazyResource(Generic[R]):
    """An attribute of a client's class; on a client it is the resource.

    Args:
        home: Module beside the client's, and the class in it: `agents.Agents`.
        host: The client's attribute that holds what the resource is made with.
    """

    def __init__(self, home: str, host: str = "_host") -> None:
        self._module, self._class = home.split(".")
        self._host: Final = host

    def __set_name__(self, owner: type, name: str) -> None:
        self._package, self._name = owner.__module__.rpartition(".")[0], name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...

    @overload
    def __get__(self, client: object, owner: type) -> R: ...

    def __get__(self, client: object, owner: type) -> Self | R:
        if client is None:
            return self
        kind: Any = getattr(import_module(f".{self._module}", self._package), self._class)
        made = vars(client)[self._name] = kind(getattr(client, self._host))  # found before this from now on
        return cast("R", made)


def resources_of(client: object) -> list[str]:
    """Return the names of a client's resources, in the order in which its class, or one above it, defines them."""
    kinds = type(client).__mro__
    return [name for kind in kinds for name, value in vars(kind).items() if isinstance(value, LazyResource)]
