"""Users who are online: logged in with the phone or browser SDK. `client.users`, on the call host (`api_url`).

Source of every fact here: developer.stringee.com, user-rest-api-get-online-users and send-custom-message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, cast

from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.model import Model, model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions, Resource
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import boolean, json_fields, required_text
from ..core.validation import user_id as login
from .pages import UncountedPages
from .responses import read_done

LIST: Final = Operation("users.list", "GET", "/v1/users", RetryClass.READ)
SEND: Final = Operation("users.send_message", "POST", "/v1/user/sendcustommessage", RetryClass.CREATE)


@model(kw_only=True)
class User(Model):
    """A user who is online.

    Args:
        user_id: The id the user logged in with; for an agent, equal to its `stringee_user_id`.
        login_time: When the user logged in, in milliseconds since 1970.
        attributes: What the user's app has set: objects with `attribute` and, where it has one, `value`.
    """

    user_id: str
    login_time: int | None = None
    attributes: list[dict[str, Any]] | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        name = cast("str", field.name)
        return re.sub(r"_(\w)", lambda match: match[1].upper(), name)  # this host writes camelCase


LOADER: Final = Loader(User)


class Users(Resource):
    """Operations on users who are online. They come and go by themselves, so there is nothing to create."""

    def list(
        self,
        *,
        user_id: str | Unset = UNSET,
        attributes: Mapping[str, str] | Unset = UNSET,
        page_size: int = 100,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[User]:
        """List users who are online, lazily; nothing is sent before the first row is asked for.

        The vendor does not say how many pages there are, and may serve fewer rows than it is asked for. So pages are
        read one at a time up to one that is empty or brings nothing new, which is one request more.

        Args:
            user_id: Only this user.
            attributes: Only users whose attribute has this value, such as `{"agentStatus": "available"}`.

        Returns:
            A listing: `async for user in client.users.list()`.
        """
        filters = _filters(user_id, attributes)
        return self._paged(
            UncountedPages(
                host=self._host,
                operation=LIST,
                filters=filters,
                first=LIST.request(self._host.url, query=filters),
                strict=boolean("strict", strict),
                loader=LOADER,
                list_key="users",
            ),
            PageOptions(page_size, max_passes=max_passes),
            key=attrgetter("user_id"),
        )

    async def send_message(self, *, from_user: str, to_user: str, message: Mapping[str, Any]) -> None:
        """Send an object of your own to a user's app.

        Args:
            from_user: The user that it comes from.
            to_user: The user that it goes to.
            message: Any JSON object; what it means is between you and the app.

        Raises:
            OutcomeUnknownError: The response was lost; the app may have the message. Not safe to repeat.
        """
        body = {
            "from": login("from_user", from_user),
            "toUser": login("to_user", to_user),
            "message": json_fields("message", message),
        }
        await self._send(SEND, read_done, body=body)


def _filters(user_id: str | Unset, attributes: Mapping[str, str] | Unset) -> dict[str, object]:
    filters: dict[str, object] = {}
    if not isinstance(user_id, Unset):
        filters["userId"] = login("user_id", user_id)
    if not isinstance(attributes, Unset):
        if not isinstance(attributes, Mapping):
            raise ConfigError(f"attributes must be a mapping of texts, got {type(attributes).__name__}")
        for name, value in attributes.items():
            if not re.fullmatch(r"[\w.-]+", required_text("attributes", name)) or name in _OWN_PARAMETERS:
                raise ConfigError(f"attributes: {name!r} cannot be the name of an attribute")
            filters[name] = required_text(f"attributes[{name!r}]", value)
    return filters


_OWN_PARAMETERS: Final = frozenset({"page", "limit", "userId"})
