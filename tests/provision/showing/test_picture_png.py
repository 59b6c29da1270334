"""The picture as PNG: sharp, of bounded size, and an error that says what is missing."""

import struct
import sys
from typing import Any

import pytest

from stringee_async.core.errors import ConfigError
from stringee_async.provision.showing import picture_png
from stringee_async.provision.showing.picture import Node, Picture

PICTURE = Picture(title="Tổng đài", nodes=(Node(id="q1", column="queue", title="Hotline"),))


def test_without_the_library_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ConfigError, match=r'pip install "stringee-async\[graph\]"'):
        PICTURE.render("png")


def test_it_has_two_pixels_for_one_and_no_side_beyond_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resvg_py")
    png = PICTURE.render("png")
    assert isinstance(png, bytes)
    assert png.startswith(b"\x89PNG\r\n")
    assert f'width="{struct.unpack(">II", png[16:24])[0] // 2}"' in str(PICTURE.render("svg"))
    monkeypatch.setattr(picture_png, "LARGEST", 300)
    assert max(struct.unpack(">II", bytes(PICTURE.render("png"))[16:24])) == 300  # type: ignore[arg-type]


def test_a_machine_without_fonts_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would leave every name out and say nothing."""
    resvg = pytest.importorskip("resvg_py")
    draw = resvg.svg_to_bytes

    def without_fonts(**options: Any) -> bytes:
        return bytes(draw(skip_system_fonts=True, **options))

    monkeypatch.setattr(resvg, "svg_to_bytes", without_fonts)
    with pytest.raises(ConfigError, match="no font"):
        PICTURE.render("png")
