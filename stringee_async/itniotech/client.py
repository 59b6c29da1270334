"""The ITNIO TECH client: wires credentials, host and session, and lists the resources."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self, Unpack

from ..core.addresses import base_url
from ..core.client import Client
from ..core.client_options import ClientOptions, check_auth, open_session
from ..core.environment import read_variables, switch
from ..core.lazy import LazyResource
from ..core.options import check_names
from ..core.ratelimit import RateLimit
from ..core.raw_call import RawCalls
from ..core.secrets import Secret
from ..core.session import Session
from .auth import ItniotechAuth
from .balance import Accounts, Balance
from .products import PATHS
from .resource import CONTENT_TYPE, Host, Resource
from .responses import read_fields

if TYPE_CHECKING:
    from .agent_groups import AgentGroups
    from .agents import Agents
    from .call_records import CallRecords
    from .calls import Calls
    from .group_calls import GroupCalls
    from .otp import Otp
    from .otp_apps import OtpApps
    from .otp_flows import OtpFlows
    from .otp_templates import OtpTemplates
    from .phone_calls import PhoneCalls
    from .phones import Phones
    from .recordings import Recordings
    from .sip_trunks import SipTrunks
    from .sms import Sms
    from .tasks import Tasks
    from .team_leaders import TeamLeaders
    from .voice_codes import VoiceCodes
    from .voice_files import VoiceFiles
    from .voice_records import VoiceRecords

URL = "https://api.itniotech.com"
ALLOW_HTTP: Final = "ITNIOTECH_ALLOW_HTTP"
_VARIABLES: Final = MappingProxyType({"ITNIOTECH_URL": "url", ALLOW_HTTP: "allow_http"})
"""The optional variables, and the options that go before them."""

_LIMITS: Final = MappingProxyType({"sms.list_sent": RateLimit(1, 60.0)})
"""What the vendor allows of single operations. Source: onbuka.com, a white label's pages (getSentRcd)."""


class ItniotechOptions(ClientOptions, total=False):
    """The keyword options of an ITNIO TECH client; see `ItniotechClient`."""

    url: str
    paths: str


