"""Which headers name which columns, and what is wrong with a first line."""

from __future__ import annotations

import pytest

from stringee_async.provision.files.roster_columns import COLUMNS, Column, columns_of, wrong_width

Told = list[tuple[int, str, str]]


def read(*headers: str) -> tuple[tuple[Column, ...], Told]:
    told: Told = []
    return columns_of(headers, lambda *problem: told.append(problem)), told


@pytest.mark.parametrize(
    ("column", "headers"),
    [
        (
            "user_id",
            "user_id|User ID|USER-ID|userId|Login|mã nhân viên|Ma Nhan Vien|MÃ_NV|Tài khoản|TÊN ĐĂNG NHẬP",
        ),
        ("name", "name|Full name|họ tên|ho ten|Họ và tên|Tên|ten|Tên nhân viên"),
        ("phone", "phone|Phone Number|điện thoại|Điện Thoại|so dien thoai|Số điện thoại|SĐT|sđt|sdt"),
        ("routing", "routing|Routing-Type|định tuyến"),
        ("extension", "extension|Ext.|máy lẻ|may le|Số máy lẻ|số nội bộ"),
        ("groups", "groups|Group|team|nhóm|Nhom|Các nhóm"),
        ("was", "was|old user id|Mã nhân viên cũ"),
        ("id", "id|Vendor ID|mã hệ thống"),
    ],
)
def test_headers_as_people_write_them(column: str, headers: str) -> None:
    for header in headers.split("|"):
        first = () if column == "user_id" else ("user_id",)
        columns, told = read(*first, header)
        assert (columns[-1].name, told) == (column, []), header


def test_decomposed_marks_and_line_breaks_in_a_header_make_no_difference() -> None:
    columns, told = read("ma\u0303 nha\u0302n\nvie\u0302n", "ho\u0323 te\u0302n")
    assert ([column.name for column in columns], told) == (["user_id", "name"], [])


def test_every_column_is_known_by_its_own_name() -> None:
    columns, told = read(*COLUMNS)
    assert ([column.name for column in columns], told) == ([*COLUMNS], [])


def test_fields_of_vendors_and_columns_of_ones_own() -> None:
    columns, told = read("user_id", "x-stringee:Device", "X_RINGME: role", "#", "# note", "x-note", "")
    assert told == []
    assert columns[1:] == (
        Column(1, "x-stringee:Device", "stringee", "Device"),
        Column(2, "x-ringme:role", "ringme", "role"),
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("rotuing", "did you mean routing?"),
        ("Phones", "did you mean phone?"),
        ("nhom nhom", "there are user_id, name"),
        ("user", "both mean user_id"),
        ("user_idd", "did you mean user_id, which is there already?"),
        ("salary", "there are user_id, name"),
        ("lương", "there are user_id, name"),
        ("???", "there are user_id, name"),
        ("kind", "queues stand in the specification"),
        ("backup_groups", "the groups that are asked second, stand in the specification"),
        ("x-stringe:device", "did you mean x-stringee:device?"),
        ("x-twilio:device", "there are stringee, ringme, itniotech"),
        ("x-stringee:", "did you mean x-stringee:FIELD?"),
        ("x-RingMe", "needs the name of a field, such as x-RingMe:FIELD"),
    ],
)
def test_a_header_that_means_nothing_is_an_error_with_what_was_meant(header: str, expected: str) -> None:
    columns, ((number, shown, text),) = read("user_id", header)
    assert [column.name for column in columns] == ["user_id"]
    assert (number, shown) == (2, header)
    assert expected in text


def test_two_columns_that_mean_one_are_named_both() -> None:
    _, told = read("Login", "name", "Mã NV", "Tên")
    assert [(number, text) for number, _, text in told] == [
        (3, "columns 1 ('Login') and 3 ('Mã NV') both mean user_id"),
        (4, "columns 2 ('name') and 4 ('Tên') both mean name"),
    ]


def test_a_first_line_that_names_no_columns_is_one_problem_and_shows_no_number() -> None:
    columns, ((number, _, text),) = read("an", "An", "84901234567", "phone", "Sales")
    assert (columns, number) == ((), 0)
    assert "the first line must name the columns, such as user_id,name,phone" in text
    _, told = read("user_id", "84901234567")
    assert told[0][1] == "84...67"


def test_without_the_column_that_tells_agents_apart_rows_mean_nothing() -> None:
    columns, told = read("name", "phone", "salary")
    assert columns == ()
    assert [(number, header) for number, header, _ in told] == [(3, "salary"), (0, "")]
    assert "no column user_id" in told[1][2]


@pytest.mark.parametrize(
    ("cells", "separator", "expected"),
    [
        (["a", "b", "c"], ",", "3 cells, but there are 2 columns; write a cell that holds ',' in quotes"),
        (["a", "b", "c"], "\t", "3 cells, but there are 2 columns; write a cell that holds a tab in quotes"),
        (["a"], ",", "only 1 cell, but there are 2 columns; is the file cut off here?"),
        (["a;b"], ",", "separated by ';', but the first line by ','"),
        (["a\tb"], ";", "separated by a tab, but the first line by ';'"),
    ],
)
def test_rows_that_do_not_fit_the_first_line(cells: list[str], separator: str, expected: str) -> None:
    assert wrong_width(cells, 2, separator) == expected
