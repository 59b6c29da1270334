"""What the Stringee documentation leaves open, as vendor settings: ``Emulator(stringee_settings=StringeeSettings(...))``."""

from typing import Literal

import attrs

from ..near_names import known_keywords
from ..settings import choice, duration, finite, not_negative, positive, switch


@known_keywords()
@attrs.define(kw_only=True, eq=False)
class StringeeSettings:
    """How the emulated Stringee service behaves; each may be changed while it runs.

    Args:
        max_token_lifetime: tokens that expire later than this from now are refused; None allows any.
        auth_failure: how a bad token is refused: HTTP 401, HTTP 403, or HTTP 200 with a code in the body.
        empty_page: how a list without rows looks: an empty array, the rows' key missing, ``data`` null, or
            ``data`` missing.
        link_paging: whether ``page`` and ``limit`` work on the lists that do not document them (members of a
            group, routings of a queue); False gives all rows on one page.
        honour_filters: whether the undocumented ``stringee_user_id`` filter works.
        count_as_text: whether counts in lists are strings.
        project_as: how ``project`` appears in responses: number, text, or not at all.
        ring_seconds: how long a call rings before it is answered.
        talk_seconds: how long it is talked on then; None until it is stopped or ``state.stringee.hang_up`` ends it.
        recording_delay: how long after the end of a call its recording can be downloaded.
        event_form: whether events of calls are posted as JSON or as a form; both were seen.
        event_ids: whether events carry ``event_id`` and ``serial``, which are not documented.
        event_resends: how often an event is posted again if there is no response within ``delivery_timeout``.
        agent_requests_signed: whether requests for agents of a queue are signed, which is not documented.
        agent_request_interval: seconds until agents are asked for again while a call waits in a queue.
        message_key: under which name the human text appears: ``message``, ``msg``, both, or none.
        call_out_id: whether the response to a call out tells the call's id, which is not documented.
    """

    max_token_lifetime: float | None = attrs.field(default=None, validator=positive)
    auth_failure: Literal["401", "403", "200"] = choice("401")
    empty_page: Literal["list", "no_key", "null_data", "no_data"] = choice("list")
    link_paging: bool = switch(on=True)
    honour_filters: bool = switch(on=True)
    count_as_text: bool = switch(on=True)
    project_as: Literal["int", "text", "missing"] = choice("int")
    ring_seconds: float = attrs.field(default=0.0, validator=duration)
    talk_seconds: float | None = attrs.field(default=None, validator=positive)
    recording_delay: float = attrs.field(default=0.0, validator=duration)
    event_form: Literal["json", "form"] = choice("json")
    event_ids: bool = switch(on=True)
    event_resends: int = attrs.field(default=1, validator=not_negative)
    agent_requests_signed: bool = switch(on=True)
    agent_request_interval: float = attrs.field(default=1.0, validator=[finite, positive])
    message_key: Literal["message", "msg", "both", "none"] = choice("message")
    call_out_id: bool = switch(on=True)
