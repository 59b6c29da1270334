"""Applications of one-time passwords: how long a code counts, and how many are sent. `client.otp_apps`.

The vendor lists them nowhere: keep the id. Source: itniotech.com, api/otp (app).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName, document_fields
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import Whole, amount, code
from ..core.model import NAMED, model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean
from .arguments import short_name
from .resource import Resource
from .responses import data_model, nothing
from .row import VENDOR_NAME, Row, fields_of

CREATE: Final = Operation("otp_apps.create", "POST", "/otp/app/add", RetryClass.CREATE)
UPDATE: Final = Operation("otp_apps.update", "PUT", "/otp/app/update/{app_id}", RetryClass.IDEMPOTENT_WRITE)
GET: Final = Operation("otp_apps.get", "GET", "/otp/app/details/{app_id}", RetryClass.READ)

_period: Final = Whole(1, 90)


@attrs.frozen(kw_only=True)
class OtpLimit:
    """How many codes are sent in a period of time.

    Args:
        limit: How many at most.
        period: How long the period is, 1 to 90 units.
        unit: 1 days, 2 hours, 3 minutes, 4 seconds; the vendor may add others.
        enabled: Whether the limit counts.
    """

    limit: int
    period: int
    unit: int
    enabled: bool = True


def _limit(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, OtpLimit):
        raise ConfigError(f"{name} must be an OtpLimit, got {type(value).__name__}")
    return {
        "enabled": boolean(f"{name}.enabled", value.enabled),
        "unit": code(f"{name}.unit", value.unit),
        "period": _period(f"{name}.period", value.period),
        "limit": amount(f"{name}.limit", value.limit),
    }


class OtpAppSettings(TypedDict, total=False):
    """What can be set of an application."""

    code_expiry: Annotated[
        int | Unset, Whole(1, 60), Doc("Minutes that a code counts; the vendor's default is 5.")
    ]
    total_limit: Annotated[
        OtpLimit | Unset,
        _limit,
        VendorName("periodTotalSendLimit"),
        Doc("How many codes are sent to all numbers."),
    ]
    phone_limit: Annotated[
        OtpLimit | Unset,
        _limit,
        VendorName("periodPhoneSendLimit"),
        Doc("How many codes are sent to one number."),
    ]


class OtpAppChanges(OtpAppSettings, total=False):
    """What can be changed of an application."""

    name: Annotated[str | Unset, short_name, Doc("Its name, 4 to 32 characters, unique.")]


FIELDS: Final = fields_of(OtpAppChanges)


@model(kw_only=True)
class OtpApp(Row):
    """An application of one-time passwords.

    Args:
        app_id: The vendor's id.
        name: Its name.
        code_expiry: Minutes that a code counts.
        total_limit: How many codes are sent to all numbers, as the vendor writes it: `enabled`, `unit`, `period`, `limit`.
        phone_limit: How many codes are sent to one number, likewise.
        create_time: As the vendor writes it; the zone is not stated.
    """

    app_id: str = attrs.field(metadata=NAMED)
    name: str | None = None
    code_expiry: int | None = None
    total_limit: dict[str, Any] | None = attrs.field(
        default=None, metadata={VENDOR_NAME: "periodTotalSendLimit"}
    )
    phone_limit: dict[str, Any] | None = attrs.field(
        default=None, metadata={VENDOR_NAME: "periodPhoneSendLimit"}
    )
    create_time: str | None = None


LOADER: Final = Loader(OtpApp)
document_fields(OtpApp, FIELDS)


class OtpApps(Resource):
    """Operations on applications of one-time passwords."""

    _declared = FIELDS

    async def create(
        self, *, name: str, extra: Mapping[str, Any] | None = None, **settings: Unpack[OtpAppSettings]
    ) -> OtpApp:
        """Create an application.

        Returns:
            The new application.

        Raises:
            AlreadyExistsError: There is an application of this name.
            OutcomeUnknownError: The response was lost; the application may exist. Not safe to repeat: the vendor lists
                no applications, so look in its console.
        """
        return await self._post(CREATE, self._body(FIELDS, extra, name=name, **settings), data_model(LOADER))

    async def get(self, app_id: str) -> OtpApp:
        """Return one application.

        Args:
            app_id: The application's id.
        """
        return await self._fetch(GET, None, data_model(LOADER), path={"app_id": app_id})

    async def update(
        self, app_id: str, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[OtpAppChanges]
    ) -> None:
        """Change an application; the vendor does not promise to keep what is left out, so give all that you set.

        Args:
            app_id: The application's id.

        Raises:
            AlreadyExistsError: Another application has this name.
        """
        body = self._body(FIELDS, extra, **settings)
        if not body:
            raise ConfigError(f"{UPDATE.name}: nothing to change was given")
        await self._post(UPDATE, body, nothing, path={"app_id": app_id})
