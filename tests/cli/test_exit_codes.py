"""The exit codes of the commands: 4 some rows failed, 5 refused by the vendor, 6 vendor unreachable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stringee_async.cli.exit_codes import ERROR, REFUSED, SOME_FAILED, UNREACHABLE, code_of, code_of_rows
from stringee_async.core.errors import (
    ApiError,
    AuthError,
    ConfigError,
    DeadlineError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    SdkError,
    ServerError,
)
from stringee_async.emulator import Fault

from .conftest import Shell

NOWHERE = "http://127.0.0.1:9"
EVENTS = ("extension-events", "ensure-all", "--url", "https://e.example/a", "--event-type", "hangup")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("no"), ERROR),
        (SdkError("no"), ERROR),
        (NotFoundError("no"), REFUSED),
        (AuthError("no"), REFUSED),
        (ServerError("no"), UNREACHABLE),
        (NotSentError("no"), UNREACHABLE),
        (OutcomeUnknownError("no"), UNREACHABLE),
        (DeadlineError("no"), UNREACHABLE),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, SdkError) else "",
)
def test_an_error_has_the_code_of_its_kind(error: SdkError, code: int) -> None:
    assert code_of(error) == code


def test_of_failed_rows_the_worst_code_counts() -> None:
    away, rejected, refused, lost = NotSentError("a"), AuthError("b"), ApiError("c"), OutcomeUnknownError("d")
    assert code_of_rows([refused, lost, None]) == SOME_FAILED
    assert code_of_rows([refused, rejected]) == REFUSED
    assert code_of_rows([refused, rejected, away]) == UNREACHABLE


def calls_of(vendor: str, folder: Path) -> list[tuple[str, ...]]:
    """Return commands that ask a vendor."""
    lists = [
        ("calls", "list"),
        ("calls", "export", "--since", "1d", "--to", str(folder / f"{vendor}.csv")),
        ("calls", "save-recordings", "--since", "1d", "--to", str(folder / vendor)),
    ]
    others = {
        "stringee": [("ivr", "show"), ("sms", "send", "Hi", "--from", "Shop", "--to", "84901234567")],
        "ringme": [EVENTS],
        "itniotech": [("sms", "send", "Hi", "--app-id", "a", "--to", "84901234567")],
    }
    return [*lists, *others[vendor]]


VENDORS = {
    "stringee": ("STRINGEE_KEY_SECRET", ("STRINGEE_ICC_URL", "STRINGEE_API_URL")),
    "ringme": ("RINGME_CLIENT_SECRET", ("RINGME_URL",)),
    "itniotech": ("ITNIOTECH_API_SECRET", ("ITNIOTECH_URL",)),
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_rejected_credentials_end_with_5(shell: Shell, tmp_path: Path, vendor: str) -> None:
    for words in calls_of(vendor, tmp_path):
        shell.of(vendor)(*words, code=REFUSED, **{VENDORS[vendor][0]: "wrong" * 10})


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_that_cannot_be_reached_ends_with_6(shell: Shell, tmp_path: Path, vendor: str) -> None:
    for words in calls_of(vendor, tmp_path):
        shell.of(vendor)(*words, code=UNREACHABLE, **dict.fromkeys(VENDORS[vendor][1], NOWHERE))


def test_numbers_that_cannot_be_uploaded_end_with_the_same_codes(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "numbers.txt"
    words = ("tasks", "submit", str(file), "--group", "1")
    itnio = shell.of("itniotech")
    shown = itnio(*words, code=64).stderr  # the file is missing; a long path is broken over lines
    assert "numbers.txt" in re.sub(r"[\s│]", "", shown)
    file.write_text("6590001001\n", encoding="utf-8")
    itnio(*words, code=REFUSED, ITNIOTECH_API_SECRET="wrong" * 10)
    itnio(*words, code=UNREACHABLE, ITNIOTECH_URL=NOWHERE)


def test_a_lost_create_is_unknown_and_never_looks_like_an_outage(shell: Shell) -> None:
    shell.emulator.faults.script("sms.send", Fault.lost_answer())
    told = shell("sms", "send", "Hi", "--from", "Shop", "--to", "84901234567", code=SOME_FAILED).stderr
    assert "may have been done" in told
