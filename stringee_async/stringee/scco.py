"""Call scripts (SCCO): what happens in a call, step by step. Given to `client.calls`, or sent by your `answer_url`.

```python
script([record(event_url="https://me.example/recorded"), connect(caller=phone("842871000000"), to=user("u.an"))])
```

Source: developer.stringee.com, stringee-call-control-object; the defaults, and the fields of `record_message`, `talk`,
`play` and `stream`, are from public projects. `extra` of each takes fields that are not known here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Unpack, cast

import attrs

from ..core.declarations import Fields, document_settings
from ..core.errors import ConfigError
from ..core.field_rules import note, web_address
from ..core.fields import calling_code, international, label
from ..core.options import shown
from ..core.plain import Plain
from ..core.validation import json_fields, phone_number
from ..core.validation import user_id as login
from .scco_settings import (
    ConnectSettings,
    KeySettings,
    MessageSettings,
    RecordSettings,
    SoundSettings,
    TalkSettings,
)


@attrs.frozen
class Endpoint(Plain):
    """One end of a call; `phone` and `user` make it.

    Args:
        type: `external` for a telephone, `internal` for a user.
        number: The telephone number, or the user's id.
        alias: What the other end sees.
    """

    type: str
    number: str = attrs.field(repr=False)
    alias: str = attrs.field(repr=False)


@attrs.frozen
class Action(Plain):
    """One step of a call script; the functions of this module make it.

    Args:
        action: Its name, such as `connect`.
        fields: What else is sent of it, by the vendor's names.
    """

    action: str
    fields: Mapping[str, Any] = attrs.field(repr=False)

    def _plain(self) -> dict[str, Any]:
        return {"action": self.action, **self.fields}


Script = Sequence[Action | Mapping[str, Any]]
"""The steps of a call script; a mapping is taken as it is."""


def phone(number: str, *, alias: str | None = None, country: str | None = None) -> Endpoint:
    """Return a telephone as one end of a call.

    Args:
        number: Digits with country code; plus sign, blanks and hyphens are taken out.
        alias: What the other end sees; the number where left out.
        country: The country of a national number, such as `"VN"`; the `phone_country` of a client does not count here.

    Returns:
        The end of a call.

    Raises:
        ConfigError: An argument is wrong.
    """
    digits = phone_number("number", international(number, calling_code("country", country)))
    return Endpoint("external", digits, digits if alias is None else label("alias", alias))


def user(user_id: str, *, alias: str | None = None) -> Endpoint:
    """Return a user of the phone or browser SDK as one end of a call.

    Args:
        user_id: The id that the user logs in with.
        alias: What the other end sees; the id where left out.

    Returns:
        The end of a call.

    Raises:
        ConfigError: An argument is wrong.
    """
    name = login("user_id", user_id)
    return Endpoint("internal", name, name if alias is None else label("alias", alias))


Extra = Mapping[str, Any] | None
"""More fields by the vendor's names."""


def connect(
    *, caller: Endpoint, to: Endpoint, extra: Extra = None, **settings: Unpack[ConnectSettings]
) -> Action:
    """Connect the call to a telephone or a user.

    Args:
        caller: Who is shown as the caller; of a telephone one of your numbers.
        to: Who is called.
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong.
    """
    ends = {"from": endpoint("caller", caller), "to": endpoint("to", to)}
    return _action("connect", ends, ConnectSettings, settings, extra)


def record(*, extra: Extra = None, **settings: Unpack[RecordSettings]) -> Action:
    """Record the call from here on; it must stand before `connect`.

    Args:
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong.
    """
    return _action("record", {}, RecordSettings, settings, extra)


def record_message(*, event_url: str, extra: Extra = None, **settings: Unpack[MessageSettings]) -> Action:
    """Record what the caller says.

    Args:
        event_url: URL that the vendor calls when the recording is ready.
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong.
    """
    told = {"eventUrl": web_address("event_url", event_url)}
    return _action("recordMessage", told, MessageSettings, settings, extra)


