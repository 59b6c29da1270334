"""Your server chooses the agents of a queue: the request and the response of a queue's `get_list_agents_url`.

The vendor asks for several waiting calls in one request. How often it asks, how long it waits, whether it signs and what
it does with an empty list is not documented. Source: three public projects; no page of the vendor's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

import attrs

from ..core.errors import ConfigError, DecodeError, WebhookError
from ..core.json_codec import loads
from ..core.validation import phone_number, user_id, whole_number

VERSION: Final = 2
"""The version of the response."""


@attrs.frozen(kw_only=True)
class WaitingCall:
    """A call that waits in the queue.

    Args:
        call_id: The call.
        from_number: Who calls; not in the repr.
        to_number: The number that was called; not in the repr.
    """

    call_id: str
    from_number: str | None = attrs.field(default=None, repr=False)
    to_number: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class ChosenAgent:
    """An agent that a waiting call shall ring.

    Args:
        stringee_user_id: The id that the agent logs in with.
        routing_type: 1 rings the app or SIP phone, 2 rings a phone number.
        answer_timeout: Seconds that the agent is rung.
        phone_number: The number to ring for `routing_type` 2, digits with country code; not in the repr.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """

    stringee_user_id: str
    routing_type: int = 1
    answer_timeout: int = 15
    phone_number: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        user_id("stringee_user_id", self.stringee_user_id)
        whole_number("routing_type", self.routing_type, minimum=1, maximum=2)
        whole_number("answer_timeout", self.answer_timeout, minimum=1)
        if self.phone_number is not None:
            object.__setattr__(self, "phone_number", phone_number("phone_number", self.phone_number))

    def _fields(self) -> dict[str, object]:
        fields: dict[str, object] = {
            "stringee_user_id": self.stringee_user_id,
            "routing_type": self.routing_type,
            "answer_timeout": self.answer_timeout,
        }
        return fields if self.phone_number is None else {**fields, "phone_number": self.phone_number}


@attrs.frozen(kw_only=True)
class AgentChoice:
    """The request for agents of a queue; `response` makes the response of your server.

    Args:
        queue_id: The queue.
        project_id: The project.
        calls: The calls that wait.
        unreadable: Entries of the request's calls that name no call; they cannot be given agents.
        extra: Fields of the request that this client does not know, read-only.
    """

    queue_id: str | None
    project_id: int | str | None
    calls: tuple[WaitingCall, ...]
    unreadable: tuple[Any, ...] = attrs.field(default=(), repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def parse(cls, body: bytes | str) -> AgentChoice:
        """Return the request that a body holds.

        Args:
            body: The body as it came.

        Raises:
            WebhookError: It is no JSON object, or has no list of calls.
        """
        try:
            request = loads(body if isinstance(body, bytes) else body.encode())
        except (DecodeError, UnicodeEncodeError, AttributeError):
            raise WebhookError("not a request for agents: it is not JSON") from None
        if not isinstance(request, dict):
            raise WebhookError(f"not a request for agents: an object is wanted, got {type(request).__name__}")
        fields = dict(cast("dict[str, Any]", request))
        rows = fields.pop("calls", None)
        if not isinstance(rows, list):
            raise WebhookError("not a request for agents: calls is no list")
        read = [(row, _call(row)) for row in cast("list[object]", rows)]
        queue, project = fields.pop("queueId", None), fields.pop("projectId", None)
        return cls(
            queue_id=_text(queue),
            project_id=project if isinstance(project, int) else _text(project),
            calls=tuple(call for _, call in read if call is not None),
            unreadable=tuple(row for row, call in read if call is None),
            extra=MappingProxyType(fields),
        )

    def response(self, agents: Mapping[str, Iterable[ChosenAgent]]) -> dict[str, Any]:
        """Return the response as JSON data; every waiting call is in it.

        Args:
            agents: For each call id the agents to ring, the first one first; a call that is left out gets none.

        Raises:
            ConfigError: A call id is not among the waiting calls, or a value is no `ChosenAgent`.
        """
        given: object = agents
        if not isinstance(given, Mapping):
            raise ConfigError(f"agents must map call ids to lists of ChosenAgent, got {type(given).__name__}")
        unknown = sorted(set(agents) - {call.call_id for call in self.calls}, key=str)
        if unknown:
            raise ConfigError(f"agents: {unknown[0]!r} is not among the calls that wait")
        return {
            "version": VERSION,
            "calls": [
                {"callId": call.call_id, "agents": _all_chosen(agents.get(call.call_id, ()))}
                for call in self.calls
            ],
        }


def _all_chosen(agents: object) -> list[dict[str, object]]:
    if not isinstance(agents, Iterable):
        raise ConfigError(f"agents must hold lists of ChosenAgent, got {type(agents).__name__}")
    return [_chosen(agent) for agent in cast("Iterable[object]", agents)]


def _chosen(agent: object) -> dict[str, object]:
    if not isinstance(agent, ChosenAgent):
        raise ConfigError(f"agents must be ChosenAgent, got {type(agent).__name__}")
    return agent._fields()


def _call(row: object) -> WaitingCall | None:
    fields = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    call_id = _text(fields.get("callId"))
    if call_id is None:
        return None
    return WaitingCall(
        call_id=call_id, from_number=_text(fields.get("from")), to_number=_text(fields.get("to"))
    )


def _text(value: object) -> str | None:
    """Return an id or a number as text; it may stand in `number` of an object, as in call events."""
    if isinstance(value, dict):
        value = cast("dict[str, Any]", value).get("number")
    if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
        return str(value)
    return None
