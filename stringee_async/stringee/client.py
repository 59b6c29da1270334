"""The Stringee client: wires credentials, hosts and session, and lists the resources."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self, Unpack

import attrs

from ..core.addresses import base_url
from ..core.client import Client
from ..core.client_options import ClientOptions, check_auth, open_session
from ..core.environment import read_variables, switch
from ..core.errors import ConfigError
from ..core.lazy import LazyResource
from ..core.options import check_names, exact_whole, shown
from ..core.ratelimit import RateLimit
from ..core.raw_call import RawCalls
from ..core.resource import Host, Resource
from ..core.secrets import Secret
from ..core.session import Session
from ..core.validation import boolean, identifier
from ..core.validation import user_id as login
from .auth import StringeeAuth
from .responses import read_fields

if TYPE_CHECKING:
    from .agents import Agents
    from .blacklist_numbers import BlacklistNumbers
    from .call_records import CallRecords
    from .call_settings import ProjectCallSettings
    from .calls import Calls
    from .greeting_files import GreetingFiles
    from .group_agents import GroupAgents
    from .group_routings import GroupRoutings
    from .groups import Groups
    from .ivr_keypresses import IvrKeypresses
    from .ivr_nodes import IvrNodes
    from .ivr_trees import IvrTrees
    from .numbers import Numbers
    from .queues import Queues
    from .recordings import Recordings
    from .rooms import Rooms
    from .sip_accounts import SipAccounts
    from .sip_phones import SipPhones
    from .sms import Sms
    from .users import Users

ICC_URL = "https://icc-api.stringee.com"
API_URL = "https://api.stringee.com"
ALLOW_HTTP: Final = "STRINGEE_ALLOW_HTTP"
_VARIABLES: Final = MappingProxyType(
    {"STRINGEE_ICC_URL": "icc_url", "STRINGEE_API_URL": "api_url", ALLOW_HTTP: "allow_http"}
)
"""The optional variables, and the options that go before them."""
_LIMITS: Final = MappingProxyType(
    {"call_records.list": RateLimit(100, 60.0), "recordings.save": RateLimit(30, 60.0)}
)
"""What the vendor allows of single operations. Source: developer.stringee.com, rate-limit."""


class StringeeOptions(ClientOptions, total=False):
    """The keyword options of a Stringee client; see `StringeeClient`."""

    icc_url: str
    api_url: str


class StringeeClient(Client):
    """A client of the Stringee contact-centre API.

    ```python
    async with StringeeClient("SK...", "secret") as client:
        async for agent in client.agents.list():
            print(agent.id, agent.name)
    ```

    May be built at module level: nothing happens before the first call. It serves one running event loop at a time,
    is safe to share between all tasks of it, and moves to the next one once that has ended.

    Args:
        key_sid: API key SID, begins with `SK`.
        key_secret: API key secret.
        icc_url: Base URL of the contact-centre host; regional projects have their own.
        api_url: Base URL of the call host, likewise.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """

    agents: LazyResource[Agents] = LazyResource("agents.Agents", "_icc")
    groups: LazyResource[Groups] = LazyResource("groups.Groups", "_icc")
    group_agents: LazyResource[GroupAgents] = LazyResource("group_agents.GroupAgents", "_icc")
    queues: LazyResource[Queues] = LazyResource("queues.Queues", "_icc")
    group_routings: LazyResource[GroupRoutings] = LazyResource("group_routings.GroupRoutings", "_icc")
    numbers: LazyResource[Numbers] = LazyResource("numbers.Numbers", "_icc")
    blacklist_numbers: LazyResource[BlacklistNumbers] = LazyResource(
        "blacklist_numbers.BlacklistNumbers", "_icc"
    )
    ivr_trees: LazyResource[IvrTrees] = LazyResource("ivr_trees.IvrTrees", "_icc")
    ivr_nodes: LazyResource[IvrNodes] = LazyResource("ivr_nodes.IvrNodes", "_icc")
    ivr_keypresses: LazyResource[IvrKeypresses] = LazyResource("ivr_keypresses.IvrKeypresses", "_icc")
    call_settings: LazyResource[ProjectCallSettings] = LazyResource(
        "call_settings.ProjectCallSettings", "_icc"
    )
    sip_accounts: LazyResource[SipAccounts] = LazyResource("sip_accounts.SipAccounts", "_icc")
    sip_phones: LazyResource[SipPhones] = LazyResource("sip_phones.SipPhones", "_api")
    rooms: LazyResource[Rooms] = LazyResource("rooms.Rooms", "_api")
    users: LazyResource[Users] = LazyResource("users.Users", "_api")
    calls: LazyResource[Calls] = LazyResource("calls.Calls", "_both")
    call_records: LazyResource[CallRecords] = LazyResource("call_records.CallRecords", "_api")
    greeting_files: LazyResource[GreetingFiles] = LazyResource("greeting_files.GreetingFiles", "_api")
    sms: LazyResource[Sms] = LazyResource("sms.Sms", "_api")
    recordings: LazyResource[Recordings] = LazyResource("recordings.Recordings", "_api")

    def __init__(self, key_sid: str, key_secret: str, **options: Unpack[StringeeOptions]) -> None:
        secret = Secret(key_secret)
        del key_secret  # an error from here on may be printed with the locals of its frames
        check_names(options, StringeeOptions)
        self._set_up(StringeeAuth(key_sid, secret.reveal(), clock=options.get("clock")), **options)

    def _set_up(
        self,
        auth: StringeeAuth,
        *,
        icc_url: str = ICC_URL,
        api_url: str = API_URL,
        **options: Unpack[ClientOptions],
    ) -> None:
        self.auth = auth
        session, self._phone_code, allow_http = self._split(options)
        self._icc_url = base_url("icc_url", icc_url, allow_http)
        self._api_url = base_url("api_url", api_url, allow_http)
        self._bind(open_session("stringee", auth, limits=_LIMITS, **session))

    def _bind(self, session: Session) -> None:
        super()._bind(session)
        self._icc = Host(
            session=session, url=self._icc_url, account=self.auth.key_sid, phone_code=self._phone_code
        )
        self._api = attrs.evolve(self._icc, url=self._api_url)
        self._both = (self._icc, self._api)
        self._raw = RawCalls({"icc": Resource(self._icc), "api": Resource(self._api)}, read_fields)

    @classmethod
    def from_auth(cls, auth: StringeeAuth, **options: Unpack[StringeeOptions]) -> Self:
        """Make a client that shares its token with every other client of `auth`.

        Args:
            auth: The credentials to share; see `StringeeClient.auth`.
            options: As for the class.

        Raises:
            ConfigError: `auth` is of another kind, or an option is wrong, naming it.
        """
        check_auth(auth, StringeeAuth)
        check_names(options, StringeeOptions)
        client = cls.__new__(cls)
        client._set_up(auth, **options)
        return client

    @classmethod
    def from_env(cls, **options: Unpack[StringeeOptions]) -> Self:
        """Make a client from `STRINGEE_KEY_SID`, `STRINGEE_KEY_SECRET` and, if set, the two URLs.

        `STRINGEE_ICC_URL`, `STRINGEE_API_URL` and `STRINGEE_ALLOW_HTTP` (1 or 0) are optional; an option given
        here goes before them.

        Args:
            options: As for the class.

        Raises:
            ConfigError: Variables are missing or wrong, naming each.
        """
        found = read_variables(
            ("STRINGEE_KEY_SID", "STRINGEE_KEY_SECRET"),
            [name for name, option in _VARIABLES.items() if option not in options],
        )
        if "allow_http" not in options:
            options["allow_http"] = switch(ALLOW_HTTP, found.get(ALLOW_HTTP))
        if (icc := found.get("STRINGEE_ICC_URL")) is not None:
            options["icc_url"] = base_url("STRINGEE_ICC_URL", icc.reveal(), options["allow_http"])
        if (api := found.get("STRINGEE_API_URL")) is not None:
            options["api_url"] = base_url("STRINGEE_API_URL", api.reveal(), options["allow_http"])
        return cls(found["STRINGEE_KEY_SID"].reveal(), found["STRINGEE_KEY_SECRET"].reveal(), **options)

    @classmethod
    def from_profile(
        cls,
        name: str | None = None,
        *,
        config: str | Path | None = None,
        **options: Unpack[StringeeOptions],
    ) -> Self:
        """Make a client from a profile, `[profiles.NAME]` in the profile file; it is used as a whole.

        Args:
            name: The profile; if None, `STRINGEE_ASYNC_PROFILE` names it, else it is `default`.
            config: The file; if None, `STRINGEE_ASYNC_CONFIG` names it, else it is `stringee-async/config.toml` in the
                user's configuration folder.
            options: As for the class; one that is given here goes before the profile's.

        Raises:
            ConfigError: The file or the profile is missing or wrong, or the profile is another vendor's.
        """
        from ..core.profiles import client_account

        account = client_account("stringee", name, config)
        return cls(account.key, account.secret.reveal(), **account.options(options))

    def client_token(self, user_id: str, *, lifetime: int = 3600, contact_center: bool = True) -> str:
        """Return a token with which one user logs in to the phone or browser SDK; sends nothing.

        Args:
            user_id: The user; for an agent, equal to the agent's `stringee_user_id`.
            lifetime: Seconds until the token ends.
            contact_center: Whether the user takes contact-centre calls as an agent.

        Returns:
            The token. It can never call the server API. Source: developer.stringee.com, client-authentication;
            `icc_api` from the official samples.

        Raises:
            ConfigError: An argument is wrong.
        """
        claims: dict[str, object] = {"userId": login("user_id", user_id)}
        if boolean("contact_center", contact_center):
            claims["icc_api"] = True  # a claim `rest_api` would hand the server API to the token's bearer
        return self.auth.sign(claims, _lifetime(lifetime))

    def room_token(
        self,
        room_id: str,
        *,
        publish: bool = True,
        subscribe: bool = True,
        control_room: bool = False,
        lifetime: int = 3600,
    ) -> str:
        """Return a token with which a user who is logged in joins a room (`client.rooms`); sends nothing.

        Args:
            room_id: The room's id.
            publish: Whether the user may send sound and pictures.
            subscribe: Whether the user may get those of others.
            control_room: Whether the user may control the room.
            lifetime: Seconds until the token ends.

        Returns:
            The token. It can never call the server API. Source: developer.stringee.com, room-token.

        Raises:
            ConfigError: An argument is wrong.
        """
        permissions = {
            "publish": boolean("publish", publish),
            "subscribe": boolean("subscribe", subscribe),
            "control_room": boolean("control_room", control_room),
        }
        claims = {"roomId": identifier("room_id", room_id), "permissions": permissions}
        return self.auth.sign(claims, _lifetime(lifetime))

    async def _look(self) -> object:
        page = await anext(self.groups.list(page_size=1).pages())
        return next((group.account for group in page.items), None)

    def _describe(self) -> str:
        return f"{self.auth.key_sid!r}, icc_url={self._icc_url!r}"


def _lifetime(lifetime: object) -> int:
    seconds = exact_whole(lifetime)
    if seconds is None or seconds < 1:
        raise ConfigError(f"lifetime must be whole seconds above 0, got {shown(lifetime)}")
    return seconds
