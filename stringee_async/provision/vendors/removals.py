"""Whether the removals of a run did anything: what others have removed before is gone all the same."""

from __future__ import annotations

from collections.abc import Awaitable

from ...core.errors import NotFoundError, SdkError
from ..unit import Unit


class Removals:
    """The removals of one run, with those whose response was lost: they may have taken effect."""

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def may_have_acted(self, unit: Unit) -> bool:
        """Return whether a removal of this unit lost its response."""
        return unit.name in self._lost

    async def acted(self, unit: Unit, removal: Awaitable[None]) -> bool:
        """Carry out a removal, and return whether this run removed something; what is not there is gone.

        Args:
            unit: The unit that it belongs to.
            removal: The call, which raises `NotFoundError` where there is nothing to remove.

        Raises:
            SdkError: It failed; safe to repeat.
        """
        try:
            await removal
        except NotFoundError:
            return self.may_have_acted(unit)
        except SdkError as error:
            if error.outcome == "unknown":
                self._lost.add(unit.name)
            raise
        return True
