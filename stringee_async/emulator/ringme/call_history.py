"""Calls of the past and what was recorded of them, of one RingMe customer.

Facts: the second reference, sections 3 and 4. The emulator's own choices: the storage host, which its links lead to, is
the emulator under its other name (``localhost`` beside ``127.0.0.1``) and refuses requests with a token; a link is good
as long as its recording is.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Any

import attrs

from ..state import Row, Table
from ..store import Store
from .call_tables import CALL_RECORDS, RECORDINGS

STORAGE = "/storage/"
"""What begins the paths of the storage host."""


@attrs.frozen
class Recorded:
    """What was recorded of a call.

    Args:
        content: the bytes of the file.
        ready: the monotonic time in seconds from which on it is there.
        link: the path of its link on the storage host.
    """

    content: bytes = attrs.field(repr=False)
    ready: float
    link: str = attrs.field(repr=False)


class CallHistory(Store[str, Table]):
    """The calls of one customer that have ended, and their recordings."""

    def __init__(self, client_id: int, now: Callable[[], float]) -> None:
        super().__init__((CALL_RECORDS, RECORDINGS), Table)
        self._client_id = client_id
        self._now = now
        self.records = self.tables["call_records"]
        """Calls by ``call_uuid``, in capitals, with their legs as ``cdr``."""
        self.recordings = self.tables["recordings"]
        """Recordings by ``record_uuid``, in capitals."""
        self.recorded: dict[str, Recorded] = {}
        """The recorded files by ``record_uuid``."""
        self.archived: list[Row] = []
        """The bodies of requests to archive recordings."""

    def add(
        self,
        extension_id: int,
        *,
        started: float | None = None,
        seconds: int = 30,
        recording: bytes | None = None,
        ready_after: float = 0.0,
        **columns: Any,
    ) -> str:
        """Add a call with one leg, and return its ``call_uuid``.

        It began at ``started`` in Unix seconds, or has just ended. What was recorded can be had ``ready_after`` seconds
        from now. More columns are in wire form.
        """
        began = self._now() - seconds if started is None else started
        key = hashlib.sha256(f"{self._client_id}:{len(self.records)}".encode()).hexdigest()[:32].upper()
        key = str(columns.pop("call_uuid", key))
        call: Row = {
            "init_time_gmt": written(began),
            "start_time_gmt": written(began),
            "hangup_time_gmt": written(began + seconds),
            "duration": seconds,
            "extension_id": extension_id,
            "client_owner_id": self._client_id,
            **columns,
        }
        names = self.resources["recordings"].defaults
        own = {name: value for name, value in call.items() if not name.startswith("bridged_")}
        leg: Row = {**names, **own, "call_uuid": key, "record_uuid": None, "record_file_size": None}
        if leg["result"] == "bridged":
            leg["result"] = "answered"  # no leg is called bridged
        if recording is not None:
            leg |= self._record(f"{extension_id}-{key}", recording, ready_after)
            shown = {name: value for name, value in leg.items() if name in names}
            self.add_row("recordings", str(leg["record_uuid"]), {"record_uuid": leg["record_uuid"]}, shown)
        self.add_row("call_records", key, {"call_uuid": key}, {**call, "cdr": [leg]})
        return key

    def _record(self, key: str, content: bytes, ready_after: float) -> Row:
        secret = hashlib.sha256(f"storage:{key}".encode()).hexdigest()
        self.recorded[key] = Recorded(content, time.monotonic() + ready_after, f"{STORAGE}{secret}.mp3")
        return {"record_uuid": key, "record_file_size": len(content)}

    def ready(self, key: str) -> Recorded | None:
        """Return a recorded file that is there by now, by its id in either case."""
        found = self.recorded.get(key.upper())
        return found if found is not None and time.monotonic() >= found.ready else None

    def remove_recording(self, key: str) -> None:
        """Remove a recording; KeyError if there is none."""
        del self.recorded[key]
        del self.recordings[key]


def written(moment: float) -> str:
    """A moment as rows have it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
