"""What a run did, in one screen: nothing that is not done is missing, and each has a next step."""

from stringee_async.core.errors import AuthError, InvalidRequestError, OutcomeUnknownError, SdkError
from stringee_async.provision.report import Report
from stringee_async.provision.runner import UnitOutcome, UnitState
from stringee_async.provision.showing.render_report import next_step
from stringee_async.provision.unit import Unit


def outcome(name: str, state: UnitState, error: Exception | None = None, because: str = "") -> UnitOutcome:
    unit = Unit(kind="agent", action="create", key=(name,))
    return UnitOutcome(unit=unit, state=state, error=error, because=because)


WRONG = InvalidRequestError("no such routing", operation="agents.create", status=200, code=12)


def report(*problems: UnitOutcome, **others: object) -> Report:
    facts: dict[str, object] = {"total": 3012, "left": 0, "calls": 3400, "digest": "7f3a91c2ff", **others}
    return Report(run="r1", vendor="stringee", account="project 246", problems=problems, **facts)  # type: ignore[arg-type]


def test_a_run_without_trouble_takes_four_lines() -> None:
    done = report(
        counts={"create agent": 3000, "remove link": 12, "change route": 1}, seconds=372.0, total=3013
    )
    assert done.render().splitlines() == [
        "Run r1 of plan 7f3a91c2 for stringee project 246: 3,013 of 3,013 done in 6 min 12 s",
        "Done: 3,000 agents created, 12 links taken away, 1 route changed",
        "Read again afterwards: nothing is left to do",
        "3,400 calls. Exit code 0",
    ]


def test_each_unit_that_is_not_done_comes_with_its_reason_and_the_next_step() -> None:
    lines = (
        report(
            outcome("u.chi", "failed", WRONG),
            outcome("u.an", "unknown", OutcomeUnknownError("connection reset")),
            outcome("u.binh", "not_tried", because="create group Sales failed"),
        )
        .render()
        .splitlines()
    )
    assert "3,009 of 3,012 done" in lines[0]
    assert lines[1:7] == [
        " ! failed     create agent u.chi: agents.create: no such routing [HTTP 200, code 12]",
        "     next: mend it in the file, then plan again",
        " ! unknown    create agent u.an: connection reset",
        "     next: run the same command again: it looks first, so that nothing is made twice",
        " ! not tried  create agent u.binh: create group Sales failed",
        "     next: it comes with the next run",
    ]


def test_many_units_of_one_reason_share_lines_and_verbose_shows_each() -> None:
    """The texts of errors name the object, and so differ; class, status and code are what they have in common."""
    many = [
        outcome(f"u.{index:03}", "failed", InvalidRequestError(f"row {index}", status=200, code=12))
        for index in range(600)
    ]
    other = outcome("u.x", "failed", InvalidRequestError("no name", status=200, code=13))
    short = report(*many, other).render()
    assert " ! failed     600 units, the first one: row 0 [HTTP 200, code 12]" in short.splitlines()
    assert "create agent u.007 and 592 more; --all shows all" in short
    assert "create agent u.x: no name" in short
    assert len(short.splitlines()) < 12
    assert report(*many, other).render(verbose=True).count(" ! failed") == 601


def test_the_reasons_themselves_are_folded_and_counted() -> None:
    many = [outcome(f"u.{code}", "failed", InvalidRequestError("no", code=code)) for code in range(40)]
    assert " ! 30 more for 30 further reasons" in report(*many).render()


def test_what_a_person_must_know_afterwards_is_there() -> None:
    text = report(
        adopted=("create agent u.a",),
        duplicates=("agent u.y: AG_1 and AG_2",),
        left=None,
        stopped="an outage lasted 300 s",
        refused=3,
        waited=12.0,
        exit_code=6,
        dropped=2,
    ).render()
    for part in ("u.a", "AG_1 and AG_2", "could not be read", "outage lasted 300 s", "2 done already"):
        assert part in text
    assert "3 refused for the quota, 12 s waited for it. Exit code 6" in text
    assert "4 units left to do" in report(left=4).render()


def test_the_next_step_of_the_error_itself_goes_before_ours() -> None:
    assert next_step(outcome("u", "failed", SdkError("no", next_step="ask the vendor"))) == "ask the vendor"
    assert next_step(outcome("u", "failed", AuthError("no"))).startswith("check the credentials")
    assert "fault of this package" in next_step(outcome("u", "failed", KeyError("x")))


def test_no_number_and_no_control_character_is_shown() -> None:
    error = KeyError("84912345678\x1b[31m\nforged")
    text = report(
        outcome("a\x1b[2J\nb", "failed", error),
        outcome("c", "not_tried", because="84912345678\x1b"),
        duplicates=("x\x1b\ny",),
        stopped="84912345678",
    ).render()
    assert "84912345678" not in text
    assert all(line.isprintable() for line in text.splitlines())
    assert len(text.splitlines()) == 10
