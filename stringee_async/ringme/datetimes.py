"""Times as RingMe takes them: UTC, as text, such as `2026-11-01 10:00:00`.

Times in responses are read by `core.moments`; they may have a fraction (`.76`, once `,60`). That the times of queries
are UTC is an assumption; clients that are known to work send UTC. Source: the vendor's page on call history, public
client code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ..core.errors import ConfigError
from ..core.windows import Span, span_of

_FORM: Final = "%Y-%m-%d %H:%M:%S"


def span_query(span: Span) -> dict[str, str]:
    """Return a span as it is asked for; the vendor includes its end."""
    until = span.until.replace(microsecond=0)
    if until != span.until:
        until = datetime.fromtimestamp(int(until.timestamp()) + 1, UTC)
    return {"start_datetime": span.since.strftime(_FORM), "end_datetime": until.strftime(_FORM)}


def inner_query(since: datetime, until: datetime) -> dict[str, str]:
    """Return the whole seconds of a span as they are asked for, none before or after it; there is no default end."""
    if until is None:
        raise ConfigError("until must be given")
    span = span_of(since, until, now=until)
    first, last = -int(-span.since.timestamp() // 1), int(span.until.timestamp() // 1) - 1
    if last < first:
        raise ConfigError("since and until must have a whole second between them")
    begin, end = (datetime.fromtimestamp(moment, UTC).strftime(_FORM) for moment in (first, last))
    return {"start_datetime": begin, "end_datetime": end}
