"""Phone numbers of CRMs and of calls are compared by one key; what has no key is equal to nothing."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import ConfigError, phone_key


@pytest.mark.parametrize(
    "number",
    [
        "84901234567", 84901234567, "+84 90-123.45 67", "0084901234567", "(+84) 901 234 567", "+84 (0) 901 234 567",
        "tel:+84-901-234-567", "TEL:+84901234567;ext=5", "sip:84901234567@pbx.example", "+84901234567 ext. 12",
        "+84901234567 x5", "+84901234567#5", "\u202a+84 901 234 567\u202c",
    ],
)  # fmt: skip
def test_one_number_has_one_key_however_it_is_written(number: Any) -> None:
    assert phone_key(number) == "84901234567"
    assert phone_key(number, country="VN") == "84901234567"
    assert phone_key(number, country="84") == "84901234567"


@pytest.mark.parametrize(
    "number", ["0901234567", "090 123 45 67", "(090) 1234567", "+840901234567", "84 0901234567"]
)
def test_a_national_number_has_a_key_where_the_country_is_known(number: str) -> None:
    assert phone_key(number, country="vn") == "84901234567"
    assert phone_key(number) != "84901234567"


@pytest.mark.parametrize("country", ["RU", "kz"])
@pytest.mark.parametrize("number", ["8 (912) 345-67-89", "+7 912 345 67 89", "79123456789"])
def test_an_eight_begins_national_numbers_of_russia_and_kazakhstan(number: str, country: str) -> None:
    assert phone_key(number, country=country) == "79123456789"


def test_an_eight_of_another_country_stays() -> None:
    assert phone_key("+8612345678901", country="RU") == "8612345678901"
    assert phone_key("+81234567890", country="RU") == "81234567890"
    assert phone_key("0912345678", country="RU") is None


@pytest.mark.parametrize(
    "number",
    ["", "u.an", "0901234567", "12-02-2026", "8.49E+10", "84901234567.0", 84901234567.0, True, None, [], "12", "++84901234567"],
)  # fmt: skip
def test_what_is_no_whole_number_has_no_key(number: Any) -> None:
    assert phone_key(number) is None


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ConfigError, match="country"):
        phone_key("0901234567", country="XX")
