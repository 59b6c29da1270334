"""What can be set of the steps of a call script; `scco` makes the steps.

Source: developer.stringee.com, stringee-call-control-object; the settings of messages and sounds are from public projects.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict

from ..core.declarations import Doc, VendorName
from ..core.field_rules import Whole, note, seconds, web_address
from ..core.fields import Choice, label
from ..core.unset import Unset
from ..core.validation import boolean

RecordFormat = Literal["mp3", "wav", "mp4"]
_FORMAT: Final = Choice(("mp3", "wav", "mp4"))
_COUNT: Final = Whole(1, 1_000_000)


class ConnectSettings(TypedDict, total=False):
    """What can be set of `connect`."""

    timeout: Annotated[int | Unset, seconds, Doc("Seconds to let it ring; the vendor's default is 60.")]
    max_connect_time: Annotated[
        int | Unset,
        Whole(-1, 1_000_000),
        VendorName("maxConnectTime"),
        Doc("Seconds that they may talk; the vendor's default, -1, sets no limit."),
    ]
    peer_to_peer: Annotated[
        bool | Unset,
        boolean,
        VendorName("peerToPeerCall"),
        Doc(
            "Whether the sound goes straight from one end to the other (the vendor's default), so that it cannot be recorded; "
            "where left out, `script` sets False behind `record`."
        ),
    ]
    continue_on_fail: Annotated[
        bool | Unset,
        boolean,
        VendorName("continueOnFail"),
        Doc("Whether the script goes on if the call is not taken."),
    ]
    on_fail_event_url: Annotated[
        str | Unset, web_address, VendorName("onFailEventUrl"), Doc("What is asked for another script then.")
    ]
    custom_data: Annotated[str | Unset, note, VendorName("customData"), Doc("Goes to the app of the user.")]
    max_connection: Annotated[
        int | Unset, _COUNT, VendorName("maxConnection"), Doc("How many connections there may be.")
    ]


class RecordSettings(TypedDict, total=False):
    """What can be set of `record`."""

    event_url: Annotated[
        str | Unset,
        web_address,
        VendorName("eventUrl"),
        Doc("URL that is called when the recording is ready."),
    ]
    format: Annotated[RecordFormat | Unset, _FORMAT, Doc("The kind of file.")]
    stereo: Annotated[
        bool | Unset, boolean, VendorName("recordStereo"), Doc("Whether each end has a channel of its own.")
    ]


class MessageSettings(TypedDict, total=False):
    """What can be set of `record_message`."""

    format: Annotated[RecordFormat | Unset, _FORMAT, Doc("The kind of file.")]
    beep_start: Annotated[
        bool | Unset, boolean, VendorName("beepStart"), Doc("Whether a beep says when to speak.")
    ]


class SoundSettings(TypedDict, total=False):
    """What can be set of `play` and `stream`."""

    barge_in: Annotated[bool | Unset, boolean, VendorName("bargeIn"), Doc("Whether a key ends it.")]
    loop: Annotated[int | Unset, _COUNT, Doc("How often it is heard.")]


class TalkSettings(SoundSettings, total=False):
    """What can be set of `talk`."""

    voice: Annotated[str | Unset, label, Doc("The vendor's name of the voice.")]
    speed: Annotated[int | Unset, Whole(-100, 100), Doc("How fast; 0 is normal.")]


class KeySettings(TypedDict, total=False):
    """What can be set of `ask_keys`."""

    timeout: Annotated[int | Unset, seconds, VendorName("timeOut"), Doc("Seconds to wait for the keys.")]
    submit_on_hash: Annotated[
        bool | Unset, boolean, VendorName("submitOnHash"), Doc("Whether `#` ends the input.")
    ]
    max_digits: Annotated[int | Unset, _COUNT, VendorName("maxDigits"), Doc("How many keys at most.")]
    custom_field: Annotated[
        str | Unset, note, VendorName("customField"), Doc("Comes back along with the keys.")
    ]
