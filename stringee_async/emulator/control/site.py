"""The files of the page."""

import functools
from importlib import resources

from aiohttp import web

from .replies import RefusedError, raw

_PACKAGE = __name__.rsplit(".", 2)[0]
_FILES = {
    "": ("page.html", "text/html; charset=utf-8"),
    "page.css": ("page.css", "text/css; charset=utf-8"),
    "page.js": ("page.js", "text/javascript; charset=utf-8"),
}


@functools.cache
def _content(name: str) -> bytes:
    return resources.files(_PACKAGE).joinpath("page", name).read_bytes()


def file(path: str) -> web.Response:
    """Respond with a file of the page, by its path below ``/_emulator/``."""
    if path not in _FILES:
        raise RefusedError("there is no such page; the API is below /_emulator/api/", 404)
    name, kind = _FILES[path]
    return raw(_content(name), kind)
