"""The roster file: what is read from it, and how errors are told."""

from __future__ import annotations

from codecs import BOM_UTF16_BE
from pathlib import Path

import pytest

from stringee_async import SpecError
from stringee_async.provision.roster import Roster
from stringee_async.provision.roster_file import packaged_roster, parse_roster, read_roster

from ..kit.rosters import SMALL_ROSTER


def parse(text: str) -> Roster:
    return parse_roster(text.encode(), source="people.csv")


def problems(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        parse(text)
    return caught.value.message


def test_small_roster() -> None:
    """Agents, queues, groups, memberships and routings come out as they stand in the file."""
    roster = parse(SMALL_ROSTER)
    assert roster.groups == ("Sales", "Support")
    assert roster.memberships == (
        ("Sales", "an.nguyenvan"),
        ("Support", "an.nguyenvan"),
        ("Sales", "binh.tran"),
        ("Support", "chi.le"),
    )
    assert roster.routings == (("Hotline", "Sales", 1), ("Hotline", "Support", 0), ("Help", "Support", 1))
    assert [(agent.name, agent.phone, agent.routing) for agent in roster.agents] == [
        ("Nguyễn Văn An", "84951234567", "app"),
        ("Trần Bình", "84951234568", "phone"),
        ("Lê Chi", None, "app"),
    ]


def test_packaged_roster() -> None:
    """The roster in the package is the contact centre that the documentation promises."""
    roster = packaged_roster()
    assert (len(roster.agents), len(roster.groups), len(roster.queues)) == (500, 20, 10)
    assert all(agent.phone and len(agent.user_id) <= 32 for agent in roster.agents)
    assert all(
        len(queue.groups) >= 1 and 2 <= len(queue.groups + queue.backup_groups) <= 4
        for queue in roster.queues
    )
    assert {group for _, group, _ in roster.routings} == set(roster.groups)
    assert {agent.routing for agent in roster.agents} == {"app", "phone"}


FORMS: dict[str, bytes] = {
    "bom": SMALL_ROSTER.encode("utf-8-sig"),
    "semicolons": SMALL_ROSTER.replace(",", ";").encode(),
    "windows lines": SMALL_ROSTER.replace("\n", "\r\n").encode(),
    "header case": SMALL_ROSTER.replace("kind,user_id,name", "KIND, User_ID ,Name").encode(),
    "phone form": SMALL_ROSTER.replace("84951234567", '"+84 951.234-567"').encode(),
    "empty rows": (SMALL_ROSTER + "\n,,,,,,\n").encode(),
    "tabs": SMALL_ROSTER.replace(",", "\t").encode(),
    "sep line": ("sep=;\r\n" + SMALL_ROSTER.replace(",", ";")).encode(),
    "sep line in capitals": ("SEP=;\n" + SMALL_ROSTER.replace(",", ";")).encode(),
    "quoted sep line with bom": ('"sep=\t"\n' + SMALL_ROSTER.replace(",", "\t")).encode("utf-8-sig"),
    "utf-16": SMALL_ROSTER.encode("utf-16"),
    "utf-16 big endian": BOM_UTF16_BE + SMALL_ROSTER.encode("utf-16-be"),
    "invisible characters": SMALL_ROSTER.replace("84951234567", "\u202a+84951234567\u202c")
    .replace("Sales", "\u200bSales\ufeff")
    .encode(),
    "00 for plus": SMALL_ROSTER.replace("84951234567", "0084951234567").encode(),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_what_spreadsheets_do_to_a_csv_file_changes_nothing(data: bytes) -> None:
    assert parse_roster(data, source="people.csv") == parse(SMALL_ROSTER)


def test_decomposed_names_are_composed() -> None:
    """A group name typed on another system is the same group."""
    roster = parse("user_id,name,groups\na,A,Hà Nội\nb,B,Ha\u0300 No\u0323\u0302i\n")
    assert roster.groups == ("Hà Nội",)


def test_two_columns_are_enough() -> None:
    roster = parse("user_id,name\na,A\n")
    assert (len(roster.agents), roster.groups, roster.queues) == (1, (), ())


def test_every_problem_in_one_go() -> None:
    """All bad rows are named with their lines, not only the first."""
    text = problems(
        "kind,user_id,name,phone,routing,groups,backup_groups\n"
        "agent,a,A,12,app,X|X,\n"
        'agent,,B,"84\n951112223",fon,,\n'
        "agent,a,C,8.49E+10,phone,,\n"
        "queue,,,,,Sales,\n"
        "queue,q,Q,,phone,No one,X|No one\n"
        "robot,r,R,,,,\n"
        "agent,d,D,,phone,,X\n"
        "agent,e,E,,,,,extra\n"
    )
    for expected in (
        "line 2: phone '12' must be 3 to 20 digits",
        "line 2: groups names 'X' twice",
        "line 3: user_id is empty",
        "line 3: phone holds a line break",
        "line 3: routing is 'fon'",
        "line 5: user_id 'a' stands in line 2",
        "line 5: phone '8.49E+10' was rounded by a spreadsheet",
        "line 6: name is empty",
        "line 7: user_id is for agents",
        "line 7: group 'No one' is in groups and in backup_groups",
        "line 7: queue 'Q': no agent is in group 'No one'",
        "line 8: kind is 'robot'",
        "line 9: routing is phone, but there is no phone number",
        "line 9: backup_groups is for queues",
        "line 10: 8 cells, but there are 7 columns",
    ):
        assert expected in text
    assert text.startswith("people.csv: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "2 columns missing: user_id and name"),
        ("user_id,name,rotuing\na,A,app\n", "unknown column rotuing"),
        ("user_id,name,Name\na,A,B\n", "column name stands there twice"),
        ("user_id,name\n", "there is no agent in it"),
    ],
)
def test_wrong_header(text: str, expected: str) -> None:
    """A file without the right columns, or without people, is refused with what is expected."""
    assert expected in problems(text)


def test_a_file_in_an_old_code_page_is_refused_with_the_way_out() -> None:
    for encoding in ("cp1258", "utf-16-le"):
        with pytest.raises(SpecError, match="CSV UTF-8"):
            parse_roster("user_id,name\na,Đo\n".encode(encoding), source="people.csv")


HEADER = "user_id,name,phone,groups\n"


@pytest.mark.parametrize(
    ("rows", "line", "expected"),
    [
        ('an,"An,84901234567,X\nbinh,Binh,84901234568,X\n', 2, "a quote is opened here and never closed"),
        (
            'an,An,,X\nbinh,"Binh"" B,84901234568,X\nchi,Chi,,X\n',
            3,
            "a quote is opened here and never closed",
        ),
        ('an,"An,84901234567,X\nbinh,"Binh,84901234568,X\n', 2, "write a quote inside a cell twice"),
        (
            'an,"An\nbinh,Binh",84901234568,X\n',
            2,
            "name holds a line break or a control character; is a quote not",
        ),
        ('an, "An",,X\n', 2, "blanks stand before a quote"),
        ("an\tx,An,,\n", 2, "user_id holds a line break or a control character"),
        ("an,An\x07,,\n", 2, "name holds a line break or a control character"),
        ("an,An,,X\nbinh,Binh\n", 3, "only 2 cells, but there are 4 columns; is the file cut off here?"),
        ("1001.0,An,,\n", 2, "user_id '1001.0' was changed by a spreadsheet"),
        ("1.001E+3,An,,\n", 2, "user_id '1.001E+3' was changed by a spreadsheet"),
        ("an,An,#N/A,\n", 2, "phone '#N/A' is an error of a spreadsheet's formula; mend it there"),
        ("an,An,12 02 2026,\n", 2, "looks like a date"),
        ("#REF!,An,,\n", 2, "user_id is #REF!, an error of a spreadsheet; mend the formula"),
        ("#WERT!,An,,\n", 2, "user_id is #WERT!, an error of a spreadsheet; mend the formula"),
        ("an,An,84901234567.0,\n", 2, "has a decimal part, added by a spreadsheet"),
        ('an,An,"84901234567,0",\n', 2, "has a decimal part, added by a spreadsheet"),
        ("an,An,12-02-2026,\n", 2, "looks like a date"),
        ("an,An,0901234567,\n", 2, "begins with 0: put the country code in place of it"),
    ],
)
def test_what_a_spreadsheet_or_a_slip_spoiled_is_refused_with_its_line(
    rows: str, line: int, expected: str
) -> None:
    text = problems(HEADER + rows)
    assert f"line {line}: " in text
    assert expected in text


def test_a_line_break_in_a_column_that_is_not_used_is_harmless() -> None:
    text = problems('user_id,name,\nan,An,"two\nlines"\nbinh,,\n')
    assert "line 4: name is empty" in text
    assert "line break" not in text


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_file_that_was_cut_off_never_loses_a_cell_without_a_word(cut: int) -> None:
    text = HEADER + "an,An,84901234567,Sales|Support\nbinh,Binh,84901234568,Sales|Support\n"
    try:
        roster = parse(text[: len(text) - cut])
    except SpecError:
        return
    assert {agent.phone for agent in roster.agents} <= {"84901234567", "84901234568"}


def test_a_file_that_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read_roster(tmp_path)


def test_choices_and_columns_are_shown_and_a_number_in_their_place_by_its_ends() -> None:
    text = problems(
        "kind,user_id,name,phone,routing\nagent,a,A,12,fon\nboss,b,B,,\nagent,c,C,,0901234567\n84901234567,d,D,,\n"
    )
    for expected in (
        "routing is 'fon'; it must be app or phone",
        "kind is 'boss'; it must be agent or queue",
        "such as 84123456789",
        "routing is '09...67'; it must be app or phone",
        "kind is '84...67'; it must be agent or queue",
    ):
        assert expected in text
    assert "0901234567" not in text
    assert "unknown column queue, q0, extra; there are: kind" in problems("user_id,name,queue,q0,extra\n")
