"""One-time passwords: sent by text message or call, and checked. `client.otp`.

Their applications, templates and flows are next door. Source: itniotech.com, api/otp (verification).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName
from ..core.errors import ConfigError, NotFoundError, SdkError
from ..core.field_rules import Matching, amount, row_id, word
from ..core.fields import Text
from ..core.json_codec import Raw
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.secrets import Secret
from ..core.unset import UNSET, Unset
from ..core.validation import phone_number
from .arguments import hidden
from .datetimes import ISO_TIME
from .otp_models import (
    CHECKS,
    RECORDS,
    VERIFICATIONS,
    OtpCheck,
    OtpRecord,
    OtpVerification,
    in_lists,
    without_flag,
)
from .resource import Resource
from .responses import data_model, nothing
from .row import fields_of

SEND: Final = Operation("otp.send", "POST", "/otp/verification/send", RetryClass.CREATE)
SEND_CODE: Final = Operation("otp.send_code", "POST", "/otp/verification/sendRule", RetryClass.CREATE)
RESEND: Final = Operation("otp.resend", "POST", "/otp/verification/resend", RetryClass.CREATE)
VERIFY: Final = Operation("otp.verify", "POST", "/otp/verification/verify", RetryClass.CREATE)
"""In the class of calls that are never repeated: each try counts, and a right code may count once."""
RECORD: Final = Operation("otp.record", "GET", "/otp/verification/record/{verification_id}", RetryClass.READ)
FIND: Final = Operation("otp.find", "POST", "/otp/verification/orderId/record", RetryClass.READ)
REPORT_RATE: Final = Operation("otp.report_rate", "POST", "/otp/backfillRate", RetryClass.IDEMPOTENT_WRITE)

_NOWHERE: Final = frozenset({b"null", b'""', b"{}", b"[]"})
_LOOK: Final = "do not send it again before you know: otp.find by this order_id tells whether it was sent"
_NO_REFERENCE: Final = (
    "it may have been sent, and without an order_id nothing tells: give one, wait, then send a new code"
)
_RESENT: Final = "it may have been sent under an id that is lost: wait, then send a new code by otp.send"
_CHECKED: Final = "the code may have been checked, and a right one may count once: look into otp.record"


def receiver(name: str, value: object) -> str:
    """Return the number that a code goes to, as 10 to 14 digits with the country code."""
    digits = phone_number(name, value)
    if not 10 <= len(digits) <= 14:
        raise ConfigError(f"{name} must be 10 to 14 digits with the country code, got {len(digits)}")
    return digits


@attrs.frozen
class SecretCode:
    """The check of a code, which stays hidden; messages do not show it."""

    least: int
    longest: int = 10

    @property
    def limits(self) -> str:
        """What may be given, for people."""
        return f"{self.least} to {self.longest} characters"

    def __call__(self, name: str, value: object) -> Secret:
        """Return the code, still hidden."""
        if not isinstance(value, Secret):
            raise ConfigError(f"{name} must be text, got {type(value).__name__}")
        text: object = value.reveal()
        if not isinstance(text, str) or not self.least <= len(text) <= self.longest:
            raise ConfigError(f"{name} must be text of {self.limits}")
        if not text.isprintable() or " " in text:
            raise ConfigError(f"{name} must not hold blanks or control characters")
        return value


def _rate(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ConfigError(f"{name} must be a number from 0 to 100, got {type(value).__name__}")
    if (isinstance(value, Decimal) and not value.is_finite()) or not 0 <= value <= 100:
        raise ConfigError(f"{name} must be a number from 0 to 100")
    return f"{value:.2f}"


def _count(name: str, value: object) -> str:
    return str(amount(name, value))


class OtpSettings(TypedDict, total=False):
    """What can be set of a one-time password."""

    flow_id: Annotated[int | str | Unset, row_id, Doc("The flow that says how it is sent next if it fails.")]
    channel: Annotated[
        str | Unset, word, Doc("How it is sent: `sms`, `call` or `sna`; the vendor may add others.")
    ]
    order_id: Annotated[
        str | Unset, Text(64, exact=True), Doc("A reference of yours, never used before; `find` takes it.")
    ]


class OtpCodeSettings(OtpSettings, total=False):
    """What can be set of a one-time password whose code is yours."""

    template_id: Annotated[int | str | Unset, row_id, Doc("The template.")]


class OtpFields(OtpCodeSettings, total=False):
    """What is sent of one-time passwords."""

    app_id: Annotated[str, word, Doc("The application of one-time passwords.")]
    to: Annotated[str, receiver, Doc("The number with country code, 10 to 14 digits.")]
    verification_id: Annotated[str, word, Doc("`verification_id` of what was sent.")]
    mcc: Annotated[
        str | int, Matching(re.compile(r"[0-9]{3}"), "3 digits"), Doc("Mobile code of the country.")
    ]
    entered: Annotated[int, _count, VendorName("backfillNumber"), Doc("How many codes were entered.")]
    sent: Annotated[int, _count, VendorName("backfillCardinalNumber"), Doc("Out of how many.")]
    rate: Annotated[
        float | Decimal,
        _rate,
        VendorName("backfillNow"),
        Doc("Their share in percent, 0 to 100; two decimals go."),
    ]


FIELDS: Final = fields_of(OtpFields)
_CODE: Final = SecretCode(4)
_OWN_CODE: Final = SecretCode(1)


class Otp(Resource):
    """Operations on one-time passwords."""

    _declared = FIELDS

    async def send(
        self,
        *,
        app_id: str,
        template_id: int | str,
        to: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[OtpSettings],
    ) -> OtpVerification:
        """Send a one-time password that the vendor makes up.

        Returns:
            What was sent; `verify` takes its id.

        Raises:
            PermissionDeniedError: The balance is not enough, or the account has no price for the destination.
            LimitReachedError: The application's limit for this period is reached, in all or for this number.
            OutcomeUnknownError: The response was lost; the code may be sent. Not safe to repeat: `find` tells by the
                `order_id` whether it was.
        """
        body = self._body(
            FIELDS, extra, app_id=app_id, template_id=template_id, to=self._phone(to), **settings
        )
        return await self._sent(SEND, body)

    async def send_code(
        self,
        *,
        app_id: str,
        to: str,
        code: str | Secret,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[OtpCodeSettings],
    ) -> OtpVerification:
        """Send a one-time password that you made up.

        Args:
            code: The code, 1 to 10 characters. It appears in no log and no error.

        Returns:
            As for `send`.

        Raises:
            PermissionDeniedError: As for `send`.
            LimitReachedError: As for `send`.
            OutcomeUnknownError: As for `send`. Not safe to repeat.
        """
        secret = hidden(code)
        del code  # an error from here on may be printed with the locals of its frames
        body = self._body(FIELDS, extra, app_id=app_id, to=self._phone(to), **settings)
        return await self._sent(SEND_CODE, {**body, "code": _OWN_CODE("code", secret)})

    async def resend(
        self,
        verification_id: str,
        *,
        channel: str | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> OtpVerification:
        """Send a one-time password once more.

        Returns:
            What was sent, with an id of its own: from now on `verify` takes this one.

        Raises:
            LimitReachedError: As for `send`.
            OutcomeUnknownError: The response was lost; the code may be sent. Not safe to repeat.
        """
        body = self._body(FIELDS, extra, verification_id=verification_id, channel=channel)
        return await self._sent(RESEND, body)

    async def verify(
        self, verification_id: str, code: str | Secret, *, extra: Mapping[str, Any] | None = None
    ) -> OtpCheck:
        """Check the code that a user entered. A wrong code raises nothing: look at `right`.

        The vendor calls a wrong code a success, too; `matched` alone says whether the code is right.

        Args:
            code: What the user entered, 4 to 10 characters. It appears in no log and no error.

        Returns:
            Whether the code is right.

        Raises:
            OutcomeUnknownError: The response was lost; the code may have been checked. Not safe to repeat: a try may be
                used up.
        """
        secret = hidden(code)
        del code  # as in send_code
        body = {
            **self._body(FIELDS, extra, verification_id=verification_id),
            "code": _CODE("code", secret),
        }
        try:
            return await self._post(VERIFY, body, data_model(CHECKS, without_flag))
        except SdkError as error:
            if error.outcome == "unknown":
                error.add(object=f"verification_id {verification_id}", next_step=_CHECKED)
            raise

    async def record(self, verification_id: str) -> OtpRecord:
        """Return what became of a one-time password.

        Raises:
            NotFoundError: There is no such verification.
        """
        path = {"verification_id": verification_id}
        return await self._fetch(RECORD, None, data_model(RECORDS, in_lists), path=path)

    async def find(self, order_id: str, *, app_id: str) -> OtpRecord | None:
        """Return what became of the one-time password with this reference, or None if there is none.

        It tells whether a password was sent whose response was lost. The pages do not promise its id: if the record has
        none, send another code under another reference.

        Args:
            order_id: The reference that was given to `send`.
        """
        body = self._body(FIELDS, app_id=app_id, order_id=order_id)

        def one_or_none(top: dict[str, Raw]) -> OtpRecord | None:
            there = bytes(top.get("data", b"null")) not in _NOWHERE
            return data_model(RECORDS, in_lists)(top) if there else None

        try:
            return await self._post(FIND, body, one_or_none)
        except NotFoundError:
            return None

    async def report_rate(
        self,
        *,
        app_id: str,
        mcc: str | int,
        entered: int,
        sent: int,
        rate: float | Decimal,
        reported: datetime,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Tell the vendor how many of the codes were entered in a country, for its figures on delivery.

        Args:
            reported: When that was, with a zone.
        """
        given = self._body(FIELDS, extra, app_id=app_id, mcc=mcc, entered=entered, sent=sent, rate=rate)
        await self._post(
            REPORT_RATE, {**given, "callbackTime": ISO_TIME.write("reported", reported)}, nothing
        )

    async def _sent(self, operation: Operation, body: Mapping[str, object]) -> OtpVerification:
        try:
            return await self._post(operation, body, data_model(VERIFICATIONS))
        except SdkError as error:
            if error.outcome == "unknown":
                reference = body.get("orderId")
                error.add(
                    object=None if reference is None else f"order_id {reference}",
                    next_step=_RESENT
                    if operation is RESEND
                    else _NO_REFERENCE
                    if reference is None
                    else _LOOK,
                )
            raise
