"""A roster as people have it: the agents that are read, and everything that is wrong in one go."""

from __future__ import annotations

from codecs import BOM_UTF16_BE
from pathlib import Path

import pytest

from stringee_async import ConfigError, SpecError
from stringee_async.provision.files.load import load
from stringee_async.provision.files.problems import Problem
from stringee_async.provision.files.roster_table import read_roster_table
from stringee_async.provision.spec import AgentSpec

ROSTER = """\
user_id,name,phone,routing,groups
an.nguyenvan,Nguyễn Văn An,84951234567,app,Sales|Support
binh.tran,Trần Bình,84951234568,phone,Sales
chi.le,Lê Chi,,,
"""


def read(given: str | bytes, phone_country: str | None = None) -> tuple[list[AgentSpec], list[Problem]]:
    problems: list[Problem] = []
    data = given if isinstance(given, bytes) else given.encode()
    agents = read_roster_table(data, source="people.csv", phone_country=phone_country, problems=problems)
    return agents, problems


def good(given: str | bytes, phone_country: str | None = None) -> list[AgentSpec]:
    agents, problems = read(given, phone_country)
    assert problems == []
    return agents


def wrong(given: str | bytes) -> list[str]:
    return [str(problem) for problem in read(given)[1]]


def test_agents_stand_as_the_file_states_them() -> None:
    """An empty cell states nothing, but an empty cell of groups that the agent is in none."""
    assert good(ROSTER) == [
        AgentSpec(
            user_id="an.nguyenvan",
            name="Nguyễn Văn An",
            phone="84951234567",
            routing="app",
            groups=("Sales", "Support"),
            file="people.csv",
            line=2,
        ),
        AgentSpec(
            user_id="binh.tran",
            name="Trần Bình",
            phone="84951234568",
            routing="phone",
            groups=("Sales",),
            file="people.csv",
            line=3,
        ),
        AgentSpec(user_id="chi.le", name="Lê Chi", groups=(), file="people.csv", line=4),
    ]


def test_a_column_that_is_not_there_states_nothing() -> None:
    assert good("login\nan\n") == [AgentSpec(user_id="an", file="people.csv", line=2)]


def test_columns_that_few_rosters_have() -> None:
    text = "user_id,was,id,Máy lẻ,x-ringme:role,x-stringee:device,x-stringee:Mode,#,x-own\nb,a,7,0012,admin,,1,=A1,#N/A\n"
    (agent,) = good(text)
    assert (agent.was, agent.id, agent.extension) == ("a", "7", "0012")
    assert agent.x == {"ringme": {"role": "admin"}, "stringee": {"Mode": "1"}}


FORMS: dict[str, bytes] = {
    "mark": ROSTER.encode("utf-8-sig"),
    "semicolons": ROSTER.replace(",", ";").encode(),
    "tabs": ROSTER.replace(",", "\t").encode(),
    "semicolons between groups": ROSTER.replace("|", "; ").encode(),
    "windows lines": ROSTER.replace("\n", "\r\n").encode(),
    "lines of old computers": ROSTER.replace("\n", "\r").encode(),
    "no line break at the end": ROSTER.rstrip("\n").encode(),
    "headers": ROSTER.replace(
        "user_id,name,phone,routing,groups", "Mã NV, Họ tên ,SĐT,ROUTING,Nhóm"
    ).encode(),
    "phone form": ROSTER.replace("84951234567", '"+84 951.234-567"').encode(),
    "routing in capitals": ROSTER.replace(",phone,S", ",Phone,S").encode(),
    "empty rows at the end": (ROSTER + "\n,,,,\n , ,,,,,\n").encode(),
    "cells without a column": ROSTER.replace("\n", ",,\n").encode(),
    "utf-16": ROSTER.encode("utf-16"),
    "utf-16 big endian": BOM_UTF16_BE + ROSTER.encode("utf-16-be"),
    "invisible characters": ROSTER.replace("84951234567", "\u202a+84951234567\u202c")
    .replace("Sales", "\u200bSales\ufeff")
    .encode(),
    "decomposed": ROSTER.replace("ễ", "e\u0302\u0303").encode(),
    "00 for plus": ROSTER.replace("84951234567", "0084951234567").encode(),
    "apostrophes": ROSTER.replace("84951234567", "'+84951234567").encode(),
    "all in quotes": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in ROSTER.splitlines()
    ).encode(),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_what_spreadsheets_do_to_a_csv_file_changes_nothing(data: bytes) -> None:
    assert good(data) == good(ROSTER)


def test_lines_are_those_of_the_file() -> None:
    agents = good('sep=;\n\nuser_id;#note\nan;"two\nlines"\n\nbinh;\n')
    assert [(agent.user_id, agent.line) for agent in agents] == [("an", 4), ("binh", 7)]


def test_national_numbers_are_those_of_the_country() -> None:
    text = ROSTER.replace("8495123456", "0951 23456")
    assert [agent.phone for agent in good(text, "VN")] == [agent.phone for agent in good(ROSTER)]
    assert len(wrong(text)) == 2
    with pytest.raises(ConfigError, match="phone_country"):
        read(ROSTER, "Vietnam")


