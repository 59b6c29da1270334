"""Change core files in small ways and see which no test notices: `python -m release.mutation FOLDER [SECONDS [FILE...]]`.

mutmut makes the changes, in a copy of the sources inside the folder, on one core. A change of wording alone (a text, the
type that `cast` is told) counts apart: messages are checked where they matter, and a type checker looks at the rest.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = {
    "http_headers": "test_clock_skew",
    "redaction": "test_error_texts test_secrets test_sdk_error",
    "resume_token": "",
    "row_claims": "",
    "retry": "test_pause test_call_retries",
}
"""Files of core that are changed, and which tests judge them beside the one of their name."""
COPIED = ("stringee_async", "tests", "docs", "examples", "benchmarks", "release")
TRACES = "tests/core/test_retry.py::test_no_tenacity_object_lives_longer_than_a_call"
"""Counts objects, among them those by which mutmut switches a change on."""


def main() -> None:
    """Print a table of the files and every change of behaviour that survived."""
    folder, seconds = Path(sys.argv[1]) / "sources", float((sys.argv[2:] or ["1200"])[0])
    _copy(folder, sys.argv[3:] or list(FILES))
    begun = time.monotonic()
    try:
        subprocess.run([*_mutmut("run"), "--max-children", "1"], cwd=folder, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"\nstopped after {seconds:.0f} s; what is missing was not tried")
    print(f"\n{report(list(_results(folder)))}\n{time.monotonic() - begun:.0f} s")


def _mutmut(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("mutmut")), *words]


def _copy(folder: Path, files: list[str]) -> None:
    """Copy what git knows, so that nothing of the sources is touched, and say in it what is to be changed."""
    known = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True)
    for name in known.stdout.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings(files))


def settings(files: Collection[str]) -> str:
    """Return mutmut's part of a `pyproject.toml`, for some of the files."""
    tests = sorted(
        {f"tests/core/{test}.py" for name in files for test in (f"test_{name}", *FILES[name].split())}
    )
    loose = sorted(file.name for file in ROOT.iterdir() if file.suffix in {".md", ".py"})
    copied = [*(name for name in COPIED if (ROOT / name).is_dir()), *loose]
    lines = {
        "source_paths": ["stringee_async"],
        "only_mutate": [f"stringee_async/core/{name}.py" for name in files],
        "also_copy": [name for name in copied if name != "stringee_async"],
        "pytest_add_cli_args": ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--deselect", TRACES],
        "pytest_add_cli_args_test_selection": tests,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{name} = {value!r}\n" for name, value in lines.items())


def _results(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield file, state and difference of each change; the difference only of those that survived."""
    asked = [*_mutmut("results"), "--all", "true"]
    ran = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True)
    for name, state in re.findall(r"^\s*(stringee_async\.\S+): (.+)$", ran.stdout, re.MULTILINE):
        shown = ""
        if state == "survived":
            wanted = _mutmut("show", name)
            shown = subprocess.run(wanted, cwd=folder, capture_output=True, text=True, check=True).stdout
        yield name.split(".")[2], state, "\n".join(re.findall(r"^[-+] .*$", shown, re.MULTILINE))


def report(results: list[tuple[str, str, str]]) -> str:
    """Return the table, and the changes of behaviour that survived."""
    counts: dict[str, Counter[str]] = {}
    survivors = []
    for name, state, difference in results:
        kind = "wording" if state == "survived" and is_wording(difference) else state
        counts.setdefault(name, Counter())[kind] += 1
        if kind == "survived":
            survivors.append(f"{name}\n{difference}")
    lines = [
        "| file | killed | survived | wording | not reached by these tests |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, found in sorted(counts.items()):
        killed = found["killed"] + found["timeout"] + found["caught by type check"]
        lines.append(
            f"| {name} | {killed} | {found['survived']} | {found['wording']} | {found['no tests']} |"
        )
    return "\n".join([*lines, "", *survivors])


def is_wording(difference: str) -> bool:
    """Tell whether a change touches nothing but a text, or the type that `cast` is told."""
    old, new = (
        [_without_texts(line[1:]) for line in difference.splitlines() if line.startswith(sign)]
        for sign in "-+"
    )
    return old == new


def _without_texts(line: str) -> str:
    line = re.sub(r"cast\((\"[^\"]*\"|None),", "cast(_,", line)
    return re.sub(r"""f?"(?:[^"\\]|\\.)*"|f?'(?:[^'\\]|\\.)*'""", "''", line)


if __name__ == "__main__":
    main()
