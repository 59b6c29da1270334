"""A host of a vendor, and the session that talks to it.

One job: what the resources and listings of one host share.
"""

from __future__ import annotations

import attrs

from .session import Session


@attrs.frozen(kw_only=True)
class Host:
    """A session and the host that it talks to.

    Args:
        session: Sends.
        url: Base URL of the host.
        account: What tells this account from others, for resume tokens.
        phone_code: The calling code that national phone numbers get, or None; national numbers are then refused.
    """

    session: Session
    url: str
    account: str
    phone_code: str | None = None
