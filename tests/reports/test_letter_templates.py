"""Templates name what contexts give, and nothing else; contexts give what templates name."""

from dataclasses import fields, is_dataclass
from importlib.resources import files
from typing import Any, get_args, get_type_hints

from jinja2 import nodes

from compdesign.reports import letter_context
from compdesign.reports.letter_context import LetterContext
from compdesign.reports.pages import environment

TEMPLATES = ("letter", "exhibit_a", "exhibit_b", "annex", "repayment")


def _trees() -> list[tuple[str, nodes.Template]]:
    folder = files("compdesign.templates").joinpath("letters")
    return [(name, environment().parse(folder.joinpath(f"{name}.html").read_text("utf-8"))) for name in TEMPLATES]


def _parts(owner: type[Any]) -> dict[str, type[Any]]:
    """The dataclasses inside a dataclass, by the field that holds them."""
    found = {}
    for name, hint in get_type_hints(owner).items():
        for kind in (hint, *get_args(hint)):
            if isinstance(kind, type) and is_dataclass(kind):
                found[name] = kind
    return found


def test_fields_and_names_match_both_ways() -> None:
    top, used = set(), {}
    for _, tree in _trees():
        local = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"} | {"loop"}
        top |= {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"} - local
        for each in tree.find_all(nodes.Getattr):
            if isinstance(each.node, nodes.Name):
                used.setdefault(each.node.name, set()).add(each.attr)
    assert top == {field.name for field in fields(LetterContext)}
    for part, kind in _parts(LetterContext).items():
        assert used[part] == {field.name for field in fields(kind)}, part
    assert used["rule"] == {field.name for field in fields(letter_context.RuleTerms)}


LOOPS = {
    ("exhibit_a", "row"): letter_context.ExampleRow,
    ("exhibit_b", "row"): letter_context.VestingRow,
    ("annex", "row"): letter_context.ValueRow,
    ("annex", "award"): letter_context.AwardRow,
    ("annex", "year"): letter_context.IsoYear,
}


def test_rows_match_their_loops() -> None:
    for name, tree in _trees():
        for loop in {loop for _, loop in LOOPS}:
            used = {each.attr for each in tree.find_all(nodes.Getattr) if isinstance(each.node, nodes.Name) and each.node.name == loop}
            expected = {field.name for field in fields(LOOPS[name, loop])} if (name, loop) in LOOPS else set()
            assert used == expected, (name, loop)


def test_the_iso_estimate_is_used_to_the_last_field() -> None:
    tree = dict(_trees())["annex"]
    used = {each.attr for each in tree.find_all(nodes.Getattr) if isinstance(each.node, nodes.Getattr) and each.node.attr == "iso"}
    assert used == {field.name for field in fields(letter_context.IsoEstimate)}


def test_templates_hold_no_arithmetic_and_switch_no_escaping_off() -> None:
    for name, tree in _trees():
        assert not list(tree.find_all((nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Pow))), name
        filters = {each.name for each in tree.find_all(nodes.Filter)}
        assert not filters & {"safe"} and "autoescape" not in str(tree), name
