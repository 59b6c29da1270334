"""When a run of many calls is held, when it probes, when it goes on and when it ends: on bare facts, without tasks."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.core.errors import (
    CertificateError,
    ConfigError,
    DeadlineError,
    DecodeError,
    FailedAttempt,
    InvalidRequestError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerError,
)
from stringee_async.core.outage import IN_A_ROW, Outage, is_outage, may_be_put_back, sign_of

PAGE = DecodeError("not JSON", foreign=True)


class Run:
    """An outage with a clock that is set by hand, and requests that are numbered as a run numbers them."""

    def __init__(self, patience: float = 300.0, width: int = 8) -> None:
        self.now = 100.0
        self.changes: list[str] = []
        self.outage = Outage(
            patience=patience,
            width=width,
            now=lambda: self.now,
            changed=lambda: self.changes.append(self.outage.phase),
        )

    def send(self) -> int:
        self.outage.sent += 1
        return self.outage.sent

    def fail(
        self,
        error: Exception | None = None,
        *,
        order: int = 0,
        first: bool = True,
        final: bool = True,
        took: float = 0.0,
    ) -> None:
        self.outage.failed(error or NotSentError(), order or self.send(), took, first=first, final=final)

    def succeed(self, order: int = 0) -> None:
        order = order or self.send()
        self.outage.heard = max(self.outage.heard, order)
        if self.outage.held:
            self.outage.reached(order)


@pytest.mark.parametrize(
    ("error", "sign"),
    [
        (NotSentError(), "unreachable"),
        (OutcomeUnknownError(), "unreachable"),
        (ServerError("bad gateway", status=502), "unreachable"),
        (ServerError("unavailable", status=503), "unreachable"),
        (ServerError("timeout", status=504), "unreachable"),
        (DeadlineError("late", stage="exchange", outcome="unknown"), "unreachable"),
        (DeadlineError("late", stage="queue", history=(FailedAttempt("NotSentError", "not_sent", 1.0),)), "unreachable"),
        (PAGE, "page"),
        (NotFoundError("a page", foreign=True), "page"),
        (ServerError("broken", status=500), "reached"),
        (ServerError("the vendor's own code", code=-1), "reached"),
        (InvalidRequestError(), "reached"),
        (NotFoundError(), "reached"),
        (RateLimitedError(retry_after=1.0), "reached"),
        (RateLimitedError("a pause that is too long", outcome="not_sent"), None),
        (NotSentError("no slot", stage="queue"), None),
        (DeadlineError("late", stage="queue"), None),
        (DeadlineError("late", stage="connect"), "unreachable"),
        (DeadlineError("late", stage="look"), "unreachable"),
        (DeadlineError("late", stage="settle"), None),
        (DeadlineError("late", stage="waiting for another caller"), None),
        (CertificateError(), None),
        (DecodeError("of another shape", body=b'{"r": 0}'), None),
        (ConfigError("wrong"), None),
        (LookupError(), None),
    ],
    ids=repr,
)  # fmt: skip
def test_an_error_says_whether_the_vendor_can_be_reached(error: Exception, sign: str | None) -> None:
    """Only what the network, a gateway or a page in the vendor's place does is a sign of an outage."""
    assert sign_of(error) == sign
    assert is_outage(error) == (sign in {"unreachable", "page"})


def test_what_may_run_again_in_an_outage_is_what_is_safe_to_repeat() -> None:
    """Outages, refusals for rate and what never left may run again; a refusal, a wrong row or a bug may not."""
    again = [NotSentError(), NotSentError(stage="queue"), OutcomeUnknownError(), RateLimitedError(), PAGE]
    assert all(may_be_put_back(error) for error in again)
    assert not any(
        may_be_put_back(error) for error in (InvalidRequestError(), ConfigError("no"), LookupError())
    )


def test_five_calls_in_a_row_hold_a_run() -> None:
    """Four failures let a run flow, the fifth holds it; attempts that are repeated are no ended calls."""
    run = Run()
    for _ in range(IN_A_ROW - 1):
        run.fail(final=False)
        run.fail()
    assert run.outage.phase == "flowing"
    run.fail()
    assert (run.outage.phase, run.outage.held) == ("held", True)


@pytest.mark.parametrize("proof", ["success", "refusal", "item"])
def test_a_response_in_between_begins_a_new_row(proof: str) -> None:
    run = Run()
    for _ in range(IN_A_ROW - 1):
        run.fail()
    if proof == "success":
        run.succeed()
    elif proof == "refusal":
        run.fail(InvalidRequestError())
    else:
        run.outage.done = run.send()
    for _ in range(IN_A_ROW - 1):
        run.fail()
    assert run.outage.phase == "flowing"
    run.fail()
    assert run.outage.phase == "held"


def test_a_success_of_an_older_request_proves_nothing() -> None:
    """A response to a request that left before the failures does not break their row, nor end a hold."""
    run = Run()
    early, late = run.send(), run.send()
    for _ in range(IN_A_ROW - 1):
        run.fail()
    run.succeed(early)
    run.fail()
    assert run.outage.phase == "held"
    run.succeed(late)
    assert run.outage.phase == "held"
    run.succeed()
    assert run.outage.phase == "ramping"


