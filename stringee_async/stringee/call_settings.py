"""The call settings of a project: what the vendor asks and tells your servers. `client.call_settings`.

Source of every fact here: developer.stringee.com, pcc-rest-api/icc-call-settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields, document_fields
from ..core.decoding import Loader
from ..core.errors import ConfigError, DecodeError
from ..core.field_rules import Whole, web_address
from ..core.messages import Response
from ..core.model import Model, model
from ..core.operation import Operation
from ..core.resource import Resource
from ..core.response import facts
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from .responses import read_done, succeeded

_PATH: Final = "/v1/callsettings"
GET: Final = Operation("call_settings.get", "GET", _PATH, RetryClass.READ)
UPDATE: Final = Operation("call_settings.update", "PUT", _PATH, RetryClass.IDEMPOTENT_WRITE)


class ProjectCallSettingChanges(TypedDict, total=False):
    """What can be changed of a project's call settings."""

    get_customer_info_url: Annotated[
        str | Unset | None,
        web_address,
        Doc("Your server that says who is calling; the vendor's default is none."),
    ]
    get_customer_info_timeout: Annotated[
        int | Unset, Whole(0, 86_400), Doc("Milliseconds that the vendor waits for it; default 2000.")
    ]
    event_url: Annotated[
        str | Unset | None, web_address, Doc("Your server that is told of the events of calls; default none.")
    ]
    callout_answer_url: Annotated[
        str | Unset | None,
        web_address,
        Doc("Your server that gives the script of outbound calls; default none."),
    ]


@model(kw_only=True)
class ProjectCallSetting(Model):
    """The call settings of a project.

    Args:
        account: The account.
        project: The project that they belong to; the vendor shows it here and not beside them.
    """

    account: int | str | None = None
    project: int | str | None = None
    get_customer_info_url: str | None = None
    get_customer_info_timeout: int | None = None
    event_url: str | None = None
    callout_answer_url: str | None = None


LOADER: Final = Loader(ProjectCallSetting)
FIELDS: Final = Fields(ProjectCallSettingChanges)
document_fields(ProjectCallSetting, FIELDS)


class ProjectCallSettings(Resource):
    """Operations on the call settings, of which a project has one set."""

    _declared = FIELDS

    async def get(self) -> ProjectCallSetting:
        """Return the call settings of the project.

        Returns:
            The settings; None where the vendor says null, which switches a URL off.
        """
        return await self._send(GET, _read)

    async def update(
        self, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[ProjectCallSettingChanges]
    ) -> None:
        """Change call settings: those left out stay, None is sent as null and switches a URL off, a value sets."""
        body = FIELDS.body(settings, creating=False, extra=extra)
        if not body:
            raise ConfigError("call_settings.update: nothing to change was given")
        await self._send(UPDATE, read_done, body=body)


def _read(response: Response) -> ProjectCallSetting:
    """Read the settings, which stand outside `data`."""
    fields = succeeded(response)
    try:
        return LOADER.one(fields.get("callSetting", b"null"), path="$.callSetting")
    except DecodeError as error:
        error.add(**facts(response))
        raise
