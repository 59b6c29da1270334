"""Where runs keep what outlives them: a folder for each account, in the user's folder for such files.

It holds the journal, the lock, the record of what was applied last, and the reports. Only its owner can read it.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs

from ...core.client import Client, session_of
from ...core.errors import ConfigError


@attrs.frozen
class StateFolder:
    """The folder of one account.

    Args:
        path: Where it is; it need not be there yet.
    """

    path: Path

    @property
    def journal(self) -> Path:
        """The journal of what was begun."""
        return self.path / "journal.sqlite3"

    @property
    def lock(self) -> Path:
        """The file that a running apply has locked."""
        return self.path / "apply.lock"

    @property
    def last_applied(self) -> Path:
        """The record of what was applied last."""
        return self.path / "last-applied.json"

    @property
    def reports(self) -> Path:
        """The folder of reports, and of dumps of what was there before."""
        return self.path / "reports"

    def make(self) -> None:
        """Create the folder, readable by its owner only.

        Raises:
            ConfigError: It cannot be created.
        """
        try:
            for folder in (self.path, self.reports):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise ConfigError(
                f"the folder for the state of runs, {self.path}, cannot be created: {why}"
            ) from None


def state_folder(client: Client, state: str | os.PathLike[str] | None = None) -> StateFolder:
    """Return the folder of a client's account; nothing is created.

    Args:
        client: The client; its vendor, address and key id make the folder's name, as a hash.
        state: The folder that holds the folders of all accounts; None: that of the user (see `state_root`).
    """
    vendor = session_of(client).state.vendor
    digest = hashlib.sha256(repr(client).encode("utf-8", "surrogatepass")).hexdigest()
    root = state_root(os.environ) if state is None else Path(state)
    return StateFolder(root / f"{vendor}-{digest[:16]}")


def state_root(environ: Mapping[str, str]) -> Path:
    """Return the user's folder for the state of programs, with our name below it.

    `XDG_STATE_HOME` names it; else it is `~/.local/state`, or `LOCALAPPDATA` on Windows.
    """
    named = environ.get("XDG_STATE_HOME") or (
        environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    )
    return (Path(named) if named else Path.home() / ".local" / "state") / "stringee-async"
