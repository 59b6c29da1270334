"""A project of a user's, in a temporary folder, whose tests run in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

INI = """[pytest]
filterwarnings =
    error
    ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset
"""
VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "TESTS_LOOP", "COV_CORE_SOURCE")


def outcome(folder: Path, files: dict[str, str], *options: str) -> tuple[int, str]:
    """Write the files of a project and run its tests; return pytest's exit code and what it wrote."""
    (folder / "pytest.ini").write_text(INI, encoding="utf-8")
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr
