"""What the vendor sends by itself of text messages: delivery reports, and messages that came in.

Handlers for these are in `webhooks`. A push is not signed: make the address hard to guess, and confirm by
`client.sms.reports` what matters. Whether a push is repeated is not documented: one may come twice, or before the
response to its send. Source: itniotech.com, api/sms (report push), and the pages of white labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import attrs

from ..core.decoding import Loader
from ..core.errors import DecodeError, WebhookError
from ..core.json_codec import encode, loads
from ..core.model import Malformed, Model, model
from .row import VENDOR_NAME, Row

M = TypeVar("M", bound=Model)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 253_402_300_799_000
_ID: Final = MappingProxyType({VENDOR_NAME: "msgid"})
_NUMBER: Final = MappingProxyType({VENDOR_NAME: "mobile"})
_PRICE: Final = MappingProxyType({VENDOR_NAME: "pricedetail"})


@model(kw_only=True)
class SmsDelivery(Row):
    """The report on a message, as pushed.

    Args:
        msg_id: The vendor's id of the message.
        app_id: The application.
        number: The number that it went to; not in the repr.
        status: 0 delivered; any other failed.
        reason: Why; `"0"` when it was delivered.
        timestamp: Milliseconds since 1970: when it was sent, or the report came.
        order_id: The reference that was given along, where the vendor sends it.
        mcc: Code of the country.
        mnc: Code of the network.
        price_detail: What it cost, as the vendor writes it.
    """

    msg_id: str = attrs.field(metadata=_ID)
    app_id: str | None = None
    number: str | None = attrs.field(default=None, repr=False, metadata=_NUMBER)
    status: int | None = None
    reason: str | None = None
    timestamp: int | None = None
    order_id: str | None = None
    mcc: str | None = None
    mnc: str | None = None
    price_detail: dict[str, Any] | None = attrs.field(default=None, metadata=_PRICE)

    @property
    def delivered(self) -> bool | None:
        """Whether it was delivered; None where the report does not say."""
        return None if self.status is None else self.status == 0

    @property
    def reported(self) -> datetime | None:
        """The time of the report; None where it has none that can be read."""
        stated = self.timestamp
        return (
            _EPOCH + timedelta(milliseconds=stated) if stated is not None and 0 < stated < _LATEST else None
        )


@model(kw_only=True)
class SmsReply(Row):
    """A message that came in, as pushed.

    Args:
        msg_id: An id of the vendor's; whether it is that of the message that was replied to is not documented.
        number: Who sent it; not in the repr.
        reply_time: When, as the vendor writes it; the zone is not stated.
        content: Its text; not in the repr.
        send_id: The number or name that it was sent to.
        mcc: Code of the country.
        mnc: Code of the network.
        operator: Name of the network.
        price_detail: What it cost, as the vendor writes it.
    """

    msg_id: str | None = attrs.field(default=None, metadata=_ID)
    number: str | None = attrs.field(default=None, repr=False, metadata=_NUMBER)
    reply_time: str | None = attrs.field(default=None, metadata={VENDOR_NAME: "reply_time"})
    content: str | None = attrs.field(default=None, repr=False)
    send_id: str | None = attrs.field(default=None, metadata={VENDOR_NAME: "sendid"})
    mcc: int | None = None
    mnc: int | None = None
    operator: str | None = None
    price_detail: dict[str, Any] | None = attrs.field(default=None, metadata=_PRICE)


DELIVERIES: Final = Loader(SmsDelivery)
REPLIES: Final = Loader(SmsReply)
Body = bytes | str | Mapping[str, Any] | list[Any]
"""The body of a push, as it came or decoded already."""


def parse_sms_deliveries(body: Body) -> tuple[SmsDelivery, ...]:
    """Return the delivery reports that a push holds, one as a rule; sends nothing and is safe to repeat.

    Args:
        body: The push's body, as it came or decoded already: an object, a list, or an object with a list in `array`.

    Raises:
        WebhookError: It is not JSON, or a report has no `msgid`.
    """
    found = _parsed(body, DELIVERIES)
    if any(not one.msg_id.strip() for one in found):
        raise WebhookError("the push cannot be read: its msgid is empty")
    return found


def parse_sms_replies(body: Body) -> tuple[SmsReply, ...]:
    """Return the messages that came in and that a push holds; sends nothing and is safe to repeat.

    Args:
        body: As for `parse_sms_deliveries`.

    Raises:
        WebhookError: It is not JSON, or holds neither sender nor text.
    """
    found = _parsed(body, REPLIES)
    if any(one.number is None and one.content is None for one in found):
        raise WebhookError("the push cannot be read: it holds neither mobile nor content")
    return found


def _parsed(body: Body, loader: Loader[M]) -> tuple[M, ...]:
    found: list[M] = []
    for row in _rows(body):
        loaded = loader.load(encode(row))
        if isinstance(loaded, Malformed):
            raise WebhookError(f"the push cannot be read: {loaded.path}: {loaded.reason}")
        found.append(loaded)
    if not found:
        raise WebhookError("the push cannot be read: it holds nothing")
    return tuple(found)


def _rows(body: Body) -> list[Any]:
    """Return the objects of a push; names have no blanks around them."""
    try:
        data: Any = (
            loads(body)
            if isinstance(body, bytes)
            else loads(body.encode() if isinstance(body, str) else encode(body))
        )
    except (DecodeError, TypeError, ValueError, OverflowError, RecursionError):
        raise WebhookError("the push cannot be read: it is no JSON") from None
    inner: Any = cast("dict[str, object]", data).get("array") if isinstance(data, dict) else data
    listed: list[object] = cast("list[object]", inner) if isinstance(inner, list) else [data]
    return [_trimmed(cast("dict[str, object]", one)) if isinstance(one, dict) else one for one in listed]


def _trimmed(row: dict[str, object]) -> dict[str, object]:
    trimmed = {name.strip(): value for name, value in row.items()}
    if "mcn" in trimmed:  # a sample of the vendor's spells it so
        trimmed.setdefault("mnc", trimmed["mcn"])
    return trimmed
