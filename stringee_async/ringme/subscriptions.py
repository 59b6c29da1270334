"""Subscriptions: the vendor calls an address of yours when something happens to an agent or an extension.

What agent events and extension events have in common. One subscription has one event type, so following both login and
logout takes two. Source: the vendor's page on agent events.
"""

from __future__ import annotations

from typing import Annotated, Final, Generic, TypedDict

import attrs

from ..core.declarations import Absent, Doc, Fields
from ..core.decoding import Loader
from ..core.field_rules import web_address, word
from ..core.model import Model, model
from ..core.rows import Owner, Spec, spec_of
from .resource import Rows

GET: Final = "GET"
POST: Final = "POST"


class SubscriptionFields(TypedDict, Generic[Absent], total=False):
    """What can be set of a subscription; event types and methods that this client does not know are taken too."""

    event_type: Annotated[
        str | Absent, word, Doc("What is reported, such as `AGENT_LOGIN`, or `DIAL_IN` of an extension.")
    ]
    method: Annotated[str | Absent, word, Doc("`GET` (data in the query) or `POST` (data as a form).")]
    url: Annotated[
        str | Absent, web_address, Doc("Absolute URL; make it hard to guess, as the vendor signs nothing.")
    ]


@model(kw_only=True)
class Subscription(Model):
    """One event type of one agent or extension, and where the vendor reports it.

    Args:
        id: The subscription's id.
        url: Where it is reported; not shown when printed, as nothing but its secrecy protects it.
    """

    id: int
    event_type: str | None = None
    method: str | None = None
    url: str | None = attrs.field(default=None, repr=False)


LOADER: Final = Loader(Subscription)
_FIELDS: Final = Fields(SubscriptionFields)
_KEY: Final = ("event_type", "method", "url")


def subscriptions_of(resource: str, path: str, *owner: str) -> Spec:
    """Return the `Spec` of the subscriptions of one kind of owner; `owner` names the parameters of `path`."""
    return spec_of(
        resource,
        path,
        "{event_id}",
        verbs="create list get update delete",
        owner=owner,
        natural_key=_KEY,
        pages=LOADER,
        fields=_FIELDS,
    )


class Subscriptions(Rows[Subscription]):
    """The base of what has subscriptions."""

    _declared = _FIELDS

    async def _search(self, owner: Owner, **key: object) -> Subscription | None:
        """Return the subscription of an owner with this event type, method and url, or None."""
        return await self._find(self._rows(owner), **self.spec.fields.body(key, creating=True))
