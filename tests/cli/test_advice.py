"""What the user is told to do next, in the words of each vendor."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    AmbiguousError,
    ClosedError,
    ConfigError,
    ConflictError,
    DecodeError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.cli.error_hints import hint
from stringee_async.cli.vendor import Vendor

STRINGEE, RINGME, ITNIOTECH = Vendor


@pytest.mark.parametrize(
    ("vendor", "kind", "details", "expected"),
    [
        (STRINGEE, PermissionDeniedError, {}, "Use a key of the project"),
        (RINGME, PermissionDeniedError, {}, "Ask the exchange's administrator"),
        (ITNIOTECH, PermissionDeniedError, {}, "Look at `balance`"),
        (RINGME, ConflictError, {"operation": "agents.local.delete"}, "leave out --keep-in-queues"),
        (RINGME, ConflictError, {"operation": "extensions.update"}, "Delete it and create it again"),
        (RINGME, ConflictError, {"operation": "extensions.create"}, "Undo what the message names"),
        (ITNIOTECH, ConflictError, {"operation": "agents.delete"}, "Undo what the message names"),
        (RINGME, RateLimitedError, {"retry_after": 2000.5}, "hourly quota, which all applications"),
        (RINGME, RateLimitedError, {"retry_after": 2000.5}, "Wait 34 minutes, then"),
        (RINGME, RateLimitedError, {"retry_after": 20.2}, "Wait 21 s, then"),
        (STRINGEE, RateLimitedError, {"retry_after": 600}, "Wait 10 minutes, then"),
        (ITNIOTECH, RateLimitedError, {}, "Wait a minute, then"),
        (
            STRINGEE,
            AlreadyExistsError,
            {"operation": "agents.create", "existing_id": "A1"},
            "Its id is A1. Use",
        ),
        (RINGME, AlreadyExistsError, {"operation": "queue_agents.local.add"}, "create with --ensure"),
        (ITNIOTECH, AlreadyExistsError, {"operation": "agents.update"}, "Choose another name or number"),
        (
            ITNIOTECH,
            AlreadyExistsError,
            {"operation": "team_leaders.create"},
            "Choose another name or number",
        ),
        (RINGME, NotFoundError, {"operation": "current_calls.drop"}, "--missing-ok"),
        (
            ITNIOTECH,
            NotFoundError,
            {"operation": "agents.update"},
            "Look for the id with `stringee-async agents list --vendor itniotech`.",
        ),
        (STRINGEE, NotSentError, {"operation": "users.list"}, "and STRINGEE_API_URL"),
        (STRINGEE, NotSentError, {"operation": "agents.list"}, "and STRINGEE_ICC_URL"),
        (RINGME, NotSentError, {"operation": "user.get"}, "and RINGME_URL"),
        (ITNIOTECH, DecodeError, {"operation": "balance.get"}, "Check that ITNIOTECH_URL points"),
        (ITNIOTECH, DecodeError, {"operation": "agent_groups.create"}, "or create with --ensure"),
        (RINGME, ServerError, {"operation": "agents.local.create"}, "or create with --ensure"),
        (STRINGEE, ServerError, {"operation": "agents.list"}, "The service has a problem"),
        (STRINGEE, OutcomeUnknownError, {"operation": "users.send_message"}, "before you repeat it."),
        (STRINGEE, AmbiguousError, {}, "keep one"),
    ],
)
def test_each_error_has_advice_that_names_what_this_vendors_user_can_do(
    vendor: Vendor, kind: type[SdkError], details: dict[str, Any], expected: str
) -> None:
    text = hint(kind("it failed", **details), vendor)
    assert text is not None
    assert expected in text
    for other in Vendor:
        assert other is vendor or f"{other.name}_" not in text


def test_no_advice() -> None:
    """Where the error says it all, nothing is added; missing variables lead to the profile and the emulator."""
    assert hint(ConfigError("page_size must be a whole number"), RINGME) is None
    assert hint(ClosedError(), STRINGEE) is None
    assert "--profile" in (hint(ConfigError("RINGME_URL is not set in the environment"), RINGME) or "")
