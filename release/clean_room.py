"""Run an installed wheel in an empty environment: `python -I clean_room.py bare|cli`.

Imports nothing of this repository, so that only what the wheel holds can be found. `bare` (no extra) imports every
public module; `cli` (the extra of that name) imports every module, builds a contact centre with `demo` and asks
`doctor` about an emulator.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import pkgutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

NEEDS_AN_EXTRA = {
    "click",
    "filelock",
    "opentelemetry",
    "redis",
    "dbos",
    "resvg_py",
    "rich",
    "shellingham",
    "starlette",
    "typer",
    "yaml",
}
"""Libraries that a module may miss where the extra is not installed."""
NEEDS_A_TEST_TOOL = {"pytest", "pytest_asyncio", "aioresponses"}
"""Libraries that `stringee_async.testing` takes from the user's project."""


def main() -> None:
    """Run the part that is asked for; end with an error where anything fails."""
    import stringee_async

    installed = Path(stringee_async.__file__)
    if Path(sysconfig.get_path("purelib")) not in installed.parents:
        sys.exit(f"this is not the installed wheel: {installed}")
    if sys.argv[1] == "bare":
        print(f"imported {import_public(stringee_async)} public modules")
        return
    print(f"imported {import_all(stringee_async)} modules")
    command("demo", "--no-faults")
    asyncio.run(doctor())


def import_public(package: ModuleType) -> int:
    """Import what stands on the first level and every name that it lists; return how many modules that were."""
    found = 0
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if module.name.rpartition(".")[2] in {"__main__", "cli"}:
            continue
        with missing_is_fine(NEEDS_AN_EXTRA):
            loaded = importlib.import_module(module.name)
            for name in getattr(loaded, "__all__", ()):
                with missing_is_fine(NEEDS_AN_EXTRA | NEEDS_A_TEST_TOOL):
                    getattr(loaded, name)
            found += 1
    for name in package.__all__:
        getattr(package, name)
    return found


def import_all(package: ModuleType) -> int:
    """Import every module; return how many there are."""
    found = 0
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name != f"{package.__name__}.__main__":
            with missing_is_fine(NEEDS_A_TEST_TOOL | {"opentelemetry", "redis", "dbos", "starlette"}):
                importlib.import_module(module.name)
            found += 1
    return found


@contextlib.contextmanager
def missing_is_fine(libraries: set[str]) -> Iterator[None]:
    """Go on where one of these libraries is not installed; raise for every other one."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in libraries:
            raise


def command(*words: str, settings: dict[str, str] | None = None) -> str:
    """Run the installed command and return what it printed; end with its error where it fails."""
    script = Path(sysconfig.get_path("scripts")) / "stringee-async"
    ran = subprocess.run(
        [script, *words],
        env={**os.environ, **(settings or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if ran.returncode:
        sys.exit(f"stringee-async {' '.join(words)}: exit code {ran.returncode}\n{ran.stdout}{ran.stderr}")
    print(f"stringee-async {' '.join(words)}: done")
    return ran.stdout


async def doctor() -> None:
    """Ask `doctor` about an emulator, where this version has it."""
    from stringee_async.emulator import Emulator

    if "doctor" not in command("--help"):
        print("this version has no doctor")
        return
    async with Emulator() as emulator:
        settings = {f"STRINGEE_{name.upper()}": str(value) for name, value in emulator.stringee().items()}
        await asyncio.to_thread(command, "doctor", "--vendor", "stringee", settings=settings)


if __name__ == "__main__":
    main()
