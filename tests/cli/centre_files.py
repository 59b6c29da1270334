"""Specifications that the tests of the provisioning commands are run with, and a client that settles quickly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stringee_async import Timeouts
from stringee_async.cli.command_context import CommandContext

SETTLE = 0.05
"""Seconds after which what was created is taken for listed."""

SMALL = {
    "stringee": """\
version: 1
agents:
  - {user_id: u.an, name: An, groups: [Sales]}
  - {user_id: u.binh, name: Binh, groups: [Sales]}
queues:
  - name: Hotline
    groups: [Sales]
""",
    "ringme": """\
version: 1
agents:
  - {user_id: u.an, name: An, extension: "101", groups: [Sales]}
  - {user_id: u.binh, name: Binh, extension: "102", groups: [Sales]}
queues:
  - name: Hotline
    extension: "370"
    groups: [Sales]
""",
    "itniotech": """\
version: 1
agents:
  - {user_id: u.an, name: An, groups: [Sales]}
  - {user_id: u.binh, name: Binh, groups: [Sales]}
groups:
  - name: Sales
    x-itniotech: {app_id: "APP_ID"}
""",
}
"""A small contact centre, by vendor."""


def many(agents: int) -> str:
    """Return a specification of many agents and nothing else."""
    rows = "".join(f"  - {{user_id: u{number}, name: N{number}}}\n" for number in range(agents))
    return f"version: 1\nagents:\n{rows}"


def written(folder: Path, text: str = SMALL["stringee"], name: str = "centre.yaml") -> str:
    """Write a specification, and return its path as it is typed."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def settle_quickly(patch: pytest.MonkeyPatch) -> None:
    """Let the clients of commands look for lost creates soon: 3 seconds as in use are long for a test."""
    made = CommandContext.open.__func__  # type: ignore[attr-defined]

    def opened(cls: type[CommandContext[Any]], account: Any, **options: Any) -> Any:
        return made(cls, account, timeouts=Timeouts(settle=SETTLE), **options)

    patch.setattr(CommandContext, "open", classmethod(opened))
