"""The webhooks that RingMe sends when an agent's status changes.

Facts: reference, section 10. One message for each event of the right type. The message names neither the event
nor its type, and is neither signed nor retried.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..state import NumberedTable
from ..webhook_sender import Delivery

_TYPES = {"available": "agent-login", "logged_out": "agent-logout"}


def messages(
    kind: str,
    agent: Mapping[str, Any],
    extension: Mapping[str, Any] | None,
    events: NumberedTable,
    source: str,
) -> Iterator[Delivery]:
    """Make the webhooks that report an agent's status: one for each event that matches."""
    data = {"agent_id": str(agent["id"]), "agent_status": agent["status"], "agent_type": kind}
    if extension is None:
        data["agent_number"] = agent["number"]
    else:
        data["extension_name"] = f"{extension['name']}@{extension['domain']}"
    data["event_source"] = source
    for key in events.where(kind=kind, agent_id=agent["id"]):
        event = events[key]
        if event["event_type"] == _TYPES.get(agent["status"]):
            yield Delivery(method=event["method"], url=event["url"], data=data, subscription=key)
