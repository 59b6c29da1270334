"""What is saved of an ITNIO TECH account."""

from ..saving.forms import (
    CONTENT,
    FLAG,
    MOMENT,
    MONEY,
    NUMBERS,
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
    Place,
    mapping,
    optional,
    record,
    sequence,
)
from ..saving.parts import Part, Parts, store_parts
from .recordings import Recording
from .state import ItniotechState
from .voice_box import VoiceCall


def _read_kind(value: object, place: Place) -> object:
    if value not in ("phone", "group"):
        raise place.wrong("phone or group", value)
    return value


_KIND = Form(lambda value, _: value, _read_kind)
_VOICE_CALL = record(
    VoiceCall, kind=_KIND, columns=OBJECT, submitted=SECONDS, step=SECONDS, answers=FLAG, pressed=WHOLE,
    cut=optional(SECONDS), moved=optional(sequence(SECONDS)),
)  # fmt: skip

_ACCOUNT: dict[str, Part] = {
    "keys": Part("keys", mapping(TEXT), kept=True),
    "applications": Part("applications", mapping(TEXT), kept=True),
    "push_url": Part("_push_url", URL, kept=True),
    "balance": Part("balance", MONEY),
    "gift": Part("gift", MONEY),
    "credit": Part("credit", MONEY),
    "currency": Part("currency", OPTIONAL_TEXT),
    "locked": Part("locked", FLAG),
    "contact_sales": Part("contact_sales", FLAG),
    "unrated": Part("unrated", TEXTS),
    "voice_codes": Part("voice_codes", ROWS_BY_NAME),
    "rings": Part("rings", ROWS_BY_NAME),
    "number_files": Part("number_files", ROWS_BY_NAME),
    "recordings": Part("recordings", mapping(record(Recording, content=CONTENT, ready=MOMENT))),
    "credentials": Part("credentials", ROWS_BY_NAME),
    "calls_under_way": Part("under_way.hosts", mapping(TEXT)),
    "next_ids": Part("_next", mapping(WHOLE), merged=True),
    "id_source": Part("_source", SOURCE),
}
_BOXES: dict[str, Part] = {
    "sms_messages": Part("sms.messages", ROWS_BY_NAME),
    "sms_received": Part("sms.received", ROWS),
    "sms_entered": Part("sms.entered", ROWS),
    "sms_refused": Part("sms.refused", TEXTS),
    "sms_asked": Part("sms.asked", SECONDS),
    "sms_due": Part("sms._due", mapping(SECONDS)),
    "sms_push_url": Part("sms._push_url", URL, kept=True),
    "sms_reply_url": Part("sms._reply_url", URL, kept=True),
    "sms_next_id": Part("sms._ids", NUMBERS),
    "voice_phones": Part("voice.phones", ROWS_BY_NAME),
    "voice_files": Part("voice.files", ROWS_BY_NAME),
    "voice_calls": Part("voice.calls", mapping(_VOICE_CALL), table=True),
    "voice_refused": Part("voice.refused", TEXTS),
    "voice_unanswered": Part("voice.unanswered", TEXTS),
    "voice_pressed": Part("voice.pressed", mapping(WHOLE)),
    "voice_price": Part("voice.price", OPTIONAL_TEXT),
    "voice_next_id": Part("voice._ids", NUMBERS),
    "otp_apps": Part("otp.apps", ROWS_BY_NAME),
    "otp_sent": Part("otp.sent", ROWS_BY_NAME),
    "otp_rates": Part("otp.rates", ROWS),
    "otp_most_tries": Part("otp.most_tries", WHOLE),
    "otp_next_id": Part("otp._ids", NUMBERS),
    "otp_source": Part("otp._source", SOURCE),
    "emails": Part("unconfirmed.emails", ROWS_BY_NAME),
    "ai_flows": Part("unconfirmed.flows", ROWS),
    "ai_lines": Part("unconfirmed.lines", ROWS),
    "ai_tasks": Part("unconfirmed.tasks", mapping(OBJECT, int)),
    "ai_next_id": Part("unconfirmed.ids", NUMBERS),
}


def account_parts(state: ItniotechState) -> Parts:
    """List the parts of an account."""
    return {**store_parts("", state, str, hidden="hidden"), **_ACCOUNT, **_BOXES}
