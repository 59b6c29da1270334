"""Files as a part of a form: read back by another parser, whatever their names hold."""

from __future__ import annotations

import email
import os

import pytest

from stringee_async import ConfigError
from stringee_async.core.multipart import file_form, form, sound_type


@pytest.mark.parametrize("filename", ["a.wav", 'w"a.WAV', "Chào mừng.mp3"])
def test_a_form_holds_the_fields_and_the_file(filename: str) -> None:
    content = bytes(range(256)) + b"\r\n--x\r\n"
    before, after, kind = file_form({"title": "Ждите"}, filename, sound_type(filename))
    whole = f"Content-Type: {kind}\r\n\r\n".encode() + before + content + after
    title, file = email.message_from_bytes(whole).get_payload()
    assert title.get_payload(decode=True).decode() == "Ждите"  # type: ignore[union-attr]
    assert file.get_payload(decode=True) == content  # type: ignore[union-attr]
    assert filename.replace('"', "%22").encode() in before


@pytest.mark.parametrize("filename", [os.fsdecode(b"gr\xfc\xdf.wav"), "half \ud83d.mp3", "a\r\nX: 1.wav"])
def test_a_name_that_cannot_be_sent_is_an_error_of_the_argument(filename: str) -> None:
    """Such as that of a file on a disk whose names are not UTF-8."""
    with pytest.raises(ConfigError, match="filename"):
        file_form({}, filename, "audio/wav")


def test_a_whole_form_is_read_back_by_another_parser() -> None:
    content = bytes(range(256)) + b"\r\n--x\r\n"
    body, kind = form(
        {
            "name": "Chiến dịch",
            "type": 1,
            "desc1": "",
            "agent": ["AG_1", "AG_2"],
            'fi"le': ("kh\u00e1ch.xlsx", content),
        }
    )
    parts = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).get_payload()
    found = [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True))
        for part in parts
    ]  # type: ignore[union-attr]
    assert found == [
        ("name", "Chiến dịch".encode()), ("type", b"1"), ("desc1", b""), ("agent", b"AG_1"), ("agent", b"AG_2"),
        ("fi%22le", content),
    ]  # fmt: skip
    assert 'filename="kh\u00e1ch.xlsx"'.encode() in body


@pytest.mark.parametrize(
    "wrong", [None, True, 1.5, b"x", ("a.xlsx",), ("a.xlsx", "text"), (b"a", b"x"), {"a": 1}, [None], "a\x00", "\ud83d"]
)  # fmt: skip
def test_what_no_form_holds_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(ConfigError, match="form: x"):
        form({"x": wrong})


@pytest.mark.parametrize("name", ["", "a\r\nb", 7])
def test_a_field_has_a_name_of_one_line(name: object) -> None:
    with pytest.raises(ConfigError, match="a name in form"):
        form({name: "x"})  # type: ignore[dict-item]


def test_no_two_forms_have_the_same_boundary() -> None:
    assert len({file_form({}, "a.wav", "audio/wav")[2] for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp3", "audio/mpeg"), ("A.MP3", "audio/mpeg"), ("a.wav", "audio/wav")]
)
def test_the_type_of_a_sound_follows_from_its_ending(name: str, kind: str) -> None:
    assert sound_type(name) == kind
