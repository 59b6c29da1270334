"""The whole live state: read, dumped as files, for pictures."""

from __future__ import annotations

from ..core.client import Client
from .adapter import Adapter, Progress, no_progress
from .files.dump import dump_files as files_of
from .files.dump import dump_text
from .things import Reading, Scope
from .vendors.choice import adapter_for


async def observe(client: Client, *, progress: Progress | None = None) -> Reading:
    """Return all of an account that provisioning knows: agents, groups, queues, who is in what, and the numbers of queues.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        progress: Called while the state is read, with a kind and how many of it were read.

    Raises:
        SdkError: The vendor cannot be reached, or rejects a call.

    Safe to repeat.
    """
    return (await _observed(client, progress))[1]


async def dump(client: Client, *, progress: Progress | None = None) -> str:
    """Return the live state as one specification in YAML, whose plan is empty. Reads, and writes nothing.

    The same state gives the same text. What a file cannot state, such as two groups of one name, stands in comments.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        progress: Called while the state is read, with a kind and how many of it were read.

    Raises:
        SdkError: The vendor cannot be reached, or rejects a call.

    Safe to repeat.
    """
    adapter, reading = await _observed(client, progress)
    return dump_text(reading, vendor=adapter.vendor, defaults=adapter.capabilities.queue_defaults)


async def dump_files(client: Client, *, progress: Progress | None = None) -> dict[str, bytes]:
    """Return what `dump` returns as files by name: more than 50 agents stand in `roster.csv`.

    Args:
        client: The client of the account; it is used in its bulk lane, and stays open.
        progress: Called while the state is read, with a kind and how many of it were read.

    Raises:
        SdkError: The vendor cannot be reached, or rejects a call.

    Safe to repeat.
    """
    adapter, reading = await _observed(client, progress)
    return files_of(reading, vendor=adapter.vendor, defaults=adapter.capabilities.queue_defaults)


async def _observed(client: Client, progress: Progress | None) -> tuple[Adapter, Reading]:
    adapter = adapter_for(client)
    scope = Scope(kinds=frozenset(adapter.capabilities.fields), numbers=True)
    return adapter, await adapter.observe(scope, progress or no_progress)
