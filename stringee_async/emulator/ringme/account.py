"""The operations on the customer itself: its user, its limits, its card.

Facts: reference, section 3.4 and rows N16 and N17. The emulator's own choice: the card takes any field.
"""

from ..dialect import Response, json_response
from .request_context import Act, RingMeContext


def _update_card(context: RingMeContext) -> Response:
    context.state.client_card |= context.body() | {"client_id": context.state.client_id}
    return json_response(context.state.client_card)


ACTS: dict[str, Act] = {
    "user.get": lambda context: json_response(context.state.user),
    "limits.get": lambda context: json_response(context.state.limits),
    "client_card.get": lambda context: json_response(context.state.client_card),
    "client_card.update": _update_card,
}
"""What carries out each operation."""