def test_every_problem_in_one_go() -> None:
    """Each bad row is named with its line and column, and none of them becomes an agent."""
    text = (
        "user_id,name,phone,routing,groups,nmae\n"
        "a,A,12,app,X|X,\n"
        ',B,"84\n951112223",fon,,\n'
        "a,C,8.49E+10,phone,,\n"
        "A,Tr?n,,app,,\n"
        "d,D,,phone,X,\n"
        "e,E,,,,,extra\n"
        'f,"F" x,,,,\n'
        "g,G\n"
        "1E+05,=A1,0951234567,0951234567,-,\n"
        "h,H,,,,\n"
    )
    agents, problems = read(text)
    assert [agent.user_id for agent in agents] == ["h"]
    found = [f"{problem.line}:{problem.column} {problem.path} {problem.text}" for problem in problems]
    for line, expected in zip(
        found,
        (
            "1:6 nmae unknown column; did you mean name, which is there already?",
            "2:3 phone '12' must be 3 to 20 digits",
            "2:5 groups names 'X' twice",
            "3:1 user_id is empty",
            "3:3 phone holds a line break",
            "3:4 routing must be app or phone, got 'fon'",
            "5:3 phone '8.49E+10' was rounded by a spreadsheet",
            "5:1 user_id 'a' stands in line 2 already",
            "6:2 name holds a question mark in place of a letter",
            "6:1 user_id 'A' and 'a' in line 2 differ by case",
            "7:3 phone is empty, but routing is phone",
            "8:0  7 cells, but there are 6 columns",
            "9:0  not CSV",
            "10:0  only 2 cells, but there are 6 columns; is the file cut off here?",
            "11:1 user_id '1E+05' was changed by a spreadsheet",
            "11:2 name begins with =",
            "11:3 phone '09...67' begins with 0",
            "11:4 routing must be app or phone, got '09...67'",
            "11:5 groups is a dash",
        ),
        strict=True,
    ):
        assert line.startswith(expected), line
    assert "0951234567" not in str(problems)
    assert str(problems[2]) == "people.csv:2:5: groups: names 'X' twice"


def test_a_roster_of_thousands_with_one_bad_row_in_a_hundred_names_them_all(tmp_path: Path) -> None:
    """One row in a hundred is bad: all are reported at once, and none of the file is taken."""
    rows = [f"user.{number},Người {number},849{number:08},app,Nhóm {number % 40}" for number in range(3_000)]
    bad = range(50, 3_000, 100)
    for number in bad:
        rows[number] = rows[number].replace(",849", ",8.49E+")
    (tmp_path / "people.csv").write_text(
        "user_id,name,phone,routing,groups\n" + "\n".join(rows), encoding="utf-8"
    )
    (tmp_path / "centre.json").write_text(
        '{"version": 1, "agents": {"from": "people.csv"}}', encoding="utf-8"
    )
    with pytest.raises(SpecError) as caught:
        load(tmp_path / "centre.json")
    places = tuple(f"{tmp_path / 'people.csv'}:{number + 2}:3" for number in bad)
    assert caught.value.paths == places
    for place, problem in zip(places, caught.value.problems, strict=True):
        assert problem.startswith(f"{place}: phone: ")


def test_equal_cells_of_groups_share_one_value() -> None:
    """A hundred thousand agents in forty groups hold forty tuples; and agents have no dictionary each."""
    first, second = good("user_id,groups\na,X|Y\nb,X|Y\n")
    assert first.groups is second.groups
    assert not hasattr(first, "__dict__")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "",
            "people.csv: the file is empty; its first line must name the columns, such as user_id,name,groups",
        ),
        (
            "\n,,\n",
            "people.csv: the file is empty; its first line must name the columns, such as user_id,name,groups",
        ),
        ("user_id,name\n\n", "people.csv: there is no agent in it"),
        (
            "PK\x03\x04",
            (
                "people.csv: this is a workbook (.xlsx, .ods or another archive), not CSV; in a spreadsheet choose "
                '"CSV UTF-8" when saving'
            ),
        ),
        ("sep=x\nuser_id\n", "people.csv:1: sep= must name a comma, a semicolon, a tab or a bar"),
        (
            "an,An\nbinh,Bình\n",
            (
                "people.csv:1: the first line must name the columns, such as user_id,name,phone,routing,"
                "extension,groups"
            ),
        ),
        (
            'user_id,name\nan,"An\nbinh,Binh\n',
            (
                "people.csv:2: a quote is opened here and never closed; write a quote inside "
                "a cell twice, and the cell in quotes"
            ),
        ),
    ],
)
def test_a_file_that_is_no_roster_is_told_so_once(text: str, expected: str) -> None:
    assert wrong(text) == [expected]


def test_an_id_of_the_vendor_and_a_former_login_stand_once() -> None:
    assert wrong("user_id,was,id\na,x,1\nb,x,1\nc,c,\n") == [
        "people.csv:3:2: was: 'x' stands in line 2 already",
        "people.csv:3:3: id: '1' stands in line 2 already",
        "people.csv:4: was: is the user_id itself; it must be the one that the agent had before",
    ]


def test_ids_of_the_vendor_may_differ_by_case_only() -> None:
    assert [agent.id for agent in good("user_id,id\na,AG_x\nb,AG_X\n")] == ["AG_x", "AG_X"]


def test_two_logins_that_differ_by_the_form_of_letters_are_told_of() -> None:
    (problem,) = wrong("user_id\ná\na\u0301\n")
    assert "in line 2 differ by case or by the form of letters only" in problem


def test_routing_to_a_phone_may_leave_the_number_to_what_the_vendor_has() -> None:
    assert [agent.routing for agent in good("user_id,routing\nan,phone\n")] == ["phone"]


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_file_that_was_cut_off_never_loses_a_cell_without_a_word(cut: int) -> None:
    text = "user_id,name,phone,groups\nan,An,84901234567,Sales|Support\nbinh,Binh,84901234568,Sales|Support\n"
    agents, problems = read(text[: len(text) - cut])
    assert problems or {agent.phone for agent in agents} <= {"84901234567", "84901234568"}
