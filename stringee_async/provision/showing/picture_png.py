"""A picture as PNG, drawn from its SVG. The only file that uses resvg (extra `graph`), and only once it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from ...core.errors import ConfigError
from .picture_data import PictureData
from .picture_svg import FONTS, svg_of

ZOOM: Final = 2.0
"""Pixels of the PNG for one of the SVG, so that it is sharp on dense screens and in print."""
LARGEST: Final = 12_000
"""Pixels of the longer side at most: some 200 MB while it is drawn."""


def png_of(picture: PictureData) -> bytes:
    """Return a picture as PNG.

    Raises:
        ConfigError: Extra `graph` is not installed, or the machine has no font to write with.
    """
    draw = _renderer()
    svg = svg_of(picture)
    head = svg[: svg.index(">")].split('"')
    longer = max(float(head[3]), float(head[5]))
    _expect_fonts(draw)
    return bytes(draw(svg_string=svg, zoom=min(ZOOM, LARGEST / longer)))


def _renderer() -> Any:
    try:
        resvg: Any = import_module("resvg_py")
    except ImportError:
        raise ConfigError(
            'PNG needs the library resvg: pip install "stringee-async[graph]"; svg and mermaid need nothing'
        ) from None
    return resvg.svg_to_bytes


def _expect_fonts(draw: Any) -> None:
    """Raise where texts would be left out without a word, as in containers without fonts."""
    sheet = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" font-family="{FONTS}">{{}}</svg>'
    written, blank = (draw(svg_string=sheet.format(text)) for text in ('<text y="15">Aa</text>', ""))
    if bytes(written) == bytes(blank):
        raise ConfigError("this machine has no font to write the names with; install one, or use svg instead")
