"""What the emulated service tells and asks the customer's own server about calls, signed.

Facts: the official pages on signatures, call events and answer URLs, and public projects for recordings, for agents of
queues and for events that are sent again after a slow response. The emulator's own choices: requests for agents are
signed as the settings say, nothing else is sent twice, and a recording is named by the address of the general host.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, urlencode

from ..state import Ids, Row
from ..webhook_sender import Delivery, WebhookSender
from .call import LiveCall
from .settings import StringeeSettings

SIGNATURE = "X-STRINGEE-SIGNATURE"
_RECORDING = "http://api.stringee.com/v1/call/recording/"


def signature(key: str, data: bytes) -> str:
    """Sign a body, or the request URI of a GET."""
    return base64.b64encode(hmac.digest(key.encode(), data, "sha1")).decode()


class CallEvents:
    """Sends the events of one project's calls, and asks about them.

    Args:
        project: the project's number on the wire.
        account: the account's number on the wire.
        ids: makes the ids of events.
        sender: sends webhooks.
        settings: the vendor settings.
        now: the server's wall clock in Unix seconds.
    """

    def __init__(
        self,
        project: int,
        account: int,
        ids: Ids,
        sender: WebhookSender,
        settings: StringeeSettings,
        now: Callable[[], float],
    ) -> None:
        self.signing_key = ids.make("", 32)
        self.deliveries: list[Delivery] = []
        self._project = project
        self._account_sid = f"AC{account}"
        self._ids = ids
        self._sender = sender
        self._settings = settings
        self._now = now

    def tell(self, call: LiveCall, status: str, **more: Any) -> None:
        """Tell a state of a call."""
        call.serial += 1
        call.told = status
        own: Row = {"event_id": self._ids.make("EV", 24), "serial": call.serial}
        self._post(
            call,
            {
                "call_status": status,
                "call_id": call.id,
                **(own if self._settings.event_ids else {}),
                **self._head(),
                "account_sid": self._account_sid,
                "request_from_user_id": call.agent,
                "type": "stringee_call",
                "clientCustomData": call.custom,
                "from": {**call.caller, "is_online": bool(call.agent)},
                "to": {**call.called[0], "is_online": call.called[0]["type"] == "internal"},
                "callCreatedReason": call.reason,
                **more,
            },
        )

    def recording(self, call: LiveCall) -> None:
        """Tell that the recording of a call is ready."""
        link = f"{_RECORDING}{quote(call.id)}"
        self._post(call, {"call_id": call.id, "recording_id": call.id, "recording_url": link, **self._head()})

    def fetch_script(self, call: LiveCall, url: str, then: Callable[[Delivery], None]) -> None:
        """Ask an answer URL for the actions of a call."""
        inside = call.caller["type"] == "internal"
        query = {"from": call.caller["number"], "to": call.called[0]["number"]}
        query["fromInternal"] = "true" if inside else "false"
        if inside:
            query |= {"userId": call.agent, "projectId": f"{self._project}", "custom": call.custom}
            query["callId"] = call.id
        else:
            query["uuid"] = call.id
        self._get(call, url, query, then)

    def ask_for_customer(
        self, call: LiveCall, called: str, url: str, seconds: float, then: Callable[[Delivery], None]
    ) -> None:
        """Ask what is known of who calls, for so many seconds."""
        query = {"from": call.caller["number"], "to": called, "project": f"{self._project}"}
        self._get(call, url, query, then, timeout=seconds)

    def _get(
        self,
        call: LiveCall,
        url: str,
        query: Mapping[str, str],
        then: Callable[[Delivery], None],
        *,
        timeout: float | None = None,
    ) -> None:
        whole = f"{url.partition('#')[0]}{'&' if '?' in url else '?'}{urlencode(query, quote_via=quote)}"
        address = self._sender.address(whole)
        signed = b"" if address is None else address.raw_path_qs.encode()
        headers = {SIGNATURE: signature(self.signing_key, signed)}
        delivery = Delivery(method="GET", url=whole, data={}, headers=headers, timeout=timeout)
        self._send(call.id, delivery, then)

    def ask_with_keys(
        self, call: LiveCall, step: Mapping[str, Any], keys: str, then: Callable[[Delivery], None]
    ) -> None:
        """Tell the keys that a caller pressed at an ``input`` action, and ask for a new script."""
        fields: Row = {
            "time": f"{int(self._now() * 1000)}", "dtmf": keys, "call_id": call.id,
            "customField": step.get("customField"), "timeout": not keys,
        }  # fmt: skip
        self._ask(call.id, str(step.get("eventUrl") or ""), fields, then)

    def ask_for_agents(
        self, url: str, queue: str, calls: Sequence[LiveCall], then: Callable[[Delivery], None]
    ) -> None:
        """Ask the customer's server which agents the calls that wait in a queue shall ring."""
        waiting = [
            {"callId": call.id, "from": call.caller["number"], "to": call.called[0]["number"]}
            for call in calls
        ]
        fields: Row = {"queueId": queue, "projectId": self._project, "calls": waiting}
        self._ask(None, url, fields, then, signed=self._settings.agent_requests_signed)

    def _ask(
        self,
        line: str | None,
        url: str,
        fields: Row,
        then: Callable[[Delivery], None],
        *,
        signed: bool = True,
    ) -> None:
        body = json.dumps(fields).encode()
        headers = {"Content-Type": "application/json"}
        if signed:
            headers[SIGNATURE] = signature(self.signing_key, body)
        self._send(line, Delivery(method="POST", url=url, data=fields, body=body, headers=headers), then)

    def _head(self) -> Row:
        return {"project_id": self._project, "timestamp_ms": int(self._now() * 1000)}

    def _post(self, call: LiveCall, fields: Row) -> None:
        if call.event_url is None:
            return
        form = self._settings.event_form == "form"
        body = (urlencode(_flat(fields)) if form else json.dumps(fields, ensure_ascii=False)).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        headers = {"Content-Type": kind, SIGNATURE: signature(self.signing_key, body)}
        self._send(
            call.id,
            Delivery(
                method="POST", url=call.event_url, data=fields, body=body, headers=headers,
                resends=self._settings.event_resends,
            ),
        )  # fmt: skip

    def _send(
        self, line: str | None, delivery: Delivery, then: Callable[[Delivery], None] | None = None
    ) -> None:
        self.deliveries.append(delivery)
        self._sender.send(delivery, line=line, then=then)


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as a form has them, with ``from[number]`` for a field of ``from``."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            inner = cast("Row", value)
            flat |= {f"{name}[{key}]": part for key, part in inner.items()}
        else:
            flat[name] = value
    return flat
