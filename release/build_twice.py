"""Build sdist and wheel twice and compare them: `python -m release.build_twice FOLDER`.

The same commit gives the same bytes on any machine, so that everyone can check what was published. The time that
both archives carry is that of the commit (`SOURCE_DATE_EPOCH`), or what the variable says where it is set.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Leave sdist, wheel and their hashes (`SHA256SUMS`) in the folder; fail where two builds differ."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first"), Path(folder, "second")
        hashes = build(first)
        again = build(second)
        if hashes != again:
            sys.exit(f"two builds of one commit differ:\n{hashes}\n{again}")
        for name in hashes:
            shutil.copy(first / name, target / name)
    lines = "".join(f"{digest}  {name}\n" for name, digest in hashes.items())
    (target / "SHA256SUMS").write_text(lines, encoding="utf-8")
    print(lines, end="")


def build(folder: Path) -> dict[str, str]:
    """Build into a folder: the sdist, and the wheel from that sdist; return the SHA-256 of each file by its name."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": source_date_epoch()}
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def source_date_epoch() -> str:
    """Return the time of the commit in seconds since 1970."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
