"""What a page shows at a glance: address, credentials, clock, use of the limits, and which faults there are."""

from typing import Any

from ..ringme.dialect import RingMeDialect
from .fault_plans import known
from .host import Host


def overview(host: Host) -> dict[str, Any]:
    """Describe the emulator as it is now."""
    return {
        "url": host.url,
        "environment": host.environment(),
        "state_file": None if host.state_file is None else str(host.state_file),
        "clock": clock(host),
        "in_flight": host.in_flight,
        "limits": limits(host),
        **known(host.faults),
    }


def clock(host: Host) -> dict[str, float]:
    """The server's clock."""
    return {"skew": host.clock_skew, "now": round(host.dialects[0].services.now(), 3)}


def limits(host: Host) -> list[dict[str, Any]]:
    """How much of each limit is used now: of the rate limit by each account, and of RingMe's quota."""
    found: list[dict[str, Any]] = []
    if host.rate_limit is not None:
        most, length = host.rate_limit
        for name, used, left in host.windows_used():
            vendor, _, number = name.partition(":")
            found.append({
                "limit": "rate limit", "vendor": vendor, "account": number, "used": used, "most": most,
                "seconds": length, "left": round(left, 3),
            })  # fmt: skip
    for dialect in host.dialects:
        if isinstance(dialect, RingMeDialect):
            found += dialect.quota_used()
    return found
