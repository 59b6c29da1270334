"""SIP trunks: lines to other exchanges, for calls out or in. `client.sip_trunks`.

Source: itniotech.com, api/call (sipTrunk).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName, document_fields
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import ListOf, positive, row_id, word
from ..core.fields import Text, label
from ..core.model import model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.secrets import Secret
from ..core.unset import UNSET, Unset
from ..core.validation import boolean
from .arguments import Id, addresses, gateway, hidden, password
from .resource import Resource
from .responses import created_key, nothing
from .row import VENDOR_NAME, Row, fields_of

CREATE: Final = Operation("sip_trunks.create", "POST", "/v3/cc/sipTrunk/add", RetryClass.CREATE)
LIST: Final = Operation("sip_trunks.list", "POST", "/v3/cc/sipTrunk/query", RetryClass.READ)
UPDATE: Final = Operation("sip_trunks.update", "POST", "/v3/cc/sipTrunk/update", RetryClass.IDEMPOTENT_WRITE)

OUT: Final = 1
IN: Final = 2


@attrs.frozen(kw_only=True)
class TrunkGroup:
    """An agent group on a trunk.

    Args:
        voice_group_id: The group.
        number: The number that leads to it; for trunks of type `IN`.
    """

    voice_group_id: Id
    number: str | None = None


_number: Final = Text(50, number=True, ours=False)


def _group(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, TrunkGroup):
        raise ConfigError(f"{name} must hold TrunkGroup values, got {type(value).__name__}")
    group: dict[str, object] = {"voiceGroupId": row_id(name, value.voice_group_id)}
    return group if value.number is None else {**group, "number": _number(name, value.number)}


class SipTrunkSettings(TypedDict, total=False):
    """What can be set of a SIP trunk, beside what the vendor wants each time."""

    sip_prefix: Annotated[str | Unset, word, Doc("Prefix of numbers.")]
    sip_gateway_ip: Annotated[str | Unset, gateway, Doc("Address that calls go to; with `OUT`.")]
    sip_white_ip: Annotated[str | Unset, addresses, Doc("Addresses that calls may come from; with `IN`.")]
    sip_account: Annotated[str | Unset, word, Doc("Account, where the trunk registers.")]


class SipTrunkFields(SipTrunkSettings, total=False):
    """What is sent of SIP trunks."""

    key_id: Annotated[int | str, row_id, Doc("The vendor's id.")]
    type: Annotated[int, positive, Doc("`OUT` (1) for calls out, `IN` (2) for calls in.")]
    sip_trunk_name: Annotated[str, label, Doc("Its name, unique.")]
    groups: Annotated[
        Sequence[TrunkGroup],
        ListOf(_group, least=1),
        VendorName("groupList"),
        Doc("The agent groups; with `IN` each with its number."),
    ]
    sip_trunk_state: Annotated[
        bool, boolean, Doc("Whether the trunk registers or is on; the pages only say true or false.")
    ]
    sip_password: Annotated[Secret | Unset, password, Doc("Its password.")]


FIELDS: Final = fields_of(SipTrunkFields)


@model(kw_only=True)
class SipTrunk(Row):
    """A SIP trunk, as listed.

    Args:
        state: 0 or 1.
        cc_ip: The vendor's address.
        sip_password: The password in clear text, as the vendor sends it; not in the repr.
        create_time: As the vendor writes it; the zone is not stated.
        update_time: Likewise.
        groups: The agent groups as the vendor writes them: `voiceGroupId` and `number`.
    """

    key_id: int
    type: int | None = None
    state: int | None = None
    sip_trunk_name: str | None = None
    sip_prefix: str | None = None
    sip_gateway_ip: str | None = None
    sip_white_ip: str | None = None
    cc_ip: str | None = None
    sip_account: str | None = None
    sip_password: str | None = attrs.field(default=None, repr=False)
    sip_trunk_state: bool | None = None
    create_time: str | None = None
    update_time: str | None = None
    groups: list[dict[str, Any]] | None = attrs.field(default=None, metadata={VENDOR_NAME: "groupList"})


LOADER: Final = Loader(SipTrunk)
document_fields(SipTrunk, FIELDS)


class SipTrunks(Resource):
    """Operations on SIP trunks."""

    _declared = FIELDS

    def list(
        self,
        *,
        type: int | Unset = UNSET,
        sip_trunk_name: str | Unset = UNSET,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[SipTrunk]:
        """List SIP trunks, lazily; nothing is sent before the first row is asked for.

        Args:
            type: Only `OUT` (1) or `IN` (2).
            sip_trunk_name: Only this name.

        Returns:
            A listing: `async for trunk in client.sip_trunks.list()`.
        """
        return self._list(
            LIST,
            LOADER,
            self._body(FIELDS, type=type, sip_trunk_name=sip_trunk_name),
            PageOptions(page_size, read_ahead, max_passes, strict),
        )

    async def create(
        self,
        *,
        type: int,
        sip_trunk_name: str,
        groups: Sequence[TrunkGroup],
        sip_trunk_state: bool,
        sip_password: str | Secret | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipTrunkSettings],
    ) -> int:
        """Create a SIP trunk.

        Returns:
            The new trunk's `key_id`.

        Raises:
            InvalidRequestError: The vendor does not take a field, or the name is taken.
            OutcomeUnknownError: The response was lost; the trunk may exist. Not safe to repeat: look first.
        """
        secret = hidden(sip_password)
        del sip_password  # an error from here on may be printed with the locals of its frames
        body = self._body(
            FIELDS,
            extra,
            type=type,
            sip_trunk_name=sip_trunk_name,
            groups=groups,
            sip_trunk_state=sip_trunk_state,
            sip_password=secret,
            **settings,
        )
        return await self._post(CREATE, body, created_key("keyId"))

    async def update(
        self,
        key_id: Id,
        *,
        type: int,
        sip_trunk_name: str,
        groups: Sequence[TrunkGroup],
        sip_trunk_state: bool,
        sip_password: str | Secret | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipTrunkSettings],
    ) -> None:
        """Change a SIP trunk; the vendor wants the same fields as for a new one.

        Args:
            groups: All agent groups; they replace the former ones.

        Raises:
            InvalidRequestError: The vendor does not take a field, or the name is taken.
        """
        secret = hidden(sip_password)
        del sip_password  # as in create
        body = self._body(
            FIELDS,
            extra,
            key_id=key_id,
            type=type,
            sip_trunk_name=sip_trunk_name,
            groups=groups,
            sip_trunk_state=sip_trunk_state,
            sip_password=secret,
            **settings,
        )
        await self._post(UPDATE, body, nothing)
