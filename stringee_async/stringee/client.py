"""The Stringee client: wires credentials, transport and session, and lists the resources.

One job: to be the object that users hold. It does nothing by itself; what calls do is in the resource files.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from ..core.clock import Clock
from ..core.errors import ConfigError
from ..core.operation import base_url, whole_number
from ..core.ratelimit import RateLimit, RateLimiter
from ..core.retry import RetryPolicy
from ..core.session import Session, Stats
from ..core.transport import AiohttpTransport, Transport
from ..core.wire import Lane, Secret, Timeouts
from .agents import Agents
from .auth import StringeeAuth
from .group_agents import GroupAgents
from .group_routings import GroupRoutings
from .groups import Groups
from .queues import Queues
from .resource import Host
from .tokens import client_token

if TYPE_CHECKING:
    from aiohttp import ClientSession

ICC_URL = "https://icc-api.stringee.com"
API_URL = "https://api.stringee.com"


class ClientOptions(TypedDict, total=False):
    """The keyword options of a client; see `StringeeClient`."""

    icc_url: str
    api_url: str
    retry: RetryPolicy
    rate_limit: RateLimit | RateLimiter | None
    timeouts: Timeouts
    max_connections: int
    http: ClientSession | None
    transport: Transport | None
    clock: Clock | None


class StringeeClient:
    """A client of the Stringee contact-centre API.

    ```python
    async with StringeeClient("SK...", "secret") as client:
        async for agent in client.agents.list():
            print(agent.id, agent.name)
    ```

    May be built at module level: nothing happens before the first call. It belongs to the event loop of that
    call and is safe to share between all tasks of it.

    Args:
        key_sid: API key SID, begins with `SK`.
        key_secret: API key secret.
        icc_url: Base URL of the contact-centre host; regional projects have their own.
        api_url: Base URL of the call host, likewise.
        retry: The retry policy.
        rate_limit: A `RateLimit`, a `RateLimiter` to share between clients, or None for no limit of our own.
        timeouts: Time limits in seconds.
        max_connections: Requests on the wire at once at most.
        http: Your own `aiohttp.ClientSession`; it is never closed here.
        transport: Anything with the `Transport` protocol, in place of aiohttp.
        clock: Anything with the `Clock` protocol, for tests.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """

    agents: Agents
    groups: Groups
    group_agents: GroupAgents
    queues: Queues
    group_routings: GroupRoutings

    def __init__(self, key_sid: str, key_secret: str, **options: Unpack[ClientOptions]) -> None:
        secret = Secret(key_secret)
        del key_secret  # an error from here on may be printed with the locals of its frames
        self._set_up(StringeeAuth(key_sid, secret.reveal(), clock=options.get("clock")), **options)

    def _set_up(
        self,
        auth: StringeeAuth,
        *,
        icc_url: str = ICC_URL,
        api_url: str = API_URL,
        retry: RetryPolicy | None = None,
        rate_limit: RateLimit | RateLimiter | None = None,
        timeouts: Timeouts | None = None,
        max_connections: int = 64,
        http: ClientSession | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.auth = auth
        self._icc_url = base_url("icc_url", icc_url)
        self._api_url = base_url("api_url", api_url)
        whole_number("max_connections", max_connections, minimum=1, maximum=100_000)
        self._bind(
            Session(
                vendor="stringee",
                transport=transport or AiohttpTransport(max_connections, http),
                auth=auth,
                retry=retry or RetryPolicy(),
                rate_limit=rate_limit,
                timeouts=timeouts,
                max_connections=max_connections,
                clock=clock,
            )
        )

    def _bind(self, session: Session) -> None:
        self._session = session
        icc = Host(session=session, url=self._icc_url, account=self.auth.key_sid)
        self.agents = Agents(icc)
        self.groups = Groups(icc)
        self.group_agents = GroupAgents(icc)
        self.queues = Queues(icc)
        self.group_routings = GroupRoutings(icc)

    @classmethod
    def from_auth(cls, auth: StringeeAuth, **options: Unpack[ClientOptions]) -> Self:
        """Make a client that shares its token with every other client of `auth`.

        Args:
            auth: The credentials to share; see `StringeeClient.auth`.
            options: As for the class.
        """
        client = cls.__new__(cls)
        client._set_up(auth, **options)
        return client

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """Make a client from `STRINGEE_KEY_SID`, `STRINGEE_KEY_SECRET` and, if set, the two URLs.

        `STRINGEE_ICC_URL` and `STRINGEE_API_URL` are optional; an option given here goes before them.

        Args:
            options: As for the class.

        Raises:
            ConfigError: A variable is missing or wrong, naming it.
        """
        environment: ClientOptions = {}
        if icc := os.environ.get("STRINGEE_ICC_URL"):
            environment["icc_url"] = base_url("STRINGEE_ICC_URL", icc)
        if api := os.environ.get("STRINGEE_API_URL"):
            environment["api_url"] = base_url("STRINGEE_API_URL", api)
        environment.update(options)
        return cls(_required("STRINGEE_KEY_SID"), _required("STRINGEE_KEY_SECRET"), **environment)

    def with_options(
        self, *, lane: Lane | None = None, timeouts: Timeouts | None = None, retry: RetryPolicy | None = None
    ) -> Self:
        """Return a light view of this client with other options.

        Connections, limiter, retry quota and token are shared; closing one closes all.

        Args:
            lane: `"interactive"` (the default of a client) goes before `"bulk"` when permits are short.
            timeouts: Other time limits, in seconds.
            retry: Another retry policy.

        Raises:
            ConfigError: The lane is unknown.
        """
        if lane not in (None, "interactive", "bulk"):
            raise ConfigError(f"lane must be 'interactive' or 'bulk', got {lane!r}")
        view = type(self).__new__(type(self))
        view.auth, view._icc_url, view._api_url = self.auth, self._icc_url, self._api_url
        view._bind(self._session.view(lane=lane, timeouts=timeouts, retry=retry))
        return view

    def client_token(self, user_id: str, *, lifetime: int = 3600, contact_center: bool = True) -> str:
        """Return a token with which one user logs in to the phone or browser SDK; sends nothing.

        Args:
            user_id: The user; for an agent, equal to the agent's `stringee_user_id`.
            lifetime: Seconds until the token ends.
            contact_center: Whether the user takes contact-centre calls as an agent.

        Returns:
            The token. It can never call the server API.

        Raises:
            ConfigError: An argument is wrong.
        """
        return client_token(self.auth, user_id, lifetime=lifetime, contact_center=contact_center)

    def stats(self) -> Stats:
        """Return a snapshot of what this client and its views did so far."""
        return self._session.stats()

    async def aclose(self, grace: float = 0.0) -> None:
        """Close the client; closing twice is fine.

        Args:
            grace: Seconds that calls under way may take to finish; after it they end in `ClosedError`.
        """
        await self._session.aclose(grace)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        if not hasattr(self, "_session"):
            return f"<{type(self).__name__}, not set up>"  # seen in the traceback of a wrong argument
        return f"{type(self).__name__}({self.auth.key_sid!r}, icc_url={self._icc_url!r})"


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ConfigError(f"the environment variable {name} is not set")
    return value
