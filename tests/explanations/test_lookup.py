"""Words that people type, and what they find."""

from __future__ import annotations

import pytest

from stringee_async import AuthError, ConfigError, ConflictError, InvalidRequestError, NotFoundError, SdkError
from stringee_async.explanations import explain_words, find

FOUND = {
    "AuthError": ["AuthError"],
    "autherror": ["AuthError"],
    "error LimitReachedError": ["LimitReachedError"],
    "stringee calls.make 8": ["stringee calls.make 8"],
    "Stringee Calls.Make 8": ["stringee calls.make 8"],
    "stringee 8": ["stringee calls.make 8"],
    "stringee calls.stop 2": ["stringee calls.stop 2"],
    "stringee agents.create 2": ["stringee 2"],
    "stringee 45": ["stringee calls.make 45", "stringee 45"],
    "ringme client_not_found": ["ringme client_not_found"],
    "ringme queues.update access_denied": ["ringme access_denied"],
    "RINGME RATE_LIMIT_EXCEEDED": ["ringme rate_limit_exceeded"],
    "itniotech calls.make -68": ["itniotech calls.make -68"],
    "itniotech agents.delete -68": ["itniotech -68"],
    "itniotech -68": ["itniotech calls.make -68", "itniotech phone_calls.start -68", "itniotech -68"],
    "itniotech sms.send -27": ["itniotech sms -27"],
    "itniotech sms -27": ["itniotech sms -27"],
    "itniotech phones.list -25": ["itniotech voice -25"],
    "itniotech /email/sendEmail -6": ["itniotech email -6"],
    "itniotech /voice/sipAdd -20": ["itniotech phones.create_many -20"],
    "itniotech email -10": None,
    "stringee 429": ["http 429"],
    "http 503": ["http 503"],
    "429": ["http 429"],
    "exit 64": ["exit 64"],
    "EXIT 6": ["exit 6"],
    "64": ["exit 64"],
    "-10": ["itniotech -10"],
    "user_blocked": ["ringme user_blocked"],
    "lost_answer": ["fault lost_answer"],
    "fault Lost_Answer": ["fault lost_answer"],
    "exit": [f"exit {code}" for code in (0, 1, 2, 3, 4, 5, 6, 64, 130)],
}


@pytest.mark.parametrize("words", FOUND)
def test_what_words_find(words: str) -> None:
    expected = FOUND[words]
    if expected is None:  # e-mail has codes of its own: another product's do not count there
        with pytest.raises(ConfigError, match="nothing is known as"):
            find(words)
    else:
        assert [" ".join(page.words) for page in find(words)] == expected
        assert find(words.split()) == find(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("AuthErro", "did you mean AuthError"),
        ("rigme client_not_found", "did you mean ringme"),
        ("ringme client_not_fund", "did you mean client_not_found?"),
        ("stringee calls.mak 8", "stringee has no operation calls.mak; did you mean calls.make"),
        ("stringee calls.make 80", "nothing is known as 80; there are 1, 2, 3, 4"),
        ("calls.make 8", "say whose operation calls.make is, such as: stringee calls.make 8"),
        ("exit 65", "nothing is known as 65; there are 0, 1, 2"),
        ("nothing_of_the_kind", "there are stringee, ringme, itniotech, error, exit, http, fault, SdkError"),
        ("a b c d", "such as: exit 64"),
        ("", "give an error class"),
    ],
)
def test_words_that_find_nothing_name_what_is_near(words: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find(words)
    assert expected in str(caught.value)
    assert len(str(caught.value)) < 250  # never a list of everything


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AuthError("no"), "AuthError"),
        (ConflictError("no", vendor="stringee", operation="calls.make", code=8), "stringee calls.make 8"),
        (ConflictError("no", vendor="stringee", operation="agents.create", code=8), "ConflictError"),
        (ConflictError("no", vendor="itniotech", operation="agents.delete", code=-68), "itniotech -68"),
        (NotFoundError("no", vendor="ringme", code="client_not_found"), "ringme client_not_found"),
        (InvalidRequestError("no", vendor="ringme", code="client_not_found"), "InvalidRequestError"),
        (
            InvalidRequestError("no", vendor="itniotech", operation="sms.send", code=-999),
            "InvalidRequestError",
        ),
        (ConfigError("no"), "ConfigError"),
    ],
)
def test_an_error_knows_the_words_of_its_explanation(error: SdkError, words: str) -> None:
    """The vendor's code only where the table made this error: the same number may mean something else elsewhere."""
    assert explain_words(error) == tuple(words.split())
    assert find(explain_words(error))
