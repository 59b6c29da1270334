"""Subscriptions: the vendor calls an address of yours when something happens to an agent or an extension.

What agent events and extension events have in common. One subscription has one event type, so following both login and
logout takes two. Source: the vendor's page on agent events.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Annotated, Any, Final, Generic, TypedDict
from urllib.parse import quote, urlsplit

import attrs

from ..core.declarations import Absent, Doc, Fields
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import web_address, word
from ..core.find_unique import find_unique
from ..core.model import Model, model
from ..core.paging import Paged
from ..core.rows import Owner, Spec, spec_of
from .resource import Rows

GET: Final = "GET"
POST: Final = "POST"

_AS_IT_IS: Final = "!#$%&'()*+,/:;=?@[]~"
_ESCAPED: Final = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_PORTS: Final = MappingProxyType({"http": ":80", "https": ":443"})


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


def same_url(found: str | None, wanted: str) -> bool:
    """Return whether a host that shows `found` may have been given `wanted`.

    The case of scheme and host, a port or a path that is understood, and needless percent-encoding make no difference.
    """
    return found is not None and (found == wanted or _plain(found) == _plain(wanted))


def same_word(found: str | None, wanted: str) -> bool:
    """Return whether an event type or a method is the wanted one; case makes no difference."""
    return found is not None and found.lower() == wanted.lower()


def _plain(url: str) -> tuple[str, ...]:
    """Return what makes up an address, in one spelling."""
    spelt = _ESCAPED.sub(_unescaped, quote(url, safe=_AS_IT_IS))
    try:
        parts = urlsplit(spelt)
    except ValueError:
        return (spelt,)
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    host = host.removesuffix(_PORTS.get(scheme, ":"))
    return scheme, host, parts.path or "/", parts.query, parts.fragment


def _unescaped(found: re.Match[str]) -> str:
    """Return a character that needs no percent-encoding as it is, and any other in capitals."""
    letter = chr(int(found[1], 16))
    return letter if _UNRESERVED.fullmatch(letter) else found[0].upper()


class Subscriptions(Rows[Subscription]):
    """The base of what has subscriptions."""

    _declared = _FIELDS

    async def _find(self, listing: Paged[Subscription], **wanted: Any) -> Subscription | None:
        def is_wanted(row: Subscription) -> bool:
            words = (row.event_type, wanted["event_type"]), (row.method, wanted["method"])
            return same_url(row.url, wanted["url"]) and all(same_word(*pair) for pair in words)

        return await find_unique(listing, is_wanted, wanted, self._id_of)

    async def _search(self, owner: Owner, **key: object) -> Subscription | None:
        """Return the subscription of an owner with this event type, method and url, or None."""
        wanted = self.spec.fields.body(key, creating=True)
        for name in _KEY:
            if name not in wanted:
                raise ConfigError(f"{name} must be given; it tells the object from others")
        return await self._find(self._rows(owner), **wanted)
