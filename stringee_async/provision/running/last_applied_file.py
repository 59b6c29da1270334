"""The file that keeps what was applied last. Advisory: where it is missing, nothing is known of a last run.

Where it is there and cannot be read, there was a last run, and nothing is known to be of it: so nothing leaves that is not
named under `absent:`, until the next run has written it.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from ...core.errors import ProvisionError
from ..last_applied import LastApplied
from .private_file import write_json

logger = logging.getLogger("stringee_async.provision")


def read_last_applied(path: Path) -> LastApplied | None:
    """Return what was applied last; None if there was no run, and nothing at all if it cannot be read."""
    try:
        return LastApplied.from_json(json.loads(path.read_bytes()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError, ProvisionError) as error:
        logger.warning(
            "%s cannot be read, so nothing leaves because it is not named: %s",
            path.name,
            type(error).__name__,
        )
        return LastApplied()


def write_last_applied(path: Path, applied: LastApplied) -> None:
    """Keep what was applied last.

    Raises:
        ConfigError: The file cannot be written.
    """
    write_json(path, applied.to_json())
