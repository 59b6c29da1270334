"""The basic settings of an agent group: reading and changing them. Part of `client.agent_groups`.

The switches are the wrong way round on the wire (0 is on), integer settings are cleared by an empty text, and
tags by an empty list; here they are booleans and `CLEAR`. Source: itniotech.com, api/call (basicSetting,
basicSettingResp).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import ListOf, count, file_name, positive, row_id, word
from ..core.fields import Text
from ..core.json_codec import Raw
from ..core.model import model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import Check
from .arguments import Id, Texts, switch
from .clear import CLEAR, Clear
from .resource import Resource
from .responses import read_done, read_model
from .row import WIRE, Row, checked_body

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

_SWITCHES: Final = MappingProxyType({0: True, 1: False})
_CLEARED: Final = frozenset(
    {"callinStrategy", "timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle",
     "timeoutWaitSec", "turnSeatRing", "turnSeatRingUrl", "fsNode", "labelName"}
)  # fmt: skip


@model(kw_only=True)
class AgentGroupSettings(Row):
    """The basic settings of an agent group.

    Args:
        voice_group_id: The group.
        group_name: Its name.
        app_name: Name of its application.
        callin_strategy: Who gets a call: `BY_IDLE_TIME`, `BY_NUMBER_OF_CALLS`, `BY_PRIORITY`, `IN_TURN`.
        timeout_transfer_sec: Seconds a call rings before it is passed on.
        callin_auto_answer_sec: Seconds after which it is answered by itself.
        wrap_up_time: Seconds for notes after a talk.
        timeout_idle: Calls passed on in a row after which an agent is put on a break.
        timeout_wait_sec: Seconds a caller may wait.
        turn_seat_ring: The sound heard meanwhile: `file_name` of `upload_ring`.
        turn_seat_ring_url: Where to listen to it; such links may expire.
        label_names: The tags.
        display_switch: As on the wire, 0 is on; `show_recordings` says it the right way round.
        encrypt_number: As on the wire, 0 is on; see `encrypt_numbers`.
        fs_node: Media node: `SINGAPORE`, `UNITED_STATES`, `UNITED_ARAB_EMIRATES`.
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
    label_names: list[str] | None = attrs.field(default=None, metadata={WIRE: "labelName"})
    display_switch: int | None = None
    encrypt_number: int | None = None
    fs_node: str | None = None

    @property
    def show_recordings(self) -> bool | None:
        """Whether agents see recordings with their calls; None where the vendor does not say."""
        return None if self.display_switch is None else _SWITCHES.get(self.display_switch)

    @property
    def encrypt_numbers(self) -> bool | None:
        """Whether numbers are encrypted for agents; None where the vendor does not say."""
        return None if self.encrypt_number is None else _SWITCHES.get(self.encrypt_number)


LOADER: Final = Loader(AgentGroupSettings)


def _mended(row: dict[str, Raw]) -> Mapping[str, Raw]:
    """Return the row with the group's id under one name, and without the empty texts that mean "not set"."""
    if bytes(row.get("voiceGroupId", b"null")) == b"null" and "seatGroupId" in row:
        row["voiceGroupId"] = row.pop("seatGroupId")
    return {name: value for name, value in row.items() if name not in _CLEARED or bytes(value) != b'""'}


_label: Final = Text(LONGEST_LABEL, ours=False)


def _labels(name: str, value: object) -> list[object]:
    labels = ListOf(_label)(name, value)
    if len(labels) > MOST_LABELS:
        raise ConfigError(f"{name} must hold at most {MOST_LABELS} tags, got {len(labels)}")
    if len(set(labels)) < len(labels):
        raise ConfigError(f"{name} must not hold a tag twice")
    return labels


def _clearable(check: Check, empty: object = "") -> Check:
    def either(name: str, value: object) -> object:
        return empty if value is CLEAR else check(name, value)

    return either


_RULES: Final[dict[str, Check]] = {
    "voice_group_id": row_id,
    "callin_strategy": _clearable(positive),
    "timeout_transfer_sec": _clearable(count),
    "callin_auto_answer_sec": _clearable(count),
    "wrap_up_time": _clearable(count),
    "timeout_idle": _clearable(count),
    "timeout_wait_sec": _clearable(count),
    "turn_seat_ring": _clearable(file_name),
    "label_names": _clearable(_labels, []),
    "show_recordings": switch,
    "encrypt_numbers": switch,
    "fs_node": _clearable(word),
}


class GroupSettings(Resource):
    """Operations on the basic settings of agent groups."""

    async def settings(self, voice_group_id: Id) -> AgentGroupSettings:
        """Return the basic settings of a group.

        Args:
            voice_group_id: The group.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such group.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._fetch(
            SETTINGS,
            {"voiceGroupId": row_id("voice_group_id", voice_group_id)},
            lambda operation, response: read_model(operation, response, LOADER, _mended),
        )

    async def update_settings(
        self,
        voice_group_id: Id,
        *,
        show_recordings: bool,
        encrypt_numbers: bool,
        callin_strategy: int | Clear | Unset = UNSET,
        timeout_transfer_sec: int | Clear | Unset = UNSET,
        callin_auto_answer_sec: int | Clear | Unset = UNSET,
        wrap_up_time: int | Clear | Unset = UNSET,
        timeout_idle: int | Clear | Unset = UNSET,
        timeout_wait_sec: int | Clear | Unset = UNSET,
        turn_seat_ring: str | Clear | Unset = UNSET,
        label_names: Texts | Clear | Unset = UNSET,
        fs_node: str | Clear | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Change the basic settings of a group: a value sets, `CLEAR` takes the value away.

        What is left out is not sent. Whether the vendor then keeps the former value is not documented; whoever wants
        to be sure reads `settings` and sends them all.

        Args:
            voice_group_id: The group.
            show_recordings: Whether agents see recordings with their calls; the vendor wants it each time.
            encrypt_numbers: Whether numbers are encrypted for agents; the vendor wants it each time.
            callin_strategy: Who gets a call: 1 by idle time, 2 by number of calls, 3 by priority, 4 in turn.
            timeout_transfer_sec: Seconds a call rings before it is passed on; may be cleared.
            callin_auto_answer_sec: Seconds after which it is answered by itself; may be cleared.
            wrap_up_time: Seconds for notes after a talk; may be cleared.
            timeout_idle: Calls passed on in a row after which an agent is put on a break; may be cleared.
            timeout_wait_sec: Seconds a caller may wait. That this, the strategy, the sound and the node may be
                cleared is not documented.
            turn_seat_ring: The sound heard meanwhile: `file_name` of `upload_ring`.
            label_names: All tags, in place of the former: at most 10, different, 1 to 20 characters each; may be
                cleared.
            fs_node: Media node, such as `SG_FS`.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            ConflictError: The vendor's cap on tags is reached.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {
            "voice_group_id": voice_group_id,
            "callin_strategy": callin_strategy,
            "timeout_transfer_sec": timeout_transfer_sec,
            "callin_auto_answer_sec": callin_auto_answer_sec,
            "wrap_up_time": wrap_up_time,
            "timeout_idle": timeout_idle,
            "timeout_wait_sec": timeout_wait_sec,
            "turn_seat_ring": turn_seat_ring,
            "label_names": label_names,
            "show_recordings": show_recordings,
            "encrypt_numbers": encrypt_numbers,
            "fs_node": fs_node,
        }
        body = checked_body(
            _RULES,
            fields,
            extra,
            label_names="labelName",
            show_recordings="displaySwitch",
            encrypt_numbers="encryptNumber",
        )
        await self._post(UPDATE_SETTINGS, body, read_done)
