"""What RingMe tells the customer's server when an agent's status becomes another one.

Facts: reference, section 10. One message for each event of the right type. The message names neither the event
nor its type, and nothing is signed or repeated.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .courier import Delivery

if TYPE_CHECKING:
    from .ringme_state import RingMeState

_TYPES = {"available": "agent-login", "logged_out": "agent-logout"}


def messages(state: "RingMeState", kind: str, agent_id: int, source: str) -> Iterator[Delivery]:
    """Make the messages that tell an agent's status.

    Args:
        state: the customer.
        kind: ``local`` or ``remote``.
        agent_id: whose status.
        source: ``api``, or ``phone``.

    Yields:
        One message for each event that matches.
    """
    agent = state.agents(kind)[agent_id]
    data = {"agent_id": str(agent_id), "agent_status": agent["status"], "agent_type": kind}
    if kind == "remote":
        data["agent_number"] = agent["number"]
    else:
        extension = state.extensions[agent["extension_id"]]
        data["extension_name"] = f"{extension['name']}@{extension['domain']}"
    data["event_source"] = source
    for key in state.agent_events.where(kind=kind, agent_id=agent_id):
        event = state.agent_events[key]
        if event["event_type"] == _TYPES.get(agent["status"]):
            yield Delivery(method=event["method"], url=event["url"], data=data, subscription=key)
