"""A plan in a review request: a table that opens, and names that are text and nothing else."""

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stringee_async.provision.plan import Plan, Refusal
from stringee_async.provision.showing.shown_values import one_line, shown_name
from stringee_async.provision.unit import Unit

from .test_render import SAMPLE, agents

FORGE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"<code>", "</code>"}


def test_refusals_stand_before_what_is_to_do() -> None:
    text = SAMPLE.render("markdown", rate=8)
    assert text.startswith(f"### Plan {SAMPLE.digest[:8]} for stringee project 246\n\n**To do")
    order = [
        text.index(part) for part in ("Allow with --allow", "<summary>", "cannot hold", "Notes", "Left alone")
    ]
    assert order == sorted(order)


def test_each_kind_and_action_has_a_table_that_is_open_while_it_is_short() -> None:
    assert SAMPLE.render("markdown").count("<details open>") == 6
    long = Plan(vendor="stringee", units=agents(3000)).render("markdown")
    assert "<details><summary>3,000 agents created</summary>" in long
    assert "... and 2,980 more; `plan --all` shows all" in long
    assert long.count("| `+` |") == 20


def test_a_folded_plan_fits_into_a_review() -> None:
    """GitHub takes 65,536 characters; every block at its longest stays below."""
    long = "Nguyễn Thị Phương Thảo (chi nhánh Đà Nẵng)"
    units = tuple(
        Unit(kind=kind, action=action, key=(f"{long} {index}",) * size, fields={"name": long})
        for kind, size in (("group", 1), ("queue", 1), ("agent", 1), ("route", 2), ("queue_agent", 2))
        for action in ("create", "change")
        for index in range(300)
    )
    assert len(Plan(vendor="stringee", units=units).render("markdown")) < 65_536


@given(st.text(min_size=1, max_size=30))
@example(
    "@team #1 !2 :smile: $x$ **b** _i_ `c` [a](https://x.example) | <b>b</b> www.x.example ~~s~~ &amp; \\|"
)
@example("](x)|\n\n# h\n- a\n<!--")
def test_a_name_is_text_whatever_stands_in_it(name: str) -> None:
    units = (Unit(kind="agent", action="create", key=(name,), fields={"name": name}),)
    refusals = (Refusal(guard="delete", text=name),)
    plan = Plan(vendor="stringee", account=name, units=units, refusals=refusals, notes=(name,))
    text = plan.render("markdown")
    tokens = [token for block in FORGE.parse(text) for token in block.children or ()]
    kinds = {token.type for token in tokens}
    assert kinds <= {"text", "html_inline", "code_inline", "strong_open", "strong_close", "text_special"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= OURS
    cells = re.findall(r"<td>(.*?)</td>", FORGE.render(text))
    assert len(cells) == 3
    assert html.unescape(re.sub("<.*?>", "", cells[1])) == shown_name(name)
    for bait in ("@", ":/", "www.", "#", "$"):
        assert bait not in _without_references(text.replace("### ", "", 1)), one_line(name)


def _without_references(text: str) -> str:
    return re.sub(r"&#\d+;", "", text)
