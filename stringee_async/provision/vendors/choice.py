"""Which adapter a client gets. Adapters are imported when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...core.client import Client, session_of
from ...core.errors import ConfigError
from ..adapter import Adapter

if TYPE_CHECKING:
    from ...itniotech.client import ItniotechClient
    from ...ringme.client import RingMeClient
    from ...stringee.client import StringeeClient


def adapter_for(client: Client) -> Adapter:
    """Return the adapter of a client's vendor, over that client; sends nothing.

    Args:
        client: The client of one account; it stays open. Calls go out in its bulk lane.

    Raises:
        ConfigError: There is no adapter for this vendor.
    """
    vendor = session_of(client).state.vendor
    if vendor == "stringee":
        from .stringee import StringeeAdapter

        return StringeeAdapter(cast("StringeeClient", client))
    if vendor == "ringme":
        from .ringme import RingMeAdapter

        return RingMeAdapter(cast("RingMeClient", client))
    if vendor == "itniotech":
        from .itniotech import ItniotechAdapter

        return ItniotechAdapter(cast("ItniotechClient", client))
    raise ConfigError(f"there is no provisioning for {vendor}")
