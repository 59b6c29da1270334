"""Turns rows of RingMe's lists into what is there, in neutral words and normalised values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

import attrs

from ...core.model import to_dict
from ...ringme.agent_models import AVAILABLE, LocalAgent
from ...ringme.known import short
from ..counts import counted
from ..planning.stated import name_key
from ..things import Live
from .ringme_places import Found, Place, digits, user_id_in

if TYPE_CHECKING:
    from ...ringme.agent_models import RemoteAgent
    from ...ringme.current_calls import CurrentCall
    from ...ringme.extension_models import Extension
    from ...ringme.queue_agents import QueueAgent
    from ...ringme.queues import Queue

AgentKind: TypeAlias = Literal["local", "remote"]
AgentId: TypeAlias = tuple[AgentKind, int]

NEUTRAL: Final[Mapping[str, str]] = MappingProxyType(
    {"record_enabled": "record_calls", "max_wait_time": "maximum_queue_wait_time"}
)
"""The settings of a queue that have a neutral name, by the vendor's."""
_OF_AGENTS: Final = frozenset({"id", "name", "extension_id", "number"})
"""What a row of an agent has beside settings."""
_USUAL: Final[Mapping[str, object]] = MappingProxyType(
    {
        "strategy": "round-robin",
        "sound_type": "ring",
        "agent_report_wait_time": True,
        "exit_with_no_av_agents": True,
        "max_wait_time_with_no_agent": 0,
        "announce_frequency": 0,
        "announce_sound": 0,
        "agent_announce_sound": 0,
        "call_timeout": 60,
        "busy_delay_time": 10,
        "no_answer_delay_time": 10,
        "reject_delay_time": 10,
        "wrap_up_time": 0,
    }
)
"""Documented defaults, which a dump leaves out; whether an agent is logged in is no setting."""


def agent_id_text(agent_id: AgentId) -> str:
    """Return an agent's kind and id as one text, such as `local:7`: the two kinds are numbered apart."""
    return f"{agent_id[0]}:{agent_id[1]}"


def agent_id_of(text: str) -> AgentId:
    """Return the kind and id in what `agent_id_text` returned."""
    kind, _, number = text.rpartition("/")[2].partition(":")
    return cast("AgentKind", kind), int(number)


def extension_name(row: Extension) -> str | None:
    """Return the name of an extension without prefix and domain, or None if it cannot be read."""
    return None if row.name is None or row.unreadable("name") else short(row.name)


def agent_found(kind: AgentKind, row: LocalAgent | RemoteAgent, names: Mapping[int, str | None]) -> Found:
    """Return where an agent is; `names` has the names of extensions by id."""
    place: Place | None = None
    if isinstance(row, LocalAgent):
        extension = None if row.extension_id is None else names.get(row.extension_id)
        place = None if extension is None else ("extension", extension)
    elif not row.unreadable("number") and digits(row.number):
        place = "phone", digits(row.number)
    return Found(id=agent_id_text((kind, row.id)), place=place, title=user_id_in(row.extra_params))


def queue_found(row: Extension) -> Found:
    """Return where a queue is."""
    name = extension_name(row)
    label = "" if row.label is None or row.unreadable("label") else name_key(row.label)
    return Found(id=str(row.id), place=None if name is None else ("extension", name), title=label)


def agent_live(name: str, row: LocalAgent | RemoteAgent, found: Found, *, in_call: bool, bare: bool) -> Live:
    """Return an agent as it is; for a comparison with its settings, `bare` with those that say something as `foreign`."""
    fields: dict[str, Any] = {"name": row.name}
    notes: list[str] = []
    if found.place is not None and found.place[0] == "extension":
        fields["extension"] = found.place[1]
        notes.append("the extension stays")
    elif found.place is not None:
        fields |= {"phone": found.place[1], "routing": "phone"}
    if row.status == AVAILABLE:
        notes.append("takes calls now")
    settings = {name: value for name, value in to_dict(row).items() if name not in _OF_AGENTS}
    if bare and found.title:
        del settings["extra_params"]
    return Live(
        kind="agent",
        key=(name,),
        fields=fields if bare else {**settings, **fields},
        id=found.id,
        busy="in a call" if in_call else "",
        notes="; ".join(notes),
        foreign=_telling(settings) if bare else {},
    )


def queue_live(name: str, found: Found, settings: Queue | None, *, rung: int, bare: bool) -> Live:
    """Return a queue as it is, likewise; without settings where they were not read."""
    fields: dict[str, Any] = {} if found.place is None else {"extension": found.place[1]}
    own = {} if settings is None else settings.settings()
    fields |= {NEUTRAL[name]: own.pop(name) for name in NEUTRAL if name in own}
    notes = f"{counted(rung, 'number')} {'rings' if rung == 1 else 'ring'} it" if rung else ""
    return Live(
        kind="queue",
        key=(name,),
        fields=fields if bare else {**own, **fields},
        id=found.id,
        notes=notes,
        foreign=_telling(own) if bare else {},
    )


def member_live(queue: str, queue_id: str, agent: str, agent_id: AgentId, row: QueueAgent) -> Live:
    """Return an agent in a queue as it is; its id is made of those of the two."""
    return Live(
        kind="queue_agent",
        key=(queue, agent),
        fields={"level": row.level or 0, "position": row.position or 0},
        id=f"{queue_id}/{agent_id_text(agent_id)}",
    )


def _telling(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without those that are null, or as the vendor documents them for new objects."""
    return {
        name: value
        for name, value in settings.items()
        if value is not None and value != _USUAL.get(name) and name != "status"
    }


@attrs.define(kw_only=True)
class Objects:
    """What units are carried out on, by the names that it has for us; what is there twice is not in it.

    Args:
        extensions: The id and type of each extension, by its name without prefix and domain.
        queues: The extension's id of each queue.
        agents: The kind and id of each agent.
    """

    extensions: dict[str, tuple[int, str]] = attrs.field(factory=dict[str, tuple[int, str]])
    queues: dict[str, int] = attrs.field(factory=dict[str, int])
    agents: dict[str, AgentId] = attrs.field(factory=dict[str, AgentId])

    def with_new(self, other: Objects) -> Objects:
        """Return these, and what another reading has found."""
        return Objects(
            extensions=self.extensions | other.extensions,
            queues=self.queues | other.queues,
            agents=self.agents | other.agents,
        )


class CallsUnderWay:
    """Who is in a call now."""

    def __init__(self, calls: Iterable[CurrentCall]) -> None:
        self._extensions: set[int] = set()
        self._numbers: set[str] = set()
        for call in calls:
            if call.extension_id is not None:
                self._extensions.add(call.extension_id)
            for named in (*(call.called_extension or ()), *(call.caller_extension or ())):
                if isinstance(named, dict) and isinstance(
                    number := cast("dict[str, Any]", named).get("id"), int
                ):
                    self._extensions.add(number)
            self._numbers |= {digits(call.called_number), digits(call.caller_id_number)} - {""}

    def hold(self, row: LocalAgent | RemoteAgent) -> bool:
        """Return whether an agent is in one of them."""
        if isinstance(row, LocalAgent):
            return row.extension_id in self._extensions
        return digits(row.number) in self._numbers
