"""RingMe under the rules that hold for every vendor."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from stringee_async import Request, Response, RingMeAuth, RingMeClient
from stringee_async.ringme import AGENT_LOGIN, ANSWER, HOLD, QUEUE

from ..kit import ScriptedTransport, answer, canned
from ..ringme.calls import CALLS, UPLOADS
from ..ringme.rig import CLIENT_ID, CLIENT_SECRET, GRANT, TOKEN, ApiTransport
from .rig import Acts, Call, Calls, Count, Ensures, Rig, Site

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20)
HOOK: dict[str, Any] = {"event_type": AGENT_LOGIN, "method": "GET", "url": "https://myshost.org/calls"}


def _calls() -> dict[str, Call]:
    found: dict[str, Call] = {}
    rows = {case: row[0] for case, row in CALLS.items()} | {case: row[0] for case, row in UPLOADS.items()}
    for case, call in rows.items():
        if not case.endswith(" stream"):  # reading one takes a thread, which a virtual loop cannot wait for
            found.setdefault(case.split(" ")[0], call)
    return found


def granted(request: Request) -> Response:
    """Give each application a token of its own."""
    form = dict(pair.split("=") for pair in (request.content or b"").decode().split("&"))
    return answer({**GRANT, "access_token": f"token-of-{form['client_id']}"})


class RingMeRig(Rig):
    """RingMe: HTTP statuses, tokens from an endpoint."""

    vendor = "ringme"
    client_class = RingMeClient
    credentials = (CLIENT_ID, CLIENT_SECRET)
    auth_class = RingMeAuth
    credential_header = "Authorization"
    variables = ("RINGME_CLIENT_ID", "RINGME_CLIENT_SECRET")
    urls: ClassVar[dict[str, tuple[str, str]]] = {"url": ("RINGME_URL", "")}
    read_operation = "user.get"
    write_operation = "agents.remote.update"
    unlisted = "oauth.token"

    ok = answer({"id": 7})
    invalid = answer({"message": "no"}, 400)
    missing = answer({"message": "Record not found"}, 404)
    failed = answer({"message": "broken"}, 503)
    rejected = answer({"message": "Unauthorized"}, 401)

    operation_count = 81
    downloads = frozenset({"recordings.save"})
    opening = (canned(json.dumps(GRANT).encode()),)
    requests = CALLS
    prefix = "/api/ver1.0"
    calls: ClassVar[Calls] = {
        **_calls(),
        "recordings.save": lambda c: c.recordings.save("117-9f0a", io.BytesIO()),
    }
    creates: ClassVar[Acts] = {
        "extensions.create": (
            lambda s: s.client.extensions.create(name="371", type=QUEUE), lambda s: len(s.state.extensions) - 3,
        ),
        "extension_agents.create": (
            lambda s: s.client.extension_agents.create(209, name="An"), lambda s: len(s.state.local_agents) - 1,
        ),
        "agents.local.create": (
            lambda s: s.client.agents.local.create(extension_id=210), lambda s: len(s.state.local_agents) - 1,
        ),
        "agents.remote.create": (
            lambda s: s.client.agents.remote.create(number="84900"), lambda s: len(s.state.remote_agents) - 1,
        ),
        "queue_agents.local.add": (
            lambda s: s.client.queue_agents.local.add(208, agent_id=9), lambda s: len(s.state.queue_agents),
        ),
        "queue_agents.remote.add": (
            lambda s: s.client.queue_agents.remote.add(208, agent_id=9), lambda s: len(s.state.queue_agents),
        ),
        "agent_events.local.create": (
            lambda s: s.client.agent_events.local.create(9, **HOOK), lambda s: len(s.state.agent_events),
        ),
        "agent_events.remote.create": (
            lambda s: s.client.agent_events.remote.create(9, **HOOK), lambda s: len(s.state.agent_events),
        ),
        "extension_events.create": (
            lambda s: s.client.extension_events.create(209, **{**HOOK, "event_type": ANSWER}),
            lambda s: len(s.state.extension_events),
        ),
        "sounds.upload": (
            lambda s: s.client.sounds.upload(WAV, title="T", filename="a.wav"), lambda s: len(s.state.sounds),
        ),
        "current_calls.act": (
            lambda s: s.client.current_calls.act(208, "c1", action=HOLD), lambda s: len(s.state.call_actions),
        ),
        "recordings.archive": (
            lambda s: s.client.recordings.archive({"a": 1}), lambda s: len(s.state.call_history.archived),
        ),
        "callback.create": (
            lambda s: s.client.callback.create(210, src_num=["101"], dst_num="84900"), lambda s: len(s.state.callbacks),
        ),
    }  # fmt: skip
    ensures: ClassVar[Ensures] = {
        "extensions.create": lambda s: s.client.extensions.ensure(name="371", type=QUEUE),
        "agents.local.create": lambda s: s.client.agents.local.ensure(extension_id=210),
        "agents.remote.create": lambda s: s.client.agents.remote.ensure(number="84900"),
        "queue_agents.local.add": lambda s: s.client.queue_agents.local.ensure(208, agent_id=9),
        "queue_agents.remote.add": lambda s: s.client.queue_agents.remote.ensure(208, agent_id=9),
        "agent_events.local.create": lambda s: s.client.agent_events.local.ensure(9, **HOOK),
        "agent_events.remote.create": lambda s: s.client.agent_events.remote.ensure(9, **HOOK),
        "extension_events.create": lambda s: s.client.extension_events.ensure(
            209, **{**HOOK, "event_type": ANSWER}
        ),
    }
    pairs = frozenset({"queue_agents.local.add", "queue_agents.remote.add"})
    deletes: ClassVar[Calls] = {
        "agents.local": lambda c, **k: c.agents.local.delete(1, **k),
        "agents.remote": lambda c, **k: c.agents.remote.delete(1, remove_from_queues=False, **k),
        "queue_agents.local": lambda c, **k: c.queue_agents.local.remove(208, 9, **k),
        "queue_agents.remote": lambda c, **k: c.queue_agents.remote.remove(208, 9, **k),
        "agent_events.local": lambda c, **k: c.agent_events.local.delete(136, 150, **k),
        "agent_events.remote": lambda c, **k: c.agent_events.remote.delete(136, 150, **k),
        "extension_events": lambda c, **k: c.extension_events.delete(208, 150, **k),
        "extensions": lambda c, **k: c.extensions.delete(208, **k),
        "recordings": lambda c, **k: c.recordings.delete("117-AB", **k),
        "sounds": lambda c, **k: c.sounds.delete(36, **k),
        "current_calls": lambda c, **k: c.current_calls.drop(117, "c1", **k),
    }

    def transport(
        self, *steps: Any, default: Any = None, latency: float = 0.0, grant: Any = None
    ) -> ScriptedTransport:
        return ApiTransport(*steps, default=default, latency=latency, grant=grant or granted)

    @property
    def throttlings(self) -> dict[str, Callable[..., Response]]:
        reset = {"X-RateLimit-Reset": lambda asked, **more: self.throttled(X_RateLimit_Reset=asked, **more)}
        return {**super().throttlings, **reset}

    def throttled(self, **headers: str) -> Response:
        return answer({"status": "rate_limit_exceeded"}, 429, **headers)

    async def read(self, client: Any) -> Any:
        return await client.user()

    async def write(self, client: Any) -> Any:
        return await client.agents.remote.update(9, name="An")

    async def create(self, client: Any) -> Any:
        return await client.agents.remote.create(number="84900")

    def fill(self, site: Site) -> None:
        site.state.add_extension("370", "queue", id=208)
        site.state.add_extension("101", id=209)
        site.state.add_extension("102", id=210)
        site.state.add_agent("local", id=9, extension_id=209)
        site.state.add_agent("remote", id=9, number="89215650644")
        site.state.add_call(208, call_api_id="c1")

    def removable(self, site: Site) -> tuple[str, Call, Count]:
        agent = site.state.add_agent("remote", number="89215650645")
        return (
            "agents.remote.delete",
            lambda c: c.agents.remote.delete(agent),
            lambda s: len(s.state.remote_agents),
        )

    def many(self, site: Site) -> tuple[Callable[[int], Awaitable[Any]], Count]:
        create = site.client.agents.remote.create
        return lambda n: create(number=f"89210000{n:03}"), lambda s: len(s.state.remote_agents)

    def everything(self, case: str) -> Any:
        keys = {
            "call_id": "c",
            "default": None,
            "call_api_id": "a b",
            "call_uuid": "A",
            "record_uuid": "A",
            "record_url": "https://files.example/",
        }
        return {"id": 1, "agent_id": 1, "extension_id": 1, "waiting_members": 0, **keys}

    def check_credentials(self, headers: Mapping[str, str]) -> None:
        assert headers["authorization"] == f"Bearer {TOKEN}"

    def account_of(self, request: Any) -> str:
        return str(request.headers["Authorization"]).removeprefix("Bearer token-of-")

    def derived_secrets(self, raw_requests: list[bytes]) -> list[str]:
        assert any(TOKEN.encode() in raw for raw in raw_requests)
        return [TOKEN]
