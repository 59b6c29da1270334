"""Team leaders: people who watch over agent groups. `client.team_leaders`.

Source: itniotech.com, api/call (teamleader).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName, document_fields
from ..core.decoding import Loader
from ..core.field_rules import row_id, row_ids
from ..core.model import model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.secrets import Secret
from ..core.unset import UNSET, Unset
from ..core.validation import required_text
from .arguments import Id, Ids, hidden, job_number, short_name, switch
from .arguments import password as any_password
from .arguments import pet_name as shown_name
from .responses import created_key, nothing
from .row import VENDOR_NAME, Row, fields_of
from .switching import Switching, switches

CREATE: Final = Operation("team_leaders.create", "POST", "/v3/cc/teamleader/add", RetryClass.CREATE)
LIST: Final = Operation("team_leaders.list", "POST", "/v3/cc/teamleader/query", RetryClass.READ)
UPDATE: Final = Operation(
    "team_leaders.update", "POST", "/v3/cc/teamleader/update", RetryClass.IDEMPOTENT_WRITE
)
DELETE, DISABLE, ENABLE = SWITCHES = switches("team_leaders", "/v3/cc/teamleader/batchUpdateStatus")


class TeamLeaderSettings(TypedDict, total=False):
    """What can be set of a team leader, beside what the vendor wants each time."""

    pet_name: Annotated[str | Unset, shown_name, Doc("Name shown to others.")]


class TeamLeaderFields(TeamLeaderSettings, total=False):
    """What is sent of team leaders."""

    key_id: Annotated[int | str, row_id, Doc("The vendor's id.")]
    emp_no: Annotated[str | int, job_number, Doc("Job number.")]
    name: Annotated[str, short_name, Doc("Name, unique.")]
    password: Annotated[Secret | Unset, any_password, Doc("New password.")]
    voice_group_ids: Annotated[Ids, row_ids, VendorName("voiceGroupIdList"), Doc("The groups to watch over.")]


class TeamLeaderFilters(TypedDict, total=False):
    """What team leaders can be asked for."""

    enabled: Annotated[
        bool | Unset,
        switch,
        VendorName("enable"),
        Doc("Only those who may log in, or only those who may not."),
    ]
    name: Annotated[str | Unset, required_text, Doc("Only this name.")]
    voice_group_ids: Annotated[
        Ids | Unset, row_ids, VendorName("voiceGroupIdList"), Doc("Only leaders of these groups.")
    ]


FIELDS: Final = fields_of(TeamLeaderFields)
FILTERS: Final = fields_of(TeamLeaderFilters)


@model(kw_only=True)
class TeamLeader(Row):
    """A team leader, as listed.

    Args:
        enable: As the vendor writes it, 0 is enabled; `enabled` is the boolean.
        voice_group_names: Their names.
        account: What the leader logs in with.
        password: The password in clear text, as the vendor sends it; not in the repr.
        create_time: As the vendor writes it; the zone is not stated.
        update_time: Likewise.
    """

    key_id: int
    emp_no: str | None = None
    pet_name: str | None = None
    name: str | None = None
    enable: int | None = None
    voice_group_ids: list[int] | None = attrs.field(default=None, metadata={VENDOR_NAME: "voiceGroupIdList"})
    voice_group_names: list[str] | None = attrs.field(
        default=None, metadata={VENDOR_NAME: "voiceGroupNameList"}
    )
    account: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    create_time: str | None = None
    update_time: str | None = None

    @property
    def enabled(self) -> bool | None:
        """Whether the leader may log in; None where the vendor does not say."""
        return None if self.enable is None else self.enable == 0


LOADER: Final = Loader(TeamLeader)
document_fields(TeamLeader, FIELDS)


class TeamLeaders(Switching):
    """Operations on team leaders."""

    _switches = SWITCHES
    _declared = FIELDS

    def list(
        self,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[TeamLeaderFilters],
    ) -> Paged[TeamLeader]:
        """List team leaders, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for leader in client.team_leaders.list()`.
        """
        return self._list(
            LIST,
            LOADER,
            self._body(FILTERS, **filters),
            PageOptions(page_size, read_ahead, max_passes, strict),
        )

    async def create(
        self,
        *,
        name: str,
        voice_group_ids: Ids,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[TeamLeaderSettings],
    ) -> int:
        """Create a team leader.

        Returns:
            The new leader's `key_id`.

        Raises:
            AlreadyExistsError: There is a leader of this name.
            OutcomeUnknownError: The response was lost; the leader may exist. Not safe to repeat: look first.
        """
        return await self._post(
            CREATE,
            self._body(FIELDS, extra, name=name, voice_group_ids=voice_group_ids, **settings),
            created_key("keyId"),
        )

    async def update(
        self,
        key_id: Id,
        *,
        emp_no: str | int,
        name: str,
        voice_group_ids: Ids,
        password: str | Secret | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[TeamLeaderSettings],
    ) -> None:
        """Change a team leader; the vendor wants job number, name and groups each time.

        Args:
            voice_group_ids: All groups; they replace the former ones.

        Raises:
            AlreadyExistsError: The name or the job number is taken.
        """
        secret = hidden(password)
        del password  # an error from here on may be printed with the locals of its frames
        body = self._body(
            FIELDS,
            extra,
            key_id=key_id,
            emp_no=emp_no,
            name=name,
            voice_group_ids=voice_group_ids,
            password=secret,
            **settings,
        )
        await self._post(UPDATE, body, nothing)
