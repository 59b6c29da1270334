"""The operations on rows that belong to an owner in the path: events of agents and extensions, agents in a queue."""

import functools
from collections.abc import Callable

import attrs

from ..dialect import Response
from ..schema import Resource
from ..state import Row
from .refusal import not_found
from .request_context import Act, RingMeContext


@attrs.frozen
class Nested:
    """Rows that belong to an owner; ``find`` gives the ids of the rows in a path, at most one.

    ``owner`` gives the columns that name the owner in the path of a call, in the order of the table's index.
    """

    resource: Resource
    owner: Callable[[RingMeContext], Row]
    find: Callable[[RingMeContext], list[int]]

    def key(self, context: RingMeContext) -> int:
        """Return the id of the row in the path, which must be the owner's."""
        found = self.find(context)
        if not found:
            raise not_found()
        return found[0]


def _list(nested: Nested, context: RingMeContext) -> Response:
    noun = nested.resource.noun
    return context.listed(noun, context.state.rows_where(noun, **nested.owner(context)))


def _get(nested: Nested, context: RingMeContext) -> Response:
    return context.found(nested.resource.noun, nested.key(context))


def _update(nested: Nested, context: RingMeContext) -> Response:
    noun, key = nested.resource.noun, nested.key(context)
    context.state.tables[noun].change(key, **context.changes(nested.resource.fields))
    return context.found(noun, key)


def _delete(nested: Nested, context: RingMeContext) -> Response:
    del context.state.tables[nested.resource.noun][nested.key(context)]
    return context.deleted()


def nested_acts(nested: Nested) -> dict[str, Act]:
    """Make what carries out the usual operations, by verb."""
    acts = {"list": _list, "get": _get, "update": _update, "delete": _delete}
    return {verb: functools.partial(act, nested) for verb, act in acts.items()}


def event_acts(resource: Resource, owner: Callable[[RingMeContext], Row]) -> dict[str, Act]:
    """Make what carries out the operations on subscriptions to events, by verb."""

    def find(context: RingMeContext) -> list[int]:
        key = context.number("event")
        return [key] if key in context.state.keys_where(resource.noun, **owner(context)) else []

    def create(context: RingMeContext) -> Response:
        columns, values = owner(context), context.values(resource.fields)
        context.make_room_for_event(resource.noun, columns)
        key = context.hide_new(resource.noun, context.state.insert(resource.noun, columns | values))
        return context.created(resource.noun, key)

    return {"create": create, **nested_acts(Nested(resource, owner, find))}
