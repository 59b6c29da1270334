"""The RingMe client: wires credentials, host and session, and lists the resources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, Unpack

from ..core.client import Client
from ..core.client_options import ClientOptions, check_auth, open_session
from ..core.environment import read_variables, switch
from ..core.lazy import LazyResource
from ..core.options import check_names
from ..core.raw_call import RawCalls
from ..core.secrets import Secret
from ..core.session import Session
from .account import CurrentUser, User
from .auth import RingMeAuth, host_root
from .known import Known
from .quota import Quota, QuotaMeter
from .resource import ApiHost, Resource
from .responses import read_any

if TYPE_CHECKING:
    from .account import ClientCards, ClientLimits
    from .agent_events import AgentEvents
    from .agents import Agents
    from .call_legs import CallLegs
    from .call_records import CallRecords
    from .callback import Callbacks
    from .current_calls import CurrentCalls
    from .dids import Dids, ShownNumbers
    from .extension_agents import ExtensionAgents
    from .extension_events import ExtensionEvents
    from .extensions import Extensions
    from .queue_agents import QueueAgents
    from .queues import Queues
    from .recordings import Recordings
    from .sounds import Sounds

API_PATH = "/api/ver1.0"


ALLOW_HTTP: Final = "RINGME_ALLOW_HTTP"


class RingMeOptions(ClientOptions, total=False):
    """The keyword options of a RingMe client that may be left out where its URL is known; see `RingMeClient`."""

    url: str


class RingMeClient(Client):
    """A client of the API of a RingMe exchange, under whatever name an operator sells it.

    ```python
    async with RingMeClient("application id", "secret", url="https://pbx.example") as client:
        async for agent in client.agents.local.list():
            print(agent.id, agent.name)
    ```

    May be built at module level: nothing happens before the first call. It serves one running event loop at a time,
    is safe to share between all tasks of it, and moves to the next one once that has ended.

    Args:
        client_id: Application_ID of an application of type "trusted".
        client_secret: Application_Secret.
        url: The root of the operator's API host; `/api/ver1.0` and `/oauth/token` are added to it.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """

    agents: LazyResource[Agents] = LazyResource("agents.Agents")
    queues: LazyResource[Queues] = LazyResource("queues.Queues")
    queue_agents: LazyResource[QueueAgents] = LazyResource("queue_agents.QueueAgents")
    agent_events: LazyResource[AgentEvents] = LazyResource("agent_events.AgentEvents")
    extensions: LazyResource[Extensions] = LazyResource("extensions.Extensions")
    extension_agents: LazyResource[ExtensionAgents] = LazyResource("extension_agents.ExtensionAgents")
    extension_events: LazyResource[ExtensionEvents] = LazyResource("extension_events.ExtensionEvents")
    sounds: LazyResource[Sounds] = LazyResource("sounds.Sounds")
    current_calls: LazyResource[CurrentCalls] = LazyResource("current_calls.CurrentCalls")
    call_records: LazyResource[CallRecords] = LazyResource("call_records.CallRecords")
    call_legs: LazyResource[CallLegs] = LazyResource("call_legs.CallLegs")
    recordings: LazyResource[Recordings] = LazyResource("recordings.Recordings")
    callback: LazyResource[Callbacks] = LazyResource("callback.Callbacks")
    dids: LazyResource[Dids] = LazyResource("dids.Dids")
    shown_numbers: LazyResource[ShownNumbers] = LazyResource("dids.ShownNumbers")
    limits: LazyResource[ClientLimits] = LazyResource("account.ClientLimits")
    client_card: LazyResource[ClientCards] = LazyResource("account.ClientCards")

    def __init__(
        self, client_id: str, client_secret: str, *, url: str, **options: Unpack[ClientOptions]
    ) -> None:
        secret = Secret(client_secret)
        del client_secret  # an error from here on may be printed with the locals of its frames
        check_names(options, RingMeOptions)
        auth = RingMeAuth(
            client_id,
            secret.reveal(),
            url=url,
            clock=options.get("clock"),
            allow_http=options.get("allow_http", False),
        )
        self._set_up(auth, **options)

    def _set_up(self, auth: RingMeAuth, *, url: str | None = None, **options: Unpack[ClientOptions]) -> None:
        self.auth = auth
        session, self._phone_code, allow_http = self._split(options)
        self._url = auth.url if url is None else host_root("url", url, allow_http)
        self._meter = QuotaMeter()
        self._known = Known()
        self._bind(open_session("ringme", auth, **session))

    def _bind(self, session: Session) -> None:
        super()._bind(session)
        self._host = host = ApiHost(
            session=session,
            url=self._url + API_PATH,
            account=self.auth.client_id,
            meter=self._meter,
            known=self._known,
            phone_code=self._phone_code,
        )
        self._user = CurrentUser(host)
        self._raw = RawCalls({"api": Resource(host)}, read_any)

    @classmethod
    def from_auth(cls, auth: RingMeAuth, **options: Unpack[RingMeOptions]) -> Self:
        """Make a client that shares its token with every other client of `auth`.

        Args:
            auth: The credentials to share; see `RingMeClient.auth`.
            options: As for the class; `url` is that of `auth` where left out.

        Raises:
            ConfigError: An option is wrong, naming it.
        """
        check_auth(auth, RingMeAuth)
        check_names(options, RingMeOptions)
        client = cls.__new__(cls)
        client._set_up(auth, **options)
        return client

    @classmethod
    def from_env(cls, **options: Unpack[RingMeOptions]) -> Self:
        """Make a client from `RINGME_CLIENT_ID`, `RINGME_CLIENT_SECRET` and `RINGME_URL`.

        Args:
            options: As for the class; a `url` or `allow_http` given here goes before the variable,
                `RINGME_URL` or `RINGME_ALLOW_HTTP` (1 or 0).

        Raises:
            ConfigError: Variables are missing or wrong, naming each.
        """
        found = read_variables(
            ("RINGME_CLIENT_ID", "RINGME_CLIENT_SECRET", *(() if "url" in options else ("RINGME_URL",))),
            () if "allow_http" in options else (ALLOW_HTTP,),
        )
        if "allow_http" not in options:
            options["allow_http"] = switch(ALLOW_HTTP, found.get(ALLOW_HTTP))
        if "url" not in options:
            options["url"] = host_root("RINGME_URL", found["RINGME_URL"].reveal(), options["allow_http"])
        return cls(found["RINGME_CLIENT_ID"].reveal(), found["RINGME_CLIENT_SECRET"].reveal(), **options)

    @classmethod
    def from_profile(
        cls,
        name: str | None = None,
        *,
        config: str | Path | None = None,
        **options: Unpack[RingMeOptions],
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

        account = client_account("ringme", name, config)
        return cls(account.key, account.secret.reveal(), **account.options(options))

    @property
    def quota(self) -> Quota | None:
        """The hourly quota by the latest response; None before the first, and on hosts that do not state it."""
        return self._meter.latest

    async def user(self) -> User:
        """Return the user that the application acts as; its `client_id` is what `"@me"` stands for.

        Raises:
            AuthError: The application's id or secret is wrong; a cheap way to find out.
            SdkError: As for every call. Safe to repeat.
        """
        user = await self._user.current()
        self._known.learn_client(user.client_id)
        return user

    async def _look(self) -> object:
        return (await self.user()).client_id

    def _describe(self) -> str:
        return f"{self.auth.client_id!r}, url={self._url!r}"
