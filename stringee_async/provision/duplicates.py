"""What is there more than once, for `verify` and for the report of a run: all ids, and the command that removes one.

Nothing here removes anything: which of two objects is the right one is for a person to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from .nouns import KINDS, Kind, shown_key
from .things import Live, Reading, Ref

COMMANDS: Final[Mapping[str, Mapping[Kind, str]]] = MappingProxyType(
    {
        "stringee": MappingProxyType(
            {
                "agent": "stringee-async agents delete",
                "group": "stringee-async groups delete",
                "queue": "stringee-async queues delete",
                "route": "stringee-async routings delete",
            }
        ),
        "ringme": MappingProxyType(
            {
                "agent": "stringee-async agents delete",
                "queue": "stringee-async extensions delete",
            }
        ),
        "itniotech": MappingProxyType(
            {
                "agent": "stringee-async agents delete",
                "group": "stringee-async agent-groups delete",
            }
        ),
    }
)
"""The commands that remove an object by its id, by vendor and kind; a kind that a command does not remove is not here."""


@attrs.frozen(kw_only=True)
class Duplicate:
    """Things that share one key.

    Args:
        ref: Their kind and key.
        found: All of them.
        command: The command that removes one, with words in place of its id; empty where there is none.
    """

    ref: Ref
    found: tuple[Live, ...]
    command: str = ""

    @property
    def text(self) -> str:
        """One line that names all ids, what is known of each, and the command that removes one."""
        kind, key = self.ref
        ids = ", ".join(
            f"{live.id or '?'} ({live.notes})" if live.notes else live.id or "?" for live in self.found
        )
        line = f"{kind} {shown_key(key)} is there {len(self.found)} times: {ids}"
        return f"{line}; remove the one that is not wanted: {self.command}" if self.command else line


def duplicates_of(reading: Reading, vendor: str) -> tuple[Duplicate, ...]:
    """Return what is there more than once, in the order of the kinds and keys.

    Args:
        reading: What is there.
        vendor: The vendor, for the command that removes one.
    """
    commands = COMMANDS.get(vendor, {})
    return tuple(
        Duplicate(
            ref=ref, found=reading.twice[ref], command=_command(commands.get(ref[0], ""), vendor, ref[0])
        )
        for ref in sorted(reading.twice, key=lambda ref: (KINDS.index(ref[0]), ref[1]))
    )


def _command(command: str, vendor: str, kind: Kind) -> str:
    """Return a command with the words that a person fills in; Stringee is the vendor that needs no naming."""
    if not command or vendor == "stringee":
        return command and f"{command} ID"
    which = "--kind KIND ID (each id above is KIND:ID)" if (vendor, kind) == ("ringme", "agent") else "ID"
    return f"{command} --vendor {vendor} {which}"


def texts_of(reading: Reading, vendor: str) -> tuple[str, ...]:
    """Return a line for each thing that is there more than once; arguments as for `duplicates_of`."""
    return (*(duplicate.text for duplicate in duplicates_of(reading, vendor)), *listed_again(reading))


def listed_again(reading: Reading) -> tuple[str, ...]:
    """Return a line for each connection without an id that is listed more than once."""
    again = sorted(reading.again.items(), key=lambda item: (KINDS.index(item[0][0]), item[0][1]))
    return tuple(
        f"{kind} {shown_key(key)} is listed {number + 1} times: take it away, and apply again"
        for (kind, key), number in again
    )
