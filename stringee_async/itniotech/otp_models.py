"""The models of one-time passwords that were sent.

Source: itniotech.com, api/otp (verification); public client code for the result of a check.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

import attrs

from ..core.coerce import as_int
from ..core.decoding import Loader
from ..core.json_codec import Raw
from ..core.model import NAMED, model
from .row import VENDOR_NAME, Row

MATCHED: Final = 0
"""What `matched` is for the right code."""
_SHAPED: Final[tuple[str, ...]] = ("verifications", "sms", "call")
_CALLS: Final = MappingProxyType({VENDOR_NAME: "call"})


@model(kw_only=True)
class OtpVerification(Row):
    """A one-time password that was sent.

    Args:
        verification_id: The vendor's id, which `verify`, `resend` and `record` take.
        to: The number; not in the repr.
        channel: How it was sent, such as `sms` or `call`.
        sna_url: The address that the phone has to open, with channel `sna`; not in the repr.
    """

    verification_id: str = attrs.field(metadata=NAMED)
    to: str | None = attrs.field(default=None, repr=False)
    channel: str | None = None
    sna_url: str | None = attrs.field(default=None, repr=False)


@model(kw_only=True)
class OtpCheck(Row):
    """What the vendor says of a code that was entered.

    Args:
        to: The number; not in the repr.
        matched: 0 right, -1 not checked, 1 being sent, 2 wrong, 3 no such verification; the vendor may add others.
    """

    to: str | None = attrs.field(default=None, repr=False)
    matched: int | None = None

    @property
    def right(self) -> bool:
        """Whether the code is the right one; False where the vendor does not say that it is."""
        return self.matched == MATCHED


@model(kw_only=True)
class OtpRecord(Row):
    """What became of a one-time password; its parts are as the vendor writes them, and not in the repr.

    Args:
        verification_id: The vendor's id, where the record states it; the pages do not promise it.
        verifications: The checks: `matched`, `verifiedDate`, `oriReceiver`, `channel`.
        sms: The text messages: `submitTm`, `sendTm`, `doneTm`, `status`, `reason` and what they cost.
        calls: The calls, likewise.
    """

    verification_id: str | None = None
    verifications: list[dict[str, Any]] | None = attrs.field(default=None, repr=False)
    sms: list[dict[str, Any]] | None = attrs.field(default=None, repr=False)
    calls: list[dict[str, Any]] | None = attrs.field(default=None, repr=False, metadata=_CALLS)

    @property
    def right(self) -> bool:
        """Whether the right code was entered."""
        return any(_number(check.get("matched")) == MATCHED for check in self.verifications or ())


def _number(value: object) -> int | None:
    try:
        return None if isinstance(value, bool) else as_int(value)
    except ValueError:
        return None


def in_lists(row: dict[str, Raw]) -> dict[str, Raw]:
    """Return a record whose parts are lists, as the vendor writes a single one without its brackets."""
    wrapped: dict[str, Raw] = {
        name: Raw(b"[" + bytes(row[name]) + b"]")
        for name in _SHAPED
        if name in row and bytes(row[name]).startswith(b"{")
    }
    return {**row, **wrapped}


def without_flag(row: dict[str, Raw]) -> dict[str, Raw]:
    """Return a check without a `matched` that is no number: read as one, "false" would be the right code."""
    flagged = bytes(row.get("matched", b"")) in {b"true", b"false"}
    return {name: value for name, value in row.items() if not (flagged and name == "matched")}


VERIFICATIONS: Final = Loader(OtpVerification)
CHECKS: Final = Loader(OtpCheck)
RECORDS: Final = Loader(OtpRecord)
