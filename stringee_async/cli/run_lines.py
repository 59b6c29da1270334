"""The events of a run as JSON lines on standard output: `apply --output ndjson`. The report, the last line, is not written here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from .output import Form, OutputFormat, note, show_document
from .streams import OutputError, ReaderGoneError

if TYPE_CHECKING:
    from ..provision.run_events import Event

_FORM: Final = Form(OutputFormat.NDJSON)


class LineWriter:
    """Writes a line for each event. A run is not ended by a reader that leaves, or a full disk: it goes on without."""

    def __init__(self) -> None:
        self._over = False

    def take(self, event: Event) -> None:
        """Write one event."""
        line = _line_of(event)
        if self._over or line is None:
            return
        try:
            show_document(line, _FORM)
        except ReaderGoneError:
            self._over = True
        except OutputError as error:
            self._over = True
            note(f"warning: {error}; the run goes on", "yellow")


def _line_of(event: Event) -> Mapping[str, Any] | None:
    """Return an event as JSON has it; None for the last one, whose line is the report."""
    from ..provision.run_events import Doubtful, Finished, Planned, Settled, Started

    name = type(event).__name__.lower()
    if isinstance(event, Finished):
        return None
    if isinstance(event, Planned):
        return {"event": name, "digest": event.plan.digest, "units": len(event.plan.units)}
    if isinstance(event, Started | Doubtful):
        return {"event": name, "unit": event.unit.name}
    if isinstance(event, Settled):
        return {"event": name, "done": event.done, "total": event.total, **event.outcome.to_json()}
    return {"event": name, **attrs.asdict(event)}
