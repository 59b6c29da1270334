"""The readers of each vendor's responses, and the form of its numbered pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs
import pytest

from stringee_async import Page, Response, SdkError
from stringee_async.itniotech import responses as itniotech
from stringee_async.itniotech.agent_models import AGENTS, CREATED, REMAINING
from stringee_async.itniotech.balance import LOADER as BALANCE
from stringee_async.ringme import responses as ringme
from stringee_async.ringme.agent_models import LOCAL_LOADER as LOADER
from stringee_async.ringme.refusals import not_removed, still_in_queue
from stringee_async.stringee import responses as stringee

from ..kit import answer
from ..stringee.reading import read_page

Reader = Callable[[Response], Any]


@attrs.frozen(kw_only=True)
class PageForm:
    """How a vendor writes a numbered page.

    Args:
        read: Reads a page; takes the response and the keywords `number`, `page_size` and `strict`.
        envelope: The fields around the page's block.
        names: The vendor's names of rows, pages, total, size, number and of the id of a row.
    """

    read: Callable[..., Page[Any]]
    envelope: Mapping[str, Any]
    names: Mapping[str, str]

    def page(self, data: Any, *, number: int = 1, size: int = 50, strict: bool = False) -> Page[Any]:
        """Read a page from its block."""
        return self.read(
            answer({**self.envelope, "data": data}), number=number, page_size=size, strict=strict
        )

    def block(self, *ids: Any, **stated: Any) -> dict[str, Any]:
        """Make a block with these rows; what is stated replaces the right values, None leaves a field out."""
        full = {"pages": 1, "total": len(ids), "size": 50, "number": 1, **stated}
        known = {self.names[name]: value for name, value in full.items() if value is not None}
        return {**known, self.names["rows"]: [{self.names["id"]: one} for one in ids]}


@attrs.frozen(kw_only=True)
class Readers:
    """The readers of a vendor.

    Args:
        vendor: Its name in messages.
        done: Reads a response that needs to hold nothing.
        full: Readers that need an object, an id or rows.
        deletes: Readers of a deletion's response, where they are others.
        any_json: Whether any JSON will do for `done`.
        form: How it writes numbered pages, if it does.
    """

    vendor: str
    done: Reader
    deletes: tuple[Reader, ...] = ()
    any_json: bool = False
    full: tuple[Reader, ...]
    form: PageForm | None = None

    @property
    def bare(self) -> tuple[Reader, ...]:
        """The readers that need nothing in particular."""
        return (self.done, *self.deletes)

    def refusal(self, body: Any, status: int, **headers: str) -> SdkError:
        """Read what is no success; return the error."""
        with pytest.raises(SdkError) as caught:
            self.done(answer(body, status, **headers))
        return caught.value


def _itniotech_page(response: Response, **options: Any) -> Page[Any]:
    return itniotech.read("agents.list", response, itniotech.data_page(AGENTS, **options))


READERS: dict[str, Readers] = {
    "stringee": Readers(
        vendor="Stringee",
        done=stringee.read_done,
        full=(stringee.read_object, lambda given: stringee.created(given, "agentID"), read_page),
        form=PageForm(
            read=read_page,
            envelope={"r": 0},
            names={
                "rows": "agents", "pages": "totalPages", "total": "totalAgents", "size": "limit",
                "number": "currentPage", "id": "id",
            },
        ),
    ),
    "ringme": Readers(
        vendor="RingMe",
        done=ringme.read_done,
        deletes=(
            ringme.read_deleted,
            partial(ringme.read_deleted, special=still_in_queue),
            partial(ringme.read_deleted, special=not_removed),
        ),
        any_json=True,
        full=(
            lambda given: ringme.read_model(given, LOADER),
            lambda given: ringme.read_list(given, LOADER, strict=False),
            lambda given: ringme.read_page(given, LOADER, number=1, strict=False),
        ),
    ),
    "itniotech": Readers(
        vendor="ITNIO TECH",
        done=lambda given: itniotech.read("agents.list", given, itniotech.nothing),
        full=(
            lambda given: itniotech.read("agents.list", given, itniotech.data_model(REMAINING)),
            lambda given: itniotech.read("agents.list", given, itniotech.top_model(BALANCE)),
            lambda given: itniotech.read("agents.list", given, itniotech.data_rows(CREATED)),
            lambda given: itniotech.read("agents.list", given, itniotech.data_key("keyId")),
            lambda given: itniotech.read("agents.list", given, itniotech.created_key("keyId")),
            lambda given: itniotech.read("agents.list", given, itniotech.data_secret("authentication")),
            lambda given: _itniotech_page(given, number=1, page_size=50, strict=False),
        ),
        form=PageForm(
            read=_itniotech_page,
            envelope={"status": "0", "reason": "success"},
            names={
                "rows": "records", "pages": "pages", "total": "total", "size": "size", "number": "current",
                "id": "keyId",
            },
        ),
    ),
}  # fmt: skip
FORMS: dict[str, PageForm] = {name: one.form for name, one in READERS.items() if one.form is not None}