def test_a_failure_of_an_older_request_is_no_new_outage() -> None:
    """What left before the latest success and fails only now belongs to the past."""
    run = Run()
    old = [run.send() for _ in range(2 * IN_A_ROW)]
    run.succeed()
    for order in old:
        run.fail(OutcomeUnknownError(), order=order)
    assert run.outage.phase == "flowing"


def test_failures_that_a_later_success_overtook_do_not_count() -> None:
    run = Run()
    for _ in range(3):
        run.fail()
    middle = run.send()
    run.fail()
    run.succeed(middle)
    for _ in range(3):
        run.fail()
    assert run.outage.phase == "flowing"
    run.fail()
    assert run.outage.phase == "held"


@pytest.mark.parametrize(("calls", "outage"), [(IN_A_ROW - 1, False), (IN_A_ROW, True)])
def test_an_outage_that_ends_before_a_hold_is_one_all_the_same(calls: int, outage: bool) -> None:
    """Five calls whose attempts failed with no success between: what ended meanwhile belongs to an outage."""
    run = Run()
    for _ in range(calls):
        run.fail(final=False)
        run.fail(first=False, final=False)
    run.fail(first=False)
    last = run.outage.sent
    run.succeed()
    run.outage.forget()
    assert run.outage.phase == "flowing"
    assert run.outage.resumed == (last + 1 if outage else 0)


def test_probes_back_off_up_to_half_a_minute() -> None:
    run = Run()
    for _ in range(IN_A_ROW):
        run.fail()
    waits = []
    for _ in range(9):
        waits.append(run.outage.probe_at - run.now)
        run.now = run.outage.probe_at
        run.outage.probed()
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_run_ramps_up_after_a_hold() -> None:
    run = Run(width=4)
    for _ in range(IN_A_ROW):
        run.fail()
    run.succeed()
    allowed = []
    for _ in range(4):
        allowed.append((run.outage.phase, run.outage.allowed))
        run.outage.ended()
    assert allowed == [("ramping", 1), ("ramping", 2), ("ramping", 3), ("flowing", 4)]
    assert not run.outage.held
    assert run.changes.count("held") == 1


def test_an_outage_in_a_ramp_holds_the_run_again() -> None:
    run = Run()
    for _ in range(IN_A_ROW):
        run.fail()
    for _ in range(6):
        run.outage.probed()
    run.succeed()
    for _ in range(IN_A_ROW):
        run.fail()
    assert (run.outage.phase, run.outage.probe_at - run.now) == ("held", 0.5)


def test_patience_counts_from_the_first_failure() -> None:
    run = Run(patience=10.0)
    assert run.outage.deadline == float("inf")
    assert not run.outage.expired()
    run.now = 1000.0
    run.fail(took=2.0)
    assert run.outage.deadline == 1008.0
    for _ in range(IN_A_ROW - 1):
        run.fail()
    run.now = 1007.9
    assert not run.outage.expired()
    run.now = 1008.0
    assert run.outage.expired()


def test_patience_ends_a_run_whose_calls_never_end() -> None:
    run = Run(patience=10.0)
    for _ in range(IN_A_ROW - 1):
        run.fail(final=False)
    run.now += 11.0
    assert not run.outage.expired()
    run.fail(final=False)
    assert run.outage.expired()
    run.succeed()
    assert not run.outage.expired()


def test_without_patience_nothing_is_held() -> None:
    run = Run(patience=0.0)
    for _ in range(50):
        run.fail()
    assert (run.outage.phase, run.changes, run.outage.expired()) == ("flowing", [], False)


def test_pages_from_the_start_are_a_wrong_address() -> None:
    """Five pages of somebody else before any success end the run at once; four and another failure do not."""
    run = Run()
    for _ in range(IN_A_ROW - 1):
        run.fail(PAGE)
    run.fail()
    assert run.outage.phase == "flowing"
    for _ in range(IN_A_ROW):
        run.fail(PAGE)
    assert (run.outage.phase, run.outage.misled, run.outage.last) == ("over", True, PAGE)
    run.fail()
    assert run.outage.last is PAGE


@pytest.mark.parametrize("first", ["request", "item"])
def test_pages_after_a_success_are_an_outage(first: str) -> None:
    """Once something has succeeded the address is right, and five pages hold the run."""
    run = Run()
    if first == "request":
        run.succeed()
    else:
        run.outage.done = run.send()
    for _ in range(IN_A_ROW):
        run.fail(PAGE)
    assert run.outage.phase == "held"


def test_what_says_nothing_changes_nothing() -> None:
    """Errors of our own neither lengthen a row nor break it."""
    run = Run()
    for _ in range(IN_A_ROW - 1):
        run.fail()
        run.fail(ConfigError("a wrong row"))
    assert run.outage.phase == "flowing"
    run.fail()
    assert run.outage.phase == "held"
    waiting: Any = run.outage.deadline
    run.fail(took=50.0)
    assert run.outage.deadline == waiting
