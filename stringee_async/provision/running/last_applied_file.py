"""The file that keeps what was applied last. Advisory: where it is missing or cannot be read, nothing is known."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from ...core.errors import ProvisionError
from ..last_applied import LastApplied
from .private_file import write_json

logger = logging.getLogger("stringee_async.provision")


def read_last_applied(path: Path) -> LastApplied | None:
    """Return what was applied last; None if that is not known."""
    try:
        return LastApplied.from_json(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError, ProvisionError) as error:
        logger.warning(
            "%s cannot be read, so nothing is known of the last run: %s", path.name, type(error).__name__
        )
        return None


def write_last_applied(path: Path, applied: LastApplied) -> None:
    """Keep what was applied last.

    Raises:
        ConfigError: The file cannot be written.
    """
    write_json(path, applied.to_json())
