"""Where the numbers of a scenario come from: defaults it rests on, statements of its user."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compdesign.defaults import world
from compdesign.inputs.base import Model
from compdesign.inputs.scenario import Scenario


@dataclass(frozen=True)
class DefaultUsed:
    """A shipped assumption that a scenario leaves as it is. where: the key a user would set."""

    where: str
    title: str
    value: str
    unit: str
    source: str
    as_of: str
    standing: str


def defaults_used(scenario: Scenario) -> list[DefaultUsed]:
    """Every assumption about the world that the scenario does not state itself, in the order of its keys."""
    return list(_walk(scenario, ""))


def _walk(model: Model, prefix: str) -> Iterator[DefaultUsed]:
    for name, field in type(model).model_fields.items():
        where, value = f"{prefix}{name}", getattr(model, name)
        extra: Any = field.json_schema_extra or {}
        if name not in model.model_fields_set and "default_key" in extra:
            each = world()[extra["default_key"]]
            yield DefaultUsed(
                where,
                each.title,
                extra.get("default_text", f"{each.value:,}" if isinstance(each.value, int) else str(each.value)),
                each.unit,
                each.source,
                each.as_of,
                each.standing,
            )
        elif isinstance(value, Model):
            yield from _walk(value, f"{where}.")
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Model):
                    yield from _walk(item, f"{where}[{index}].")


def statements(scenario: Scenario) -> list[str]:
    """The links that are not zero, one line each: causes the user states, listed on every output."""
    on = list(scenario.links_on())
    if not on:
        return ["Links from pay or process to behaviour: all zero."]
    return [
        "Links from pay or process to behaviour, stated by the user:",
        *(f"  links.{name} = {_shown(getattr(scenario.links, name))}" for name in on),
    ]


def _shown(value: Any) -> str:
    if isinstance(value, int | float):
        return f"{value:g}"
    return "{" + ", ".join(f"{key} = {member:g}" for key, member in value.model_dump().items() if isinstance(member, int | float)) + "}"
