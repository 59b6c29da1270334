"""The models of ITNIO TECH's text messages.

Source: itniotech.com, api/sms.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import attrs

from ..core.decoding import Loader
from ..core.model import model
from ..core.plain import Plain
from .datetimes import moment_of
from .row import VENDOR_NAME, Row

_PRICE: Final = MappingProxyType({VENDOR_NAME: "pricedetail"})


@attrs.frozen(kw_only=True)
class SmsMessage:
    """One text to a number or several, for `client.sms.send_batch`.

    Args:
        to: The number with country code, or several.
        text: The text, of at most 1,024 characters.
        sender: The sender that is shown; None leaves it to the vendor.
        order_ids: A reference of yours for each number, which comes back with the delivery report.
    """

    to: str | Sequence[str] = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    sender: str | None = None
    order_ids: str | Sequence[str] | None = None


@attrs.frozen(kw_only=True)
class SmsOutcome(Plain):
    """What became of the message to one number.

    Args:
        to: The number.
        sent: True if the vendor took the message, which is not delivered yet; False if it was refused; None where the
            response does not say.
        msg_id: The vendor's id of the message.
        order_id: The reference that was given along.
    """

    to: str = attrs.field(repr=False)
    sent: bool | None
    msg_id: str | None = None
    order_id: str | None = None


@model(kw_only=True)
class SmsReport(Row):
    """The state of a message that was taken.

    Args:
        msg_id: The vendor's id of the message.
        number: The number that it went to; not in the repr.
        receive_time: When it was received or sent, as the vendor writes it.
        status: 0 sent, -1 under way, any other failed.
        price_detail: What it cost, as the vendor writes it.
    """

    msg_id: str | None = None
    number: str | None = attrs.field(default=None, repr=False)
    receive_time: str | None = None
    status: int | None = None
    price_detail: dict[str, Any] | None = attrs.field(default=None, metadata=_PRICE)

    @property
    def delivered(self) -> bool | None:
        """Whether it was sent; None while it is under way, or where the vendor does not say."""
        return None if self.status in {None, -1} else self.status == 0

    @property
    def received(self) -> datetime | None:
        """The time with its zone; None where it cannot be read."""
        return moment_of(self.receive_time)


@model(kw_only=True)
class ReceivedSms(Row):
    """A message that came in. It has no id.

    Args:
        number: Who sent it; not in the repr.
        send_id: The number or name that it was sent to.
        receive_time: When it came, as the vendor writes it.
        content: Its text; not in the repr.
        mcc: Code of the country.
        mnc: Code of the network.
        operator: Name of the network.
        price_detail: What it cost, as the vendor writes it.
    """

    number: str | None = attrs.field(default=None, repr=False)
    send_id: str | None = None
    receive_time: str | None = None
    content: str | None = attrs.field(default=None, repr=False)
    mcc: int | None = None
    mnc: int | None = None
    operator: str | None = None
    price_detail: dict[str, Any] | None = attrs.field(default=None, metadata=_PRICE)

    @property
    def received(self) -> datetime | None:
        """When it came; None where that cannot be read."""
        return moment_of(self.receive_time)


@model(kw_only=True)
class AcceptedSms(Row):
    """A message that the vendor took.

    Args:
        msg_id: The vendor's id of the message.
        number: The number; not in the repr.
        order_id: The reference that was given along.
    """

    msg_id: str | None = None
    number: str | None = attrs.field(default=None, repr=False)
    order_id: str | None = None


REPORTS: Final = Loader(SmsReport)
RECEIVED: Final = Loader(ReceivedSms)
ACCEPTED: Final = Loader(AcceptedSms)
