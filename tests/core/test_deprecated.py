"""Old names keep working, and say what they are called now."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import stringee_async
from stringee_async import (
    Drift,
    ItniotechAuth,
    LocalRateLimiter,
    RateLimit,
    RingMeAuth,
    StringeeAuth,
)
from stringee_async.core.deprecated import GOES_WITH, Renamed

from ..kit import virtual

PACKAGE = Path(stringee_async.__file__).parent


def every_old_name() -> dict[str, tuple[type[Any], Renamed]]:
    """Return each old name of an attribute in the package, with the class that defines it."""
    found: dict[str, tuple[type[Any], Renamed]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if "Renamed(" in file.read_text(encoding="utf-8") and file.stem != "deprecated":
            module = ".".join([PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts])
            for kind in vars(importlib.import_module(module)).values():
                if inspect.isclass(kind) and kind.__module__ == module:
                    named = {name: old for name, old in vars(kind).items() if isinstance(old, Renamed)}
                    found |= {f"{kind.__name__}.{name}": (kind, old) for name, old in named.items()}
    return found


OLD_NAMES = every_old_name()


@pytest.mark.parametrize("name", OLD_NAMES)
def test_each_old_name_warns_and_leads_to_its_successor(name: str) -> None:
    """Whichever it is: the successor exists, and the warning names it and the version in which the old one goes."""
    owner, old = OLD_NAMES[name]
    said = re.compile(rf"{re.escape(name)} is now called (\w+); the old name goes with version (0\.\d+)$")
    with pytest.warns(DeprecationWarning, match=said) as caught:
        assert old.__get__(Anything(), owner) == f"the value of {said.match(str(caught[0].message))[1]}"  # type: ignore[index]
    assert hasattr(owner, said.match(str(caught[0].message))[1])  # type: ignore[index]


class Anything:
    """An object that has every attribute."""

    def __getattr__(self, name: str) -> str:
        return f"the value of {name}"


def test_old_names_are_found_wherever_they_are() -> None:
    written = sum(
        file.read_text(encoding="utf-8").count(" = Renamed(") for file in sorted(PACKAGE.rglob("*.py"))
    )
    assert len(OLD_NAMES) == written > 0


def test_every_deprecation_warning_comes_from_where_its_text_is_checked() -> None:
    """The emulator shares no code with the clients, and has tests of its own for each old keyword."""
    files = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if re.search(r"\bDeprecationWarning[,)]", file.read_text(encoding="utf-8"))
    }
    assert files == {"core/deprecated.py", "emulator/vendor_settings.py"}
    emulator = (PACKAGE / "emulator" / "vendor_settings.py").read_text(encoding="utf-8")
    assert f"the old keyword goes with version {GOES_WITH}" in emulator


def test_old_names_are_gone_once_their_version_is_reached() -> None:
    now = tuple(int(part) for part in stringee_async.__version__.split(".")[:2])
    assert now < tuple(int(part) for part in GOES_WITH.split(".")), (
        "remove the old names, or say when they go"
    )


@virtual
async def test_old_names_of_the_limiter_warn_and_work() -> None:
    limiter: Any = LocalRateLimiter(RateLimit(2, 10.0, burst=2))
    with pytest.warns(
        DeprecationWarning, match=r"LocalRateLimiter\.acquire_at_once is now called try_acquire"
    ):
        assert limiter.acquire_at_once("agents.list", "bulk")
    with pytest.warns(DeprecationWarning, match="unhindered is now called unrestricted"):
        assert not limiter.unhindered()
    with pytest.warns(DeprecationWarning, match="delayed is now called sent_late") as caught:
        limiter.delayed(0.0, 0.0)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("owner", "old", "new"),
    [
        (StringeeAuth("SK", "k" * 40), "made", "issued"),
        (StringeeAuth("SK", "k" * 40), "refused", "rejected"),
        (RingMeAuth("id", "secret", url="https://pbx.example"), "made", "issued"),
        (RingMeAuth("id", "secret", url="https://pbx.example"), "refused", "rejected"),
        (ItniotechAuth("key", "secret"), "made", "issued"),
        (ItniotechAuth("key", "secret"), "refused", "rejected"),
        (Drift(first_total=1, last_total=2, repeated=0, passes=3, certain=True), "sweeps", "passes"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_old_names_of_attributes_warn_and_work(owner: object, old: str, new: str) -> None:
    """The warning names both, and points at the line that uses the old one."""
    with pytest.warns(
        DeprecationWarning, match=f"{type(owner).__name__}.{old} is now called {new}"
    ) as caught:
        assert getattr(owner, old) == getattr(owner, new)
    assert caught[0].filename == __file__
