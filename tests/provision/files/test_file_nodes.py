"""Values of YAML, JSON and TOML files with their places, and what is refused before anything is read of them."""

import json
import sys
from collections.abc import Callable

import pytest

from stringee_async import ConfigError
from stringee_async.provision.files.json_nodes import read_json
from stringee_async.provision.files.nodes import DEEPEST, MalformedFileError, Node
from stringee_async.provision.files.problems import Problem
from stringee_async.provision.files.toml_nodes import read_toml
from stringee_async.provision.files.yaml_nodes import read_yaml


def seen(node: Node) -> object:
    """Return a node as Python has it, scalars as (kind, text, line, column)."""
    if node.kind == "map":
        return {key: seen(member) for key, member in node.members.items()}
    if node.kind == "list":
        return [seen(each) for each in node.items]
    return (node.kind, node.text, node.line, node.column)


def refusal(read: Callable[..., Node], text: str, *more: object) -> str:
    """Return why a text is not read."""
    with pytest.raises(MalformedFileError) as caught:
        read(text, "f", *more)
    return str(caught.value.problem)


def test_yaml_scalars_keep_their_text() -> None:
    node = read_yaml("a: 0123\nb: [1e3, 'no', ~, \"x\\ty\"]\nc:\n  - |\n    two\n    lines\nd:\n", "f", [])
    assert seen(node) == {
        "a": ("plain", "0123", 1, 4),
        "b": [("plain", "1e3", 2, 5), ("text", "no", 2, 10), ("plain", "~", 2, 16), ("text", "x\ty", 2, 19)],
        "c": [("text", "two\nlines\n", 4, 5)],
        "d": ("plain", "", 7, 3),
    }
    assert node.members["b"].items[1].path == "b[1]"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: !!python/object/apply:os.system [x]", "f:1:4: tags (!) are not read; write the plain value"),
        ("a: !x y", "f:1:4: tags (!) are not read; write the plain value"),
        ("a: 1\n---\nb: 2", "f:2:1: a second document begins here; write one a file"),
        ("? [a]\n: 1", "f:1:3: a key must be a plain text"),
        ("a: *x", "f:1:4: the alias *x names nothing before it"),
        ("a: &x [*x]", "f:1:8: the alias *x stands within what it names"),
        ("a:\n\t- b", "f:2:1: a tab stands where YAML allows blanks only"),
        ("a: [1", "f:2:1: not YAML"),
        ("a: b\x07", "f:1:5: not YAML: there is a control character in it; type this place again"),
        (
            "[" * (DEEPEST + 1),
            f"f:1:{DEEPEST + 1}: more than {DEEPEST} lists and maps stand within each other",
        ),
        ("[" * 200_000, "f:1:"),
    ],
)
def test_yaml_that_is_not_read(text: str, problem: str) -> None:
    assert refusal(read_yaml, text, []).startswith(problem)


def test_aliases_are_read_up_to_a_small_depth_and_size() -> None:
    node = read_yaml("a: &a {x: 1}\nb: &b [*a, *a]\nc: &c [*b]\nd: *c", "f", [])
    one = {"x": ("plain", "1", 1, 11)}
    assert seen(node) == {"a": one, "b": [one, one], "c": [[one, one]], "d": [[one, one]]}
    deep = "a: &a 1\nb: &b [*a]\nc: &c [*b]\nd: &d [*c]\ne: [*d]"
    assert refusal(read_yaml, deep, []) == "f:5:5: aliases stand for too much here; write the values out"
    wide = f"a: &a [{'x,' * 2_000}]\nb: [*a, *a, *a, *a, *a]"
    assert refusal(read_yaml, wide, []) == "f:2:21: aliases stand for too much here; write the values out"


def test_a_file_holds_a_bounded_number_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stringee_async.provision.files.yaml_nodes.MOST", 4)
    assert seen(read_yaml("[1, 2, 3]", "f", [])) != []
    assert refusal(read_yaml, "[1, 2,\n 3, 4]", []) == "f:2:5: there are more than 4 values in it"


def test_without_pyyaml_the_advice_is_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ConfigError, match=r'pip install "stringee-async\[cli\]"'):
        read_yaml("a: 1", "f", [])


def test_json_values_have_places_and_numbers_keep_their_text() -> None:
    text = '{\n "a": [84901234567, 1.0, -1e3, true, null, []],\n "b": {"\\u00e9\\"": "x"}, "c": {}}\n'
    assert seen(read_json(text, "f", [])) == {
        "a": [
            ("number", "84901234567", 2, 8),
            ("number", "1.0", 2, 21),
            ("number", "-1e3", 2, 26),
            ("flag", "true", 2, 32),
            ("null", "", 2, 38),
            [],
        ],
        "b": {'\u00e9"': ("text", "x", 3, 20)},
        "c": {},
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "f:1:1: not JSON: a value is expected here"),
        ('{"a": 01}', "f:1:7: not JSON: texts must stand in double quotes"),
        ('{"a": NaN}', "f:1:7: not JSON: texts must stand in double quotes"),
        ("[1,]", "f:1:4: not JSON: a value is expected here"),
        ('{"a": 1,}', "f:1:9: not JSON: a key in double quotes is expected here"),
        ('{"a" 1}', "f:1:6: not JSON: a colon is missing"),
        ('{"a": 1\n "b": 2}', "f:2:2: not JSON: a comma or } is missing"),
        ("[1\n", "f:2:1: not JSON: a comma or ] is missing"),
        ('["a', "f:1:2: not JSON: unterminated string starting"),
        ("[] []", "f:1:4: not JSON: more stands behind the end of the value"),
        ("[" * 100_000, f"f:1:{DEEPEST + 1}: more than {DEEPEST} lists and maps stand within each other"),
    ],
)
def test_text_that_is_not_json(text: str, problem: str) -> None:
    assert refusal(read_json, text, []) == problem
    with pytest.raises((ValueError, RecursionError)):  # the standard library agrees, but for NaN
        json.loads(text, parse_constant=int)


def test_keys_that_stand_twice_are_noted_and_the_first_counts() -> None:
    found: list[Problem] = []
    node = read_yaml("a: {b: 1,\n  b: 2}", "f", found)
    assert seen(node) == {"a": {"b": ("plain", "1", 1, 8)}}
    node = read_json('{"a": {"b": 1,\n  "b": 2}}', "f", found)
    assert seen(node) == {"a": {"b": ("number", "1", 1, 13)}}
    assert [str(problem) for problem in found] == [
        "f:2:3: a.b: the key 'b' stands in line 1 already; keep one of them"
    ] * 2


def test_toml_values_have_their_path_and_its_errors_their_line() -> None:
    node = read_toml('a = [1, 1.50, true, "x", 2024-01-02]\nb.c = 0x10', "f")
    assert seen(node) == {
        "a": [
            ("number", "1", 0, 0),
            ("number", "1.50", 0, 0),
            ("flag", "true", 0, 0),
            ("text", "x", 0, 0),
            ("number", "2024-01-02", 0, 0),
        ],
        "b": {"c": ("number", "16", 0, 0)},
    }
    assert node.members["a"].items[1].where == "f: a[1]"
    assert refusal(read_toml, "a = 1\na = 2") == "f:2: not TOML: Cannot overwrite a value"
    assert refusal(read_toml, "a = ") == "f:1: not TOML: Invalid value"
    deep = f"more than {DEEPEST} lists and maps stand within each other"
    assert refusal(read_toml, f"a = {'[' * 5_000}{']' * 5_000}").endswith(deep)
    assert refusal(read_toml, f"a = {'[' * 30}{']' * 30}").endswith(deep)
