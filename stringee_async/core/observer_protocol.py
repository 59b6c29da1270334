"""What an observer of a client is, and the base of what it is told; the events themselves are in `events`."""

from __future__ import annotations

from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class Event:
    """The base of all events.

    Args:
        vendor: `"stringee"`, `"ringme"` or `"itniotech"`.
        operation: Name of the operation, such as `"agents.create"`.
        call_id: A number that is the same for all events of one call, and unique in the process; None where no single
            call is meant.
    """

    vendor: str
    operation: str
    call_id: int | None


class Observer(Protocol):
    """What is told of the calls of a client, in order, on the event loop; an `async` method is refused.

    It must return soon, since calls wait for it. What it raises is logged once and harms no call.
    """

    def on_event(self, event: Event) -> None:
        """Note an event; tell them apart by class, and ignore those of classes that you do not know.

        Args:
            event: What happened.
        """
        ...
