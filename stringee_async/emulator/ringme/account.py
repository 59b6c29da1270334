"""What each call about the customer itself does: its user, its limits, its card.

Facts: reference, section 3.4 and rows N16 and N17. The emulator's own choice: the card takes any field.
"""

from collections.abc import Callable

from ..dialect import Answer
from .request_context import Visit


def _user(visit: Visit) -> Answer:
    return visit.found(visit.state.user)


def _limits(visit: Visit) -> Answer:
    return visit.found(visit.state.limits)


def _card(visit: Visit) -> Answer:
    return visit.found(visit.state.client_card)


def _update_card(visit: Visit) -> Answer:
    visit.state.client_card |= visit.body() | {"client_id": visit.state.client_id}
    return visit.found(visit.state.client_card)


ACTS: dict[str, Callable[[Visit], Answer]] = {
    "user.get": _user,
    "limits.get": _limits,
    "client_card.get": _card,
    "client_card.update": _update_card,
}
"""What carries out each operation."""
