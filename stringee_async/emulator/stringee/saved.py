"""What is saved of a Stringee project, and of the keys of all projects."""

import math

from ..saving.forms import (
    CONTENT,
    FLAG,
    MOMENT,
    OBJECT,
    OPTIONAL_TEXT,
    ROWS,
    ROWS_BY_NAME,
    SECONDS,
    SOURCE,
    TEXT,
    TEXTS,
    URL,
    WHOLE,
    Form,
    exact,
    mapping,
    optional,
    pair,
    record,
    sequence,
)
from ..saving.parts import Part, Parts, store_parts
from .auth import Key
from .call import NEVER, LiveCall
from .state import StringeeState

_ANSWERED = Form(
    lambda value, _: None if value == NEVER else value,
    lambda value, place: math.inf if value is None else SECONDS.read(value, place),
)
"""A moment, or null for one that is not known yet."""

_CALL = record(
    LiveCall, id=TEXT, caller=OBJECT, called=ROWS, actions=ROWS, recorded=FLAG, placed=SECONDS, answered=_ANSWERED,
    ends=optional(SECONDS), added=ROWS, agent=TEXT, queue=TEXT, node=TEXT, plays=WHOLE, by_menu=FLAG, reason=TEXT,
    custom=TEXT, customer=optional(OBJECT), event_url=OPTIONAL_TEXT, answer_url=OPTIONAL_TEXT, over=FLAG, serial=WHOLE,
    told=TEXT, held=FLAG,
)  # fmt: skip


_PARTS: dict[str, Part] = {
    "signing_key": Part("_events.signing_key", TEXT, kept=True),
    "event_url": Part("_event_url", URL, kept=True),
    "call_settings": Part("call_settings", OBJECT),
    "call_log": Part("call_log", ROWS_BY_NAME),
    "recordings": Part("_recordings", mapping(pair(CONTENT, MOMENT))),
    "centre_calls": Part("centre_calls", ROWS_BY_NAME),
    "live_calls": Part("flow.calls", mapping(_CALL), table=True),
    "online_users": Part("online_users", ROWS),
    "sip_accounts": Part("sip_accounts", ROWS_BY_NAME),
    "custom_messages": Part("custom_messages", ROWS),
    "sms": Part("sms", ROWS),
    "sms_refused": Part("sms_refused", TEXTS),
    "greeting_files": Part("greeting_files", ROWS_BY_NAME),
    "greeting_contents": Part("greeting_contents", mapping(CONTENT)),
    "sip_phones": Part("sip_phones", ROWS_BY_NAME),
    "rooms": Part("rooms", ROWS_BY_NAME),
    "id_source": Part("_ids._source", SOURCE),
    "event_id_source": Part("_events._ids._source", SOURCE),
}


def account_parts(state: StringeeState) -> Parts:
    """List the parts of a project."""
    return {**store_parts("", state, str, hidden="hidden"), **_PARTS}


_KEY = record(Key, secret=TEXT, project=exact(int, "the number of a project"))

SHARED: Parts = {
    "credentials": Part("credentials", mapping(sequence(TEXT, tuple), int), kept=True),
    "keys": Part("keyring._keys", mapping(_KEY), kept=True),
    "seen_tokens": Part("keyring.seen", TEXTS, kept=True),
    "refused_tokens": Part("keyring._refused", TEXTS, kept=True),
}
"""The keys of all projects, and the tokens that were seen."""
