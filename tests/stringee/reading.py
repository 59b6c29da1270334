"""Reads pages both ways, in one go and patiently, and holds the two against each other.

One job: every test that reads a page proves on the side that the fast way says exactly what the patient way says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stringee_async.core.errors import SdkError
from stringee_async.core.messages import Response
from stringee_async.core.paging import Page
from stringee_async.stringee import pages
from stringee_async.stringee.agents import LOADER, PAGES, Agent


def read_page(
    response: Response, *, number: int = 1, page_size: int = 50, strict: bool = False
) -> Page[Agent]:
    """Read a page of agents; fails if the two ways differ."""
    options: dict[str, Any] = {"number": number, "page_size": page_size, "strict": strict}
    patient = _either(lambda: pages.read_page(response, LOADER, "agents", **options))
    quick = _either(lambda: PAGES.read(response, **options))
    if isinstance(patient, SdkError) or isinstance(quick, SdkError):
        assert _told(quick) == _told(patient)
        raise quick if isinstance(quick, SdkError) else AssertionError
    assert quick == patient
    for one, other in zip(quick.items, patient.items, strict=True):
        assert (one.extra, one.malformed) == (other.extra, other.malformed)
    return quick


def _either(read: Callable[[], Page[Agent]]) -> Page[Agent] | SdkError:
    try:
        return read()
    except SdkError as error:
        return error


def _told(result: Page[Agent] | SdkError) -> tuple[Any, ...]:
    return (type(result), getattr(result, "args", None), getattr(result, "paths", None))
