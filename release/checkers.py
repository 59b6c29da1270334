"""Check `tests/typing` with pyrefly and ty, beside mypy and pyright: `python -m release.checkers`.

`tests/typing` is code of a user: what is right must pass, and each line with an ignore comment is wrong on purpose, so
that a checker has to object to it. mypy and pyright report a comment that is not needed themselves. The other two do
not, so that their comments are switched off here and the lines they object to are compared.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = Path("tests", "typing")
COMMANDS = {
    "pyrefly": (
        "check",
        "--python-interpreter-path",
        sys.executable,
        "--enabled-ignores=pyrefly",
        "--preset=default",
        "--output-format=min-text",
        *sorted(str(file.relative_to(ROOT)) for file in (ROOT / FOLDER).glob("*.py")),
    ),
    "ty": (
        "check",
        "--python",
        sys.executable,
        "--output-format=concise",
        "--config=analysis.respect-type-ignore-comments=false",
        "--no-progress",
        str(FOLDER),
    ),
}

KEYWORDS = "ty does not check keywords against a TypedDict that is unpacked (`**settings: Unpack[...]`)"
CANNOT = {
    "ty": {
        'StringeeClient("SK...", "secret", timeout=3)': KEYWORDS,
        'client.agents.ensure(name="An", stringee_user_id="u", phone="84901")': KEYWORDS,
        "client.queues.update(queue.id, shedule=2)": KEYWORDS,
        'client.agents.update(7, voice_group_id=5, name="An", emp_no=1, petname="a")': KEYWORDS,
        "client.group_calls.send(": KEYWORDS,
        'client.sms.send(app_id="a", to="6590001000", text="hi", sendr="x")': KEYWORDS,
        'client.otp_templates.update(3, txt="##code##")': KEYWORDS,
        'client.callback.create(117, src_num=["1"], dst_num="2", wait=1)': KEYWORDS,
        'remote.create(number="89215650644", wrapup_time=3)': KEYWORDS,
        "assert outcome.state": "ty warns that a text of a Literal is never empty, which is what the line states",
        "assert_type(await client.agents.create_many(5, size=2)": (
            "ty leaves the result of an overload unknown where other keywords come by a TypedDict"
        ),
        "assert_type(event, stringee.KeysPressed)": (
            "ty infers `KeysPressed & ~CallEvent & ~RecordingReady` after isinstance, which no annotation can spell"
        ),
    }
}
"""Lines, by what they hold, that a checker judges otherwise than they mean, and why; mypy, pyright, pyrefly: none."""


def main() -> None:
    """Fail where a checker objects to other lines than those that are wrong on purpose."""
    failed = False
    for checker in COMMANDS:
        wrong = differences(checker, objections(checker))
        failed = failed or bool(wrong)
        known = len(CANNOT.get(checker, {}))
        print("\n".join([f"{checker}: {len(wrong)} unexpected, {known} known differences", *wrong]))
    sys.exit(failed)


def objections(checker: str) -> set[tuple[str, int]]:
    """Return the lines that a checker objects to: the file's name, and the number of the line."""
    program = Path(sys.executable).with_name(checker)
    asked = [str(program), *COMMANDS[checker]]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode not in {0, 1}:
        sys.exit(f"{checker} failed:\n{ran.stdout}{ran.stderr}")
    found = re.findall(r"tests[/\\]typing[/\\](\w+\.py):(\d+):", ran.stdout)
    return {(name, int(number)) for name, number in found}


def differences(checker: str, objected: set[tuple[str, int]]) -> list[str]:
    """Return one text for each line that is judged otherwise than it means, or no longer is."""
    wrong, met = [], set()
    known = CANNOT.get(checker, {})
    for file in sorted((ROOT / FOLDER).glob("*.py")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            on_purpose = bool(re.search(r"# (type|pyright): ignore", line))
            if on_purpose == ((file.name, number) in objected):
                continue
            reasons = {part for part in known if part in line}
            met |= reasons
            if not reasons:
                what = "takes" if on_purpose else "objects to"
                wrong.append(f"{checker} {what} {FOLDER / file.name}:{number}: {line.strip()}")
    wrong += [
        f"{checker} now judges this line rightly; remove it: {part}" for part in known if part not in met
    ]
    return wrong


if __name__ == "__main__":
    main()
