"""How problems of files are shown: each with its place, all of them in one error."""

from stringee_async.provision.files.problems import Problem, error_of


def test_a_problem_names_its_place() -> None:
    whole = Problem(file="a.yaml", line=3, column=5, path="queues.list[0].name", text="is empty")
    assert str(whole) == "a.yaml:3:5: queues.list[0].name: is empty"
    assert str(Problem(file="a.toml", path="agents.from", text="is gone")) == "a.toml: agents.from: is gone"
    assert str(Problem(file="r.csv", line=7, text="user_id is empty")) == "r.csv:7: user_id is empty"
    assert str(Problem(file="r.csv", text="not UTF-8 text")) == "r.csv: not UTF-8 text"


def test_an_error_holds_all_problems_in_the_order_of_the_file_and_shows_the_first() -> None:
    found = [Problem(file="a.yaml", line=line, text="is odd") for line in range(30, 0, -1)]
    error = error_of(found)
    assert error.problems == tuple(f"a.yaml:{line}: is odd" for line in range(1, 31))
    assert error.paths == tuple(f"a.yaml:{line}" for line in range(1, 31))
    assert error.message.splitlines() == [
        "30 problems",
        *(f"  a.yaml:{line}: is odd" for line in range(1, 21)),
        "  and 10 more",
    ]
