"""The basic settings of an agent group: reading and changing them. Part of `client.agent_groups`.

The vendor writes the switches the wrong way round (0 is on), integer settings are cleared by an empty text, and
tags by an empty list; here they are booleans and `CLEAR`. Source: itniotech.com, api/call (basicSetting,
basicSettingResp).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName, document_fields
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import ListOf, count, file_name, positive, row_id, word
from ..core.fields import Text
from ..core.json_codec import Raw
from ..core.model import model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import Check
from .arguments import CLEAR, Clear, Id, Texts, switch
from .resource import Resource
from .responses import data_model, nothing
from .row import VENDOR_NAME, Row, fields_of

UPDATE_SETTINGS: Final = Operation(
    "agent_groups.update_settings", "POST", "/v3/cc/seatGroup/basicSetting", RetryClass.IDEMPOTENT_WRITE
)
SETTINGS: Final = Operation(
    "agent_groups.settings", "GET", "/v3/cc/seatGroup/basicSettingResp", RetryClass.READ
)

BY_IDLE_TIME: Final = 1
BY_NUMBER_OF_CALLS: Final = 2
BY_PRIORITY: Final = 3
IN_TURN: Final = 4

SINGAPORE: Final = "SG_FS"
UNITED_STATES: Final = "USA_FS"
UNITED_ARAB_EMIRATES: Final = "UAE_FS"

MOST_LABELS: Final = 10
LONGEST_LABEL: Final = 20

_CLEARED: Final = frozenset(
    {"callinStrategy", "timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle",
     "timeoutWaitSec", "turnSeatRing", "turnSeatRingUrl", "fsNode", "labelName"}
)  # fmt: skip


_label: Final = Text(LONGEST_LABEL, ours=False)


def _labels(name: str, value: object) -> list[object]:
    labels = ListOf(_label)(name, value)
    if len(labels) > MOST_LABELS:
        raise ConfigError(f"{name} must hold at most {MOST_LABELS} tags, got {len(labels)}")
    if len(set(labels)) < len(labels):
        raise ConfigError(f"{name} must not hold a tag twice")
    return labels


@attrs.frozen
class Clearable:
    """The check of a setting that can be cleared.

    Args:
        check: Checks a value.
        empty: What takes the value away.
    """

    check: Check
    empty: object = ""

    @property
    def limits(self) -> str:
        """What may be given, for people."""
        return getattr(self.check, "limits", "")

    def __call__(self, name: str, value: object) -> object:
        """Return the value, or what clears it, as it is sent."""
        return self.empty if value is CLEAR else self.check(name, value)


class GroupSettingChanges(TypedDict, total=False):
    """What can be changed of a group's settings; `CLEAR` takes a value away."""

    callin_strategy: Annotated[
        int | Clear | Unset,
        Clearable(positive),
        Doc(
            "Who gets a call: 1 by idle time, 2 by number of calls, 3 by priority, 4 in turn. That it may be cleared "
            "is not documented."
        ),
    ]
    timeout_transfer_sec: Annotated[
        int | Clear | Unset,
        Clearable(count),
        Doc("Seconds a call rings before it is passed on; may be cleared."),
    ]
    callin_auto_answer_sec: Annotated[
        int | Clear | Unset,
        Clearable(count),
        Doc("Seconds after which it is answered by itself; may be cleared."),
    ]
    wrap_up_time: Annotated[
        int | Clear | Unset, Clearable(count), Doc("Seconds for notes after a talk; may be cleared.")
    ]
    timeout_idle: Annotated[
        int | Clear | Unset,
        Clearable(count),
        Doc("Calls passed on in a row after which an agent is put on a break; may be cleared."),
    ]
    timeout_wait_sec: Annotated[
        int | Clear | Unset,
        Clearable(count),
        Doc("Seconds a caller may wait. That this, the sound and the node may be cleared is not documented."),
    ]
    turn_seat_ring: Annotated[
        str | Clear | Unset,
        Clearable(file_name),
        Doc("The sound heard meanwhile: `file_name` of `upload_ring`."),
    ]
    label_names: Annotated[
        Texts | Clear | Unset,
        Clearable(_labels, ()),
        VendorName("labelName"),
        Doc(
            "All tags, which replace the former ones: at most 10, different, 1 to 20 characters each; may be cleared."
        ),
    ]
    fs_node: Annotated[str | Clear | Unset, Clearable(word), Doc("Media node, such as `SG_FS`.")]


