"""Compare the public API with that of the last release: `python -m release.api_diff [REF]`.

Without a reference it takes the newest tag that is a version. What breaks must be meant, so that it stands in
`release/allowed_breaks.toml` with its reason. `docs/deprecation-policy.md` says what is public.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import griffe

ROOT = Path(__file__).parent.parent
PACKAGE = "stringee_async"
NOT_PROMISED = {griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE}
"""What a constant holds, and in which order; defaults of parameters are promised."""


def main() -> None:
    """Print what breaks; fail where it is not allowed, or is allowed and does not break."""
    given = sys.argv[1:]
    reference = given[0] if given else last_release(ROOT)
    if reference is None:
        print("nothing was released yet: no tag is a version, so there is no promise to break")
        return
    allowed = tomllib.loads((ROOT / "release" / "allowed_breaks.toml").read_text(encoding="utf-8"))["breaks"]
    breaks = breakages(ROOT, PACKAGE, reference)
    wrong = unexpected(breaks, allowed)
    print("\n".join([f"{len(breaks)} breaks since {reference}, {len(wrong)} unexpected", *wrong]))
    sys.exit(bool(wrong))


def last_release(repository: Path) -> str | None:
    """Return the newest tag that is a version and an ancestor of what is checked out; None where there is none."""
    asked = ["git", "-C", str(repository), "tag", "--merged", "HEAD", "--sort=-v:refname"]
    tags = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    here = ["git", "-C", str(repository), "tag", "--points-at", "HEAD"]
    released_now = subprocess.run(here, capture_output=True, text=True, check=True).stdout.split()
    versions = [tag for tag in tags if re.fullmatch(r"v?\d+\.\d+\.\d+", tag)]
    return next((tag for tag in versions if tag not in released_now), None)


def breakages(repository: Path, package: str, reference: str) -> dict[str, str]:
    """Return what breaks for users between a reference and the working tree: a sentence for each path."""
    old = griffe.load_git(package, ref=reference, repo=repository, resolve_aliases=True)
    new = griffe.load(package, search_paths=[str(repository)], resolve_aliases=True, force_inspection=False)
    if isinstance(old, griffe.Alias) or isinstance(new, griffe.Alias):
        raise TypeError(f"{package} is no package")
    promised = public_paths(old)
    found = dict.fromkeys(doors(old).keys() - doors(new).keys(), "public module was removed")
    for breakage in griffe.find_breaking_changes(old, new):
        path = breakage.obj.path
        if breakage.kind not in NOT_PROMISED and _is_public(path, promised):
            text = breakage.explain(griffe.ExplanationStyle.ONE_LINE)
            found[path] = re.sub(r"\x1b\[[0-9;]*m", "", text).partition(": ")[2] or breakage.kind.value
    return found


def doors(package: griffe.Object) -> dict[str, griffe.Object]:
    """Return the modules from which users import: the package, those on its first level, and webhooks of a vendor."""
    found = {package.path: package}
    for name, module in package.modules.items():
        if not name.startswith("_") and name not in {"core", "cli"} and not module.is_alias:
            found[module.path] = module
            if "webhooks" in module.modules:
                found[f"{module.path}.webhooks"] = module.modules["webhooks"]
    return found


def public_paths(package: griffe.Object) -> set[str]:
    """Return what public modules list in `__all__`: by the path from there, and by that of its definition."""
    found: set[str] = set()
    for path, module in doors(package).items():
        for name in module.exports or ():
            member = module.members.get(str(name))
            if member is not None:
                found |= {f"{path}.{name}", _defined_at(member)}
    return found


def _defined_at(member: griffe.Object | griffe.Alias) -> str:
    """Return where a name that is imported is defined."""
    if not isinstance(member, griffe.Alias):
        return member.path
    try:
        return member.final_target.path
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return member.path


def _is_public(path: str, promised: set[str]) -> bool:
    """Tell whether a path is promised, or lies in something that is."""
    if any(part.startswith("_") and not part.startswith("__") for part in path.split(".")):
        return False
    parts = path.split("(")[0].split(".")
    return any(".".join(parts[:length]) in promised for length in range(len(parts), 1, -1))


def unexpected(breaks: dict[str, str], allowed: Iterable[str]) -> list[str]:
    """Return a line for each break that is not allowed, and for each that is allowed and does not exist."""
    lines = [f"{path}: {text}" for path, text in sorted(breaks.items()) if path not in set(allowed)]
    return lines + [
        f"{path} is allowed to break and does not" for path in sorted(set(allowed) - breaks.keys())
    ]


if __name__ == "__main__":
    main()