class ItniotechClient(Client):
    """A client of the ITNIO TECH call-centre API, and of its white labels.

    ```python
    async with ItniotechClient("key", "secret") as client:
        async for agent in client.agents.list():
            print(agent.key_id, agent.name)
    ```

    May be built at module level: nothing happens before the first call. It serves one running event loop at a time,
    is safe to share between all tasks of it, and moves to the next one once that has ended.

    Args:
        api_key: API key.
        api_secret: API secret.
        clock_offset: Seconds to add to this machine's clock to get the server's, where it is known to be off. The
            client learns the difference by itself when the vendor rejects a request for its time.
        url: Base URL; white labels have their own.
        paths: Which paths the host has: `"itniotech"`, or `"v3"` for white labels that have text messages, voice and
            one-time passwords below `/v3`, such as `api.laaffic.com`. The call centre has the same paths everywhere.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """

    agent_groups: LazyResource[AgentGroups] = LazyResource("agent_groups.AgentGroups")
    agents: LazyResource[Agents] = LazyResource("agents.Agents")
    team_leaders: LazyResource[TeamLeaders] = LazyResource("team_leaders.TeamLeaders")
    call_records: LazyResource[CallRecords] = LazyResource("call_records.CallRecords")
    recordings: LazyResource[Recordings] = LazyResource("recordings.Recordings")
    sms: LazyResource[Sms] = LazyResource("sms.Sms")
    otp: LazyResource[Otp] = LazyResource("otp.Otp")
    otp_apps: LazyResource[OtpApps] = LazyResource("otp_apps.OtpApps")
    otp_templates: LazyResource[OtpTemplates] = LazyResource("otp_templates.OtpTemplates")
    otp_flows: LazyResource[OtpFlows] = LazyResource("otp_flows.OtpFlows")
    sip_trunks: LazyResource[SipTrunks] = LazyResource("sip_trunks.SipTrunks")
    tasks: LazyResource[Tasks] = LazyResource("tasks.Tasks")
    voice_codes: LazyResource[VoiceCodes] = LazyResource("voice_codes.VoiceCodes")
    voice_files: LazyResource[VoiceFiles] = LazyResource("voice_files.VoiceFiles")
    voice_records: LazyResource[VoiceRecords] = LazyResource("voice_records.VoiceRecords")
    group_calls: LazyResource[GroupCalls] = LazyResource("group_calls.GroupCalls")
    phones: LazyResource[Phones] = LazyResource("phones.Phones")
    phone_calls: LazyResource[PhoneCalls] = LazyResource("phone_calls.PhoneCalls")
    calls: LazyResource[Calls] = LazyResource("calls.Calls")

    def __init__(
        self,
        api_key: str,
        api_secret: str,
        *,
        clock_offset: float = 0.0,
        **options: Unpack[ItniotechOptions],
    ) -> None:
        secret = Secret(api_secret)
        del api_secret  # an error from here on may be printed with the locals of its frames
        check_names(options, ItniotechOptions)
        auth = ItniotechAuth(api_key, secret.reveal(), clock_offset=clock_offset, clock=options.get("clock"))
        self._set_up(auth, **options)

    def _set_up(
        self,
        auth: ItniotechAuth,
        *,
        url: str = URL,
        paths: str = "itniotech",
        **options: Unpack[ClientOptions],
    ) -> None:
        self.auth = auth
        self._v3 = PATHS("paths", paths) == "v3"
        session, self._phone_code, allow_http = self._split(options)
        self._url = base_url("url", url, allow_http)
        self._bind(open_session("itniotech", auth, limits=_LIMITS, **session))

    def _bind(self, session: Session) -> None:
        super()._bind(session)
        self._host = host = Host(
            session=session,
            url=self._url,
            account=self.auth.api_key,
            phone_code=self._phone_code,
            v3=self._v3,
        )
        self._accounts = Accounts(host)
        self._raw = RawCalls({"api": Resource(host)}, read_fields, CONTENT_TYPE)

    @classmethod
    def from_auth(cls, auth: ItniotechAuth, **options: Unpack[ItniotechOptions]) -> Self:
        """Make a client that shares credentials, and what was learnt of the server's clock, with others of `auth`.

        Args:
            auth: The credentials to share; see `ItniotechClient.auth`.
            options: As for the class.

        Raises:
            ConfigError: `auth` is of another kind, or an option is wrong, naming it.
        """
        check_auth(auth, ItniotechAuth)
        check_names(options, ItniotechOptions)
        client = cls.__new__(cls)
        client._set_up(auth, **options)
        return client

    @classmethod
    def from_env(cls, *, clock_offset: float = 0.0, **options: Unpack[ItniotechOptions]) -> Self:
        """Make a client from `ITNIOTECH_API_KEY`, `ITNIOTECH_API_SECRET` and, if set, `ITNIOTECH_URL`.

        Args:
            clock_offset: As for the class.
            options: As for the class; a `url` or `allow_http` given here goes before the variable,
                `ITNIOTECH_URL` or `ITNIOTECH_ALLOW_HTTP` (1 or 0).

        Raises:
            ConfigError: Variables are missing or wrong, naming each.
        """
        found = read_variables(
            ("ITNIOTECH_API_KEY", "ITNIOTECH_API_SECRET"),
            [name for name, option in _VARIABLES.items() if option not in options],
        )
        if "allow_http" not in options:
            options["allow_http"] = switch(ALLOW_HTTP, found.get(ALLOW_HTTP))
        if (url := found.get("ITNIOTECH_URL")) is not None:
            options["url"] = base_url("ITNIOTECH_URL", url.reveal(), options["allow_http"])
        return cls(
            found["ITNIOTECH_API_KEY"].reveal(),
            found["ITNIOTECH_API_SECRET"].reveal(),
            clock_offset=clock_offset,
            **options,
        )

    @classmethod
    def from_profile(
        cls,
        name: str | None = None,
        *,
        config: str | Path | None = None,
        clock_offset: float = 0.0,
        **options: Unpack[ItniotechOptions],
    ) -> Self:
        """Make a client from a profile, `[profiles.NAME]` in the profile file; it is used as a whole.

        Args:
            name: The profile; if None, `STRINGEE_ASYNC_PROFILE` names it, else it is `default`.
            config: The file; if None, `STRINGEE_ASYNC_CONFIG` names it, else it is `stringee-async/config.toml` in the
                user's configuration folder.
            clock_offset: As for the class.
            options: As for the class; one that is given here goes before the profile's.

        Raises:
            ConfigError: The file or the profile is missing or wrong, or the profile is another vendor's.
        """
        from ..core.profiles import client_account

        account = client_account("itniotech", name, config)
        return cls(
            account.key, account.secret.reveal(), clock_offset=clock_offset, **account.options(options)
        )

    async def balance(self) -> Balance:
        """Return what the account holds: money paid in, given, and what may be owed.

        Raises:
            PermissionDeniedError: The account is locked.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._accounts.balance()

    async def _look(self) -> None:
        await self.balance()

    def _describe(self) -> str:
        return f"{self.auth.api_key!r}, url={self._url!r}"
