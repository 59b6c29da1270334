"""What each call about the customer itself does: its user, its limits, its card.

Facts: reference, section 3.4 and rows N16 and N17. The emulator's own choice: the card takes any field.
"""

from collections.abc import Callable

from ..dialect import Response
from .request_context import RequestContext


def _user(context: RequestContext) -> Response:
    return context.found(context.state.user)


def _limits(context: RequestContext) -> Response:
    return context.found(context.state.limits)


def _card(context: RequestContext) -> Response:
    return context.found(context.state.client_card)


def _update_card(context: RequestContext) -> Response:
    context.state.client_card |= context.body() | {"client_id": context.state.client_id}
    return context.found(context.state.client_card)


ACTS: dict[str, Callable[[RequestContext], Response]] = {
    "user.get": _user,
    "limits.get": _limits,
    "client_card.get": _card,
    "client_card.update": _update_card,
}
"""What carries out each operation."""