def talk(text: str, *, extra: Extra = None, **settings: Unpack[TalkSettings]) -> Action:
    """Read a text to the caller.

    Args:
        text: The text.
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong.
    """
    return _action("talk", {"text": note("text", text)}, TalkSettings, settings, extra)


def play(
    file_name: str | None = None,
    *,
    url: str | None = None,
    extra: Extra = None,
    **settings: Unpack[SoundSettings],
) -> Action:
    """Play a sound to the caller: a greeting file, or one from a URL.

    Args:
        file_name: The name of a greeting file; see `client.greeting_files`.
        url: The URL of a sound, in place of `file_name`.
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong, or not exactly one of `file_name` and `url` is given.
    """
    if file_name is not None and url is None:
        source = {"fileName": label("file_name", file_name)}
    elif url is not None and file_name is None:
        source = {"url": web_address("url", url)}
    else:
        raise ConfigError("play takes either file_name or url")
    return _action("play", source, SoundSettings, settings, extra)


def stream(file_name: str, *, extra: Extra = None, **settings: Unpack[SoundSettings]) -> Action:
    """Stream a sound to the caller.

    Args:
        file_name: Its name.
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong.
    """
    return _action("stream", {"fileName": label("file_name", file_name)}, SoundSettings, settings, extra)


def ask_keys(*, event_url: str, extra: Extra = None, **settings: Unpack[KeySettings]) -> Action:
    """Ask the caller for keys (the vendor's `input`); your server responds with the script that follows.

    Args:
        event_url: URL that the vendor calls when keys were pressed; it responds with the script that follows.
        extra: More fields by the vendor's names, sent as they are.
        settings: Any of these, by keyword.

    Returns:
        The step.

    Raises:
        ConfigError: An argument is wrong.
    """
    told = {"eventUrl": web_address("event_url", event_url)}
    return _action("input", told, KeySettings, settings, extra)


def script(actions: Script) -> list[dict[str, Any]]:
    """Return a call script as it is sent, and as an `answer_url` responds with it.

    Args:
        actions: The steps, in order; a mapping is taken as it is.

    Returns:
        A new list for any JSON encoder. Where the call is recorded, `connect` has `peerToPeerCall` false.

    Raises:
        ConfigError: There is no step, one is none, or `record` stands behind `connect` or cannot work.
    """
    if isinstance(actions, (str, bytes, Mapping)) or not isinstance(actions, Sequence) or not actions:
        raise ConfigError(f"actions must be a list with something in it; got {shown(actions)}")
    steps = [_step(one) for one in actions]
    recording = connected = False
    for step in steps:
        if step["action"] == "record":
            if connected:
                raise ConfigError("actions: record must stand before connect")
            recording = True
        elif step["action"] == "connect":
            connected = True
            if recording and step.setdefault("peerToPeerCall", False) is True:
                raise ConfigError(
                    "actions: a call with peer_to_peer cannot be recorded; leave one of the two out"
                )
    return steps


def endpoint(name: str, value: object) -> dict[str, Any]:
    """Return one end of a call as it is sent."""
    if not isinstance(value, Endpoint):
        raise ConfigError(f"{name} must be made by phone() or user(); got {shown(value)}")
    return value._plain()


def _step(given: object) -> dict[str, Any]:
    kind = type(given).__name__
    if isinstance(given, Action):
        return given._plain()
    if isinstance(given, Mapping):
        step = json_fields("actions", cast("object", given))
        if isinstance(step.get("action"), str):
            return step
    raise ConfigError(
        "actions: each must be made by connect(), talk() and so on, or be a mapping with `action`; "
        f"got {kind}"
    )


def _action(
    name: str, fields: Mapping[str, object], declared: Any, settings: Mapping[str, Any], extra: Extra
) -> Action:
    """Return a step; of the settings those that are given, each checked."""
    body = Fields(declared).body(settings, creating=True, extra=extra)
    for taken in ("action", *fields):
        if taken in body:
            raise ConfigError(f"extra must not hold {taken}: the step has it already")
    return Action(name, {**body, **fields})


document_settings(cast("Any", sys.modules[__name__]))
