"""Legs of calls at one extension, without their calls. `client.call_legs`; a call with its legs is in `client.call_records`.

Source of every fact here: the vendor's page on legs, public client code. What stands around the legs in a response is
not documented: an array is read, alone or in an object.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from ..core.json_codec import encode
from ..core.model import to_dict
from ..core.operation import Operation
from ..core.paging import MAX_PASSES
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.windows import Windowed
from .call_models import LEG_LOADER, CallLeg
from .ids import Id, extension_path
from .statistics import Statistics

PATH: Final = "/extension/{extension_id}/cdr/"
LIST: Final = Operation("call_legs.list", "GET", PATH, RetryClass.READ)
STATS: Final = Operation("call_legs.stats", "GET", PATH + "stats/", RetryClass.READ)


class CallLegs(Statistics):
    """Operations on the legs of calls at an extension."""

    def list(
        self,
        extension_id: Id,
        *,
        since: datetime,
        until: datetime | None = None,
        page_size: int = 100,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Windowed[CallLeg]:
        """List the legs at an extension that began in a span of time, each once, oldest first.

        The span is asked for month by month, one query after the other; see `client.call_records.list`. Legs have no id
        of their own: two that are alike in every field count as one.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included; now if left out, and never later.

        Returns:
            A listing over the span: `async for leg in client.call_legs.list(117, since=monday)`.

        Raises:
            NotFoundError: While iterating: there is no such extension.
            ConflictError: While iterating: another client's query of the statistics does not end.
        """
        options = PageOptions(page_size, read_ahead, max_passes, strict)
        return self._over(
            LIST, LEG_LOADER, extension_path(extension_id), {}, options,
            since=since, until=until, wrapped="cdr", key=_digest,
        )  # fmt: skip

    async def stats(self, extension_id: Id, *, since: datetime, until: datetime) -> dict[str, Any]:
        """Return counts of the legs at an extension in a span of time, by the vendor's names, which are not documented.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included.

        Raises:
            NotFoundError: There is no such extension.
            ConflictError: Another client's query of the statistics does not end.
        """
        return await self._stats(STATS, extension_path(extension_id), since, until)


def _digest(leg: CallLeg) -> str:
    return hashlib.sha256(encode(to_dict(leg))).hexdigest()[:32]
