"""The numbers that a text message goes to, and which of them a response says were accepted.

Source: itniotech.com, api/sms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, cast

import attrs

from ..core.coerce import as_int
from ..core.errors import ConfigError, DecodeError, ResponseError
from ..core.fields import Text
from ..core.json_codec import Raw, loads, rows, shallow
from ..core.messages import Response
from ..core.unset import Unset
from ..core.validation import boolean, phone_number
from .refusals import facts
from .responses import read
from .sms_models import ACCEPTED, AcceptedSms, SmsOutcome

MOST: Final = 1_000
"""Numbers in one request. That of a batch is not documented; this one is the package's."""

_reference: Final = Text(64, exact=True)


@attrs.frozen
class Recipient:
    """A number that a message goes to, and its reference."""

    number: str = attrs.field(repr=False)
    order_id: str | None = None


def recipients_of(to: Sequence[object], order_ids: object, *, duplicates: bool) -> list[Recipient]:
    """Return the numbers that a message goes to, each with its reference, checked."""
    numbers = [phone_number("to", one) for one in to]
    if isinstance(order_ids, Unset):
        found = [Recipient(number) for number in numbers]
    else:
        given = [_reference("order_ids", one) for one in several("order_ids", order_ids)]
        if len(given) != len(numbers):
            raise ConfigError(f"order_ids must be as many as numbers: {len(numbers)}, got {len(given)}")
        if any("," in one for one in given):
            raise ConfigError("order_ids must not hold commas")
        found = [Recipient(*pair) for pair in zip(numbers, given, strict=True)]
    check_recipients(found, duplicates=duplicates)
    return found


def check_recipients(recipients: Sequence[Recipient], *, duplicates: bool) -> None:
    """Raise if there are too many numbers, or one of them or of their references comes twice."""
    if len(recipients) > MOST:
        raise ConfigError(f"to must hold at most {MOST:,} numbers in one request, got {len(recipients):,}")
    given = [one.order_id for one in recipients if one.order_id is not None]
    if len(set(given)) < len(given):
        raise ConfigError("order_ids must differ from each other")
    if not boolean("duplicates", duplicates) and len({one.number for one in recipients}) < len(recipients):
        raise ConfigError("to holds a number twice; duplicates=True sends two messages to it")


def several(name: str, value: object) -> Sequence[object]:
    """Return one text or several as a list with something in it."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (bytes, bytearray)) or not isinstance(value, Sequence):
        raise ConfigError(f"{name} must be text or a list of texts, got {type(value).__name__}")
    if not value:
        raise ConfigError(f"{name} must not be empty")
    return cast("Sequence[object]", value)


def numbers_of(recipients: Sequence[Recipient]) -> dict[str, str]:
    """Return the fields that say where a message goes."""
    fields = {"numbers": ",".join(one.number for one in recipients)}
    if recipients[0].order_id is not None:
        fields["orderId"] = ",".join(str(one.order_id) for one in recipients)
    return fields


def outcomes(operation: str, response: Response, recipients: Sequence[Recipient]) -> tuple[SmsOutcome, ...]:
    """Return the outcome of each number, or raise what the vendor said.

    The vendor lists the messages that it took. What it lists counts as sent even where the response is a refusal.
    """
    refusal: ResponseError | None = None
    try:
        top = read(operation, response, dict)
    except ResponseError as error:
        top, refusal = _fields(response), error
    listed = _listed(top)
    if refusal is not None and not listed:
        raise refusal
    accepted, malformed = ACCEPTED.load_all(listed or [], path="$.array")
    stated = _count(top, "success")
    if not listed and stated != 0 and _count(top, "fail") != len(recipients):
        silent = DecodeError("the response does not tell which numbers were accepted", paths=("$.array",))
        silent.add(**facts(response))
        raise silent
    found, strangers = _paired(accepted, recipients)
    certain = not malformed and not strangers and stated in {None, len(accepted)}
    certain = certain and (refusal is None or refusal.outcome == "refused")
    return tuple(
        SmsOutcome(
            to=recipient.number,
            sent=True if index in found else (False if certain else None),
            msg_id=found[index].msg_id if index in found else None,
            order_id=recipient.order_id,
        )
        for index, recipient in enumerate(recipients)
    )


def _paired(
    accepted: Iterable[AcceptedSms], recipients: Sequence[Recipient]
) -> tuple[dict[int, AcceptedSms], int]:
    """Return the messages that were taken by the place of their recipient, and how many have none."""
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for index, recipient in enumerate(recipients):
        for key in {f"o{recipient.order_id}", f"n{recipient.number}"}:
            waiting[key].append(index)
    found: dict[int, AcceptedSms] = {}
    strangers = 0
    for message in accepted:
        keys = (f"o{message.order_id}", f"n{(message.number or '').lstrip('+')}")
        places = [place for key in keys for place in waiting.get(key, ()) if place not in found]
        if places and (message.order_id or message.number):
            found[places[0]] = message
        else:
            strangers += 1
    return found, strangers


def _fields(response: Response) -> dict[str, Raw]:
    try:
        return shallow(response.body)
    except DecodeError:
        return {}


def _listed(top: dict[str, Raw]) -> list[Raw] | None:
    """Return the messages that the vendor took; None where it lists none."""
    try:
        return rows(top["array"]) or None
    except (DecodeError, KeyError):
        return None


def _count(top: dict[str, Raw], name: str) -> int | None:
    try:
        return as_int(loads(top[name]))
    except (DecodeError, KeyError, ValueError):
        return None
