"""The models of ITNIO TECH's agents (rows, counts, the credential of the browser SDK), and the fields that can be set.

Source: itniotech.com, api/call (seat).
"""

from __future__ import annotations

from typing import Annotated, Final, TypedDict

import attrs

from ..core.declarations import Doc, VendorName, document_fields
from ..core.decoding import Loader
from ..core.field_rules import Whole, code, destination, positive, row_id, word
from ..core.fields import label
from ..core.model import model
from ..core.secrets import Secret
from ..core.unset import Unset
from .arguments import agent_password, job_number, switch
from .arguments import country as country_code
from .row import Row, fields_of

OFFLINE: Final = 1
IDLE: Final = 2
BUSY: Final = 3
AFTER_TALK: Final = 4
ON_BREAK: Final = 5


class AgentSettings(TypedDict, total=False):
    """What can be set of new agents."""

    display_num: Annotated[str | Unset, destination, Doc("Caller id.")]
    ccode: Annotated[str | Unset, country_code, Doc("Country code.")]


class AgentChanges(AgentSettings, total=False):
    """What can be changed of an agent, beside what the vendor wants each time."""

    pet_name: Annotated[str | Unset, label, Doc("Name shown to others.")]


class AgentFilters(TypedDict, total=False):
    """What agents can be asked for."""

    enabled: Annotated[
        bool | Unset,
        switch,
        VendorName("enable"),
        Doc("Only those who may log in, or only those who may not."),
    ]
    name: Annotated[str | Unset, label, Doc("Only names like this one.")]
    voice_group_id: Annotated[int | str | Unset, row_id, Doc("Only agents of this group.")]
    status: Annotated[
        int | Unset,
        code,
        Doc("Only agents in this state: 1 offline, 2 idle, 3 busy, 4 after a talk, 5 on a break."),
    ]


class AgentFields(AgentChanges, total=False):
    """What is sent of agents."""

    key_id: Annotated[int | str, row_id, Doc("The vendor's id.")]
    voice_group_id: Annotated[int | str, row_id, Doc("The group.")]
    size: Annotated[int, positive, Doc("How many agents.")]
    name: Annotated[str, label, Doc("Name.")]
    emp_no: Annotated[str | int, job_number, Doc("Job number.")]
    password: Annotated[Secret | Unset, agent_password, Doc("New password; letters and digits only.")]
    account: Annotated[str, word, Doc("The agent's account.")]
    expires: Annotated[int, Whole(60, 28_800), Doc("Seconds until a credential ends.")]


FIELDS: Final = fields_of(AgentFields)
FILTERS: Final = fields_of(AgentFilters)


@model(kw_only=True)
class Agent(Row):
    """An agent, as listed.

    Args:
        app_id: The application.
        delete_flag: 0 or 1.
        enable: As the vendor writes it, 0 is enabled; `enabled` is the boolean.
        priority: Priority in the group, 1 to 999; the vendor's default is 1.
        group_name: Its name.
        password: The password in clear text, as the vendor sends it; not in the repr.
        create_time: As the vendor writes it; the zone is not stated.
        update_time: Likewise.
        status: `OFFLINE`, `IDLE`, `BUSY`, `AFTER_TALK`, `ON_BREAK`; others may come.
        num: Calls in the span that was asked for; newer servers only.
        connect_num: Calls that were answered, likewise.
        connect_rate: Their share, likewise; as the vendor writes it.
    """

    key_id: int
    emp_no: str | None = None
    pet_name: str | None = None
    name: str | None = None
    app_id: str | None = None
    delete_flag: int | None = None
    enable: int | None = None
    priority: int | None = None
    voice_group_id: int | None = None
    group_name: str | None = None
    account: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    create_time: str | None = None
    update_time: str | None = None
    display_num: str | None = None
    ccode: str | None = None
    status: int | None = None
    num: int | None = None
    connect_num: int | None = None
    connect_rate: str | None = None

    @property
    def enabled(self) -> bool | None:
        """Whether the agent may log in; None where the vendor does not say."""
        return None if self.enable is None else self.enable == 0


@model(kw_only=True)
class CreatedAgent(Row):
    """An agent that was just created.

    Args:
        key_id: The vendor's id.
        name: The name that the vendor gave.
    """

    key_id: int
    name: str | None = None


@model(kw_only=True)
class Remaining(Row):
    """How many agents a group may have.

    Args:
        total: In all.
        remaining: How many of them can still be created.
    """

    total: int | None = None
    remaining: int | None = None


@attrs.frozen(kw_only=True)
class Credential:
    """What an agent's browser SDK logs in with.

    Args:
        account: The agent's account.
        authentication: The credential, a text that begins with `Bearer`; `reveal()` gives it.
    """

    account: str
    authentication: Secret


AGENTS: Final = Loader(Agent)
CREATED: Final = Loader(CreatedAgent)
REMAINING: Final = Loader(Remaining)
document_fields(Agent, FIELDS)
