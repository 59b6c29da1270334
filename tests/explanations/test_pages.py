"""Every error and code has an explanation, and it says what the raised error says."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import SdkError
from stringee_async.core.error_context import describe
from stringee_async.core.error_remedies import REMEDIES
from stringee_async.core.operation import Operation
from stringee_async.explanations import Explanation, find, pages
from stringee_async.explanations.vendor_codes import code_pages, tables
from stringee_async.itniotech.responses import nothing
from stringee_async.itniotech.responses import read as itniotech_read
from stringee_async.ringme.refusals import check as ringme_check
from stringee_async.stringee.call_codes import PLACED, STOPPED
from stringee_async.stringee.refusals import CODES as STRINGEE_CODES
from stringee_async.stringee.refusals import refusal

from ..kit import answer
from ..kit.operations import operations

OPERATIONS = operations()
PAGES = list(pages())
VENDORS = ("stringee", "ringme", "itniotech")
CODES = [page for vendor in VENDORS for page in code_pages(vendor)]


def test_each_page_is_found_by_its_own_words() -> None:
    """A code without an operation may mean other things for single operations, so these are found too."""
    assert len({page.words for page in PAGES}) == len(PAGES)
    for page in PAGES:
        found = find(page.words)
        assert page in found, page.command
        assert len(found) == 1 or (page.kind == "code" and page.operation is None), page.command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.command.removeprefix("stringee-async explain "))
def test_each_text_is_whole_and_ends_with_a_remedy(page: Explanation) -> None:
    for text in (page.meaning, page.cause, page.remedy, page.retried, page.outcome):
        assert text.endswith((".", "?"))
    assert len(page.remedy) > 10
    assert page.title


def test_every_error_class_and_every_code_has_a_page() -> None:
    assert {page.code for page in PAGES if page.kind == "error"} == {kind.__name__ for kind in REMEDIES}
    there = {(page.vendor, page.operation, page.code) for page in PAGES if page.kind == "code"}
    for vendor in VENDORS:
        for scope, table in tables(vendor):
            assert {(vendor, scope, code) for code in table} <= there


STRINGEE = {"calls.make": PLACED, "calls.stop": STOPPED, None: STRINGEE_CODES}


def raised(page: Explanation) -> SdkError:
    """Return the error that a client raises for a code, where the vendor gives no reason."""
    operation = OPERATIONS.get(f"{page.vendor}:{page.operation}") or Operation(
        f"{page.operation or 'agents'}.get", "GET", "/one", next(iter(OPERATIONS.values())).retry_class
    )
    body: Any = {"status": page.code, "reason": "", "message": ""}
    if page.vendor == "stringee":
        table = STRINGEE[page.operation]
        error: SdkError = refusal(answer({"r": int(page.code)}, 200), int(page.code), table)
    else:
        name = {"email": "/email/x", "ai_voice": "/aivoice/x"}.get(page.operation or "", operation.name)
        with pytest.raises(SdkError) as caught:
            if page.vendor == "ringme":
                ringme_check(answer(body, 429 if page.error == "RateLimitedError" else 403))
            else:
                itniotech_read(name, answer(body), nothing)
        error = caught.value
    describe(error, operation.request("https://host.example", body=None))
    return error


@pytest.mark.parametrize("page", CODES, ids=lambda page: "-".join(page.words))
def test_the_raised_error_and_its_explanation_say_the_same(page: Explanation) -> None:
    """One source: title, class and remedy of a page are those of the error that its code makes."""
    error = raised(page)
    text = str(error).lower()
    assert type(error).__name__ == page.error
    assert page.title.lower() in text
    if error.next_step is not None and type(error).__name__ not in {
        "ServerError",
        "AlreadyExistsError",
        "NotFoundError",
    }:
        assert page.remedy.rstrip(".").lower() in text
