"""From pydantic's errors to problems a user can act on: the key's path, what is wrong, the remedy."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from compdesign.errors import Problem
from compdesign.inputs.base import Model, kinds_of, title_of
from compdesign.inputs.uncertain import listed, shown

MOST_REPORTED = 20
_LONGEST_PATH = 160
_TRIGGERS = ("every_deployments", "nth_deployment", "margin_gain_bps", "tenure_months", "all", "any")
"""The key that tells a trigger's kind; pydantic puts it into a location once more, as a tag."""

Location = tuple[int | str, ...]


def problems_of(error: ValidationError) -> list[Problem]:
    """Every fault of a failed validation, at most MOST_REPORTED, none of pydantic's wording for programmers."""
    root = next((model for model in _kinds_of_model(Model) if model.__name__ == error.title), None)
    faults = [fault for fault in error.errors(include_url=False) if not is_echo(fault)]
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"][:MOST_REPORTED]  # looking for what was meant takes time
    misspelt = {(*fault["loc"][:-1], _meant(fault, root)) for fault in unknown}
    faults = [fault for fault in faults if fault["type"] != "missing" or fault["loc"] not in misspelt]
    problems = [_problem(fault, root) for fault in faults[:MOST_REPORTED]]
    if len(faults) > MOST_REPORTED:
        problems.append(Problem(_kind(root), f"{len(faults) - MOST_REPORTED} further faults are not listed", "mend these first"))
    return problems


def _kinds_of_model(base: type[Model]) -> Iterator[type[Model]]:
    for model in base.__subclasses__():
        yield model
        yield from _kinds_of_model(model)


def is_echo(fault: Any) -> bool:
    """Whether a list is called too short only because of the faults in its entries, which are reported themselves."""
    return bool(fault["type"] == "too_short" and len(fault["input"]) >= fault["ctx"]["min_length"])


def _problem(fault: Any, root: type[Model] | None) -> Problem:
    location, value = fault["loc"], fault["input"]
    return Problem(key_path(location) or _kind(root), *_what_and_remedy(fault, location, value, root))


def _what_and_remedy(fault: Any, location: Location, value: Any, root: type[Model] | None) -> tuple[str, str]:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "refused":  # our own validators say it all
            return context["what"], context["remedy"]
        case "missing":
            return "is missing", f"add it{_described(location, root)}"
        case "extra_forbidden" | "invalid_key":
            return "is no known key", _correction(fault, root)
        case "unknown_trigger":
            return _no_trigger(value)
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{shown(value)} is no table", _under(location, root)
        case "tuple_type" | "list_type":
            return f"{shown(value)} is no list", f"write a list of tables, each under [[{_header(location)}]]"
        case "too_short":
            return f"the list has {_entries(value)}", f"give at least {context['min_length']}"
        case "too_long":
            return f"the list has {_entries(value)}", f"give at most {context['max_length']}"
        case "recursion_loop":
            return "is nested too deeply", "nest a few levels at most"
    return f"{shown(value)} is refused", f"`{_schema(root)}` says what this key takes"


def _schema(root: type[Model] | None) -> str:
    return "compdesign schema candidate" if _kind(root) == "candidate file" else "compdesign schema"


def _kind(root: type[Model] | None) -> str:
    """What the user calls the file."""
    return str(getattr(root, "document", "scenario"))


def _entries(value: Any) -> str:
    return "no entries" if not value else "1 entry" if len(value) == 1 else f"{len(value)} entries"


def _no_trigger(value: Any) -> tuple[str, str]:
    if not isinstance(value, dict):
        return f"{shown(value)} is no trigger", "write a table, e.g. { every_deployments = 1 }"
    if not value:
        return "is an empty table", f"give one of {', '.join(_TRIGGERS)}"
    meant = [match for key in value for match in get_close_matches(str(key)[:80], _TRIGGERS, 1)]
    return f"names no trigger but {listed(value)}", f"did you mean {meant[0]}?" if meant else f"give one of {', '.join(_TRIGGERS)}"


def _correction(fault: Any, root: type[Model] | None) -> str:
    *parents, key = fault["loc"]
    if key in _TRIGGERS and any(set(_TRIGGERS) & set(model.model_fields) for model in models_at(tuple(parents), root)):
        return "a trigger names one condition; combine several with all = [...] or any = [...]"
    meant = _meant(fault, root)
    return f"did you mean {meant}?" if meant else f"correct its spelling or remove it (`{_schema(root)}` lists the keys)"


def _meant(fault: Any, root: type[Model] | None) -> str | None:
    """The known key that an unknown one resembles."""
    *parents, key = fault["loc"]
    known = [name for model in models_at(tuple(parents), root) for name in model.model_fields]
    return next(iter(get_close_matches(str(key)[:80].lower(), known, 1)), None)


def _described(location: Location, root: type[Model] | None) -> str:
    """What a missing key means, and its unit."""
    *parents, key = location
    for model in models_at(tuple(parents), root):
        if (field := model.model_fields.get(str(key))) is not None:
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            return f": {title_of(field)}" + (f" ({extra['unit']})" if "unit" in extra else "")
    return ""


def models_at(location: Location, root: type[Model] | None) -> list[type[Model]]:
    """The models whose keys may stand at a location."""
    models = [root] if root else []
    for part, is_tag in _parts(location):
        if is_tag:
            models = [model for model in models if part in model.model_fields]
        elif isinstance(part, str):
            fields = [model.model_fields[part] for model in models if part in model.model_fields]
            models = [kind for field in fields for kind in _models_in(field.annotation)]
    return models


def _models_in(annotation: Any) -> list[type[Model]]:
    found: list[type[Model]] = []
    for kind in kinds_of(annotation):
        if isinstance(kind, type) and issubclass(kind, Model):
            found.append(kind)
        else:
            found += [model for part in getattr(kind, "__args__", ()) if part is not ... for model in _models_in(part)]
    return found


def _parts(location: Location) -> list[tuple[int | str, bool]]:
    """Each part of pydantic's location, and whether it is the tag of a trigger instead of a key the user typed."""
    parts: list[tuple[int | str, bool]] = []
    for index, part in enumerate(location):
        before = location[max(index - 3, 0) : index]
        first = len(before) > 1 and before[-1] == "trigger" and isinstance(before[-2], int)
        nested = len(before) > 2 and isinstance(before[-1], int) and before[-2] in ("all", "any") and before[-3] == before[-2]
        parts.append((part, part in _TRIGGERS and (first or nested)))
    return parts


def key_parts(location: Location) -> list[int | str]:
    """The keys and indices that the user typed, from pydantic's location."""
    return [part for part, is_tag in _parts(location) if not is_tag]


def key_path(location: Location) -> str:
    """``offers[1].refresh[0].cap`` from pydantic's location, without the tags of unions."""
    path = ""
    for part, is_tag in _parts(location):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not is_tag:
            key = part if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", part) else shown(part)
            path += f".{key}" if path else key
    return path if len(path) <= _LONGEST_PATH else f"{path[: _LONGEST_PATH - 60]}...{path[-50:]}"


def _header(location: Location) -> str:
    """The name of the TOML table at a location."""
    return key_path(tuple(part for part, is_tag in _parts(location) if isinstance(part, str) and not is_tag))


def _under(location: Location, root: type[Model] | None) -> str:
    if not location:
        return f"give the keys of a {_kind(root)}"
    header = _header(location)
    return f"write its keys under {f'[[{header}]]' if isinstance(location[-1], int) else f'[{header}]'}"
