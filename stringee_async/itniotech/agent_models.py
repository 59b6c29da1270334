"""What ITNIO TECH tells about agents: rows, counts and the credential of the browser SDK.

One job: the models. What can be done with agents is in `agents`. Source: itniotech.com, api/call (seat).
"""

from __future__ import annotations

from typing import Final

import attrs

from ..core.decoding import Loader
from ..core.model import model
from ..core.secrets import Secret
from .row import Row

OFFLINE: Final = 1
IDLE: Final = 2
BUSY: Final = 3
AFTER_TALK: Final = 4
ON_BREAK: Final = 5


@model(kw_only=True)
class Agent(Row):
    """An agent, as listed.

    Args:
        key_id: The vendor's id.
        emp_no: Job number.
        pet_name: Name shown to others.
        name: Name.
        app_id: The application.
        delete_flag: 0 or 1.
        enable: As on the wire, 0 is enabled; `enabled` says it the right way round.
        priority: Priority in the group, 1 to 999; the vendor's default is 1.
        voice_group_id: The group.
        group_name: Its name.
        account: What the agent logs in with.
        password: The password in clear text, as the vendor sends it; not in the repr.
        create_time: As the vendor writes it; the zone is not stated.
        update_time: Likewise.
        display_num: Caller id.
        ccode: Country code.
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