class GroupSettingFields(GroupSettingChanges):
    """What is sent of a group's settings."""

    voice_group_id: Annotated[int | str, row_id, Doc("The group.")]
    show_recordings: Annotated[
        bool,
        switch,
        VendorName("displaySwitch"),
        Doc("Whether agents see recordings with their calls; the vendor wants it each time."),
    ]
    encrypt_numbers: Annotated[
        bool,
        switch,
        VendorName("encryptNumber"),
        Doc("Whether numbers are encrypted for agents; the vendor wants it each time."),
    ]


FIELDS: Final = fields_of(GroupSettingFields)


@model(kw_only=True)
class AgentGroupSettings(Row):
    """The basic settings of an agent group.

    Args:
        group_name: Its name.
        app_name: Name of its application.
        turn_seat_ring_url: Where to listen to it; such links may expire.
        display_switch: As the vendor writes it, 0 is on; `show_recordings` is the boolean.
        encrypt_number: As the vendor writes it, 0 is on; `encrypt_numbers` is the boolean.
    """

    voice_group_id: int
    group_name: str | None = None
    app_name: str | None = None
    callin_strategy: int | None = None
    timeout_transfer_sec: int | None = None
    callin_auto_answer_sec: int | None = None
    wrap_up_time: int | None = None
    timeout_idle: int | None = None
    timeout_wait_sec: int | None = None
    turn_seat_ring: str | None = None
    turn_seat_ring_url: str | None = None
    label_names: list[str] | None = attrs.field(default=None, metadata={VENDOR_NAME: "labelName"})
    display_switch: int | None = None
    encrypt_number: int | None = None
    fs_node: str | None = None

    @property
    def show_recordings(self) -> bool | None:
        """Whether agents see recordings with their calls; None where the vendor does not say."""
        return switch.read(self.display_switch)

    @property
    def encrypt_numbers(self) -> bool | None:
        """Whether numbers are encrypted for agents; None where the vendor does not say."""
        return switch.read(self.encrypt_number)


LOADER: Final = Loader(AgentGroupSettings)
document_fields(AgentGroupSettings, FIELDS)


def _mended(row: dict[str, Raw]) -> Mapping[str, Raw]:
    """Return the row with the group's id under one name, and without the empty texts that mean "not set"."""
    if bytes(row.get("voiceGroupId", b"null")) == b"null" and "seatGroupId" in row:
        row["voiceGroupId"] = row.pop("seatGroupId")
    return {name: value for name, value in row.items() if name not in _CLEARED or bytes(value) != b'""'}


class GroupSettings(Resource):
    """Operations on the basic settings of agent groups."""

    _declared = FIELDS

    async def settings(self, voice_group_id: Id) -> AgentGroupSettings:
        """Return the basic settings of a group.

        Raises:
            NotFoundError: There is no such group.
        """
        return await self._fetch(
            SETTINGS,
            {"voiceGroupId": row_id("voice_group_id", voice_group_id)},
            data_model(LOADER, _mended),
        )

    async def update_settings(
        self,
        voice_group_id: Id,
        *,
        show_recordings: bool,
        encrypt_numbers: bool,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[GroupSettingChanges],
    ) -> None:
        """Change the basic settings of a group: a value sets, `CLEAR` takes the value away.

        What is left out is not sent. Whether the vendor then keeps the former value is not documented: to be
        sure, read `settings` and send them all.

        Raises:
            ConflictError: The vendor's cap on tags is reached.
        """
        body = self._body(
            FIELDS,
            extra,
            voice_group_id=voice_group_id,
            show_recordings=show_recordings,
            encrypt_numbers=encrypt_numbers,
            **settings,
        )
        await self._post(UPDATE_SETTINGS, body, nothing)
