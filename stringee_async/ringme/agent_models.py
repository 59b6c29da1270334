"""What agents are, and what can be set of them; local and remote agents differ in their natural key.

Source: the vendor's pages on queues and agents; defaults are the vendor's.
"""

from __future__ import annotations

from typing import Annotated, Final, TypedDict

from ..core.declarations import Doc
from ..core.decoding import Loader
from ..core.field_rules import amount, note, row_id, word
from ..core.fields import label
from ..core.model import Model, model, shared_fields
from ..core.unset import Unset
from ..core.validation import phone_number

AVAILABLE: Final = "available"
LOGGED_OUT: Final = "logged_out"


class UnnamedSettings(TypedDict, total=False):
    """The settings of an agent but for its name; see `AgentSettings`."""

    status: Annotated[
        str | Unset | None,
        word,
        Doc("`AVAILABLE` (the default), `LOGGED_OUT`, or another that the vendor may add."),
    ]
    call_timeout: Annotated[int | Unset | None, amount, Doc("Seconds to ring the agent; default 60.")]
    busy_delay_time: Annotated[
        int | Unset | None,
        amount,
        Doc("Seconds of pause when the agent is busy or does not want to be disturbed; default 10."),
    ]
    no_answer_delay_time: Annotated[
        int | Unset | None, amount, Doc("Seconds of pause after a call that was not answered; default 10.")
    ]
    reject_delay_time: Annotated[
        int | Unset | None, amount, Doc("Seconds of pause after a call that was rejected; default 10.")
    ]
    wrap_up_time: Annotated[int | Unset | None, amount, Doc("Seconds of rest after a call; default 0.")]
    extra_params: Annotated[str | Unset | None, note, Doc("Free text that the vendor keeps, or None.")]
    agent_sound_id: Annotated[int | Unset | None, row_id, Doc("A sound, or None; newer hosts only.")]


class AgentSettings(UnnamedSettings, total=False):
    """The settings of an agent; those left out get the vendor's default on create and stay on update."""

    name: Annotated[str | Unset | None, label, Doc("Label, or None.")]


class LocalAgentChanges(AgentSettings, total=False):
    """What can be changed of a local agent."""

    extension_id: Annotated[int | str | Unset, row_id, Doc("The extension behind it, of type phone.")]


class RemoteAgentChanges(AgentSettings, total=False):
    """What can be changed of a remote agent."""

    number: Annotated[
        str | Unset,
        phone_number,
        Doc("The number behind it: digits with country code; a plus sign, blanks and hyphens are taken out."),
    ]


@shared_fields(kw_only=True)
class AgentOfKind(Model):
    """What is read of agents of both kinds."""

    __slots__ = ()

    name: str | None = None
    status: str | None = None
    call_timeout: int | None = None
    busy_delay_time: int | None = None
    no_answer_delay_time: int | None = None
    reject_delay_time: int | None = None
    wrap_up_time: int | None = None
    extra_params: str | None = None
    agent_sound_id: int | None = None


@model(kw_only=True)
class LocalAgent(AgentOfKind):
    """An agent that is an extension.

    Args:
        id: The agent's id, among local agents.
        status: `available`, `logged_out`, or another text that the vendor may add.
    """

    id: int
    extension_id: int | None = None


@model(kw_only=True)
class RemoteAgent(AgentOfKind):
    """An agent that is an outside number.

    Args:
        id: The agent's id, among remote agents.
        status: `available`, `logged_out`, or another text that the vendor may add.
    """

    id: int
    number: str | None = None


LOCAL_LOADER: Final = Loader(LocalAgent)
REMOTE_LOADER: Final = Loader(RemoteAgent)
