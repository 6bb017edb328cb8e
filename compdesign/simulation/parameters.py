"""From a scenario with distributions to one with numbers: each uncertain input becomes an array over the paths."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar, cast

import numpy as np
from pydantic import BaseModel

from compdesign.inputs.uncertain import Bounds, Choices, Distribution, MeanSd, Percentiles, Pert, bounds_of
from compdesign.model import distributions
from compdesign.quantities import FloatArray

M = TypeVar("M", bound=BaseModel)


def uncertain_inputs(model: BaseModel) -> dict[str, Distribution]:
    """Every distribution in a scenario by its dotted name, e.g. ``company.financing[0].amount``."""
    return {name: value for name, value, _ in _leaves(model, "") if isinstance(value, Distribution)}


def _leaves(model: BaseModel, prefix: str) -> Iterator[tuple[str, Any, Bounds | None]]:
    for key, bounds in _fields(type(model)).items():
        value = getattr(model, key)
        if isinstance(value, Distribution) or not isinstance(value, BaseModel | tuple | list):
            yield f"{prefix}{key}", value, bounds
        elif isinstance(value, BaseModel):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _leaves(item, f"{prefix}{key}[{index}].")


Drawn = Callable[[str, Distribution, Bounds | None], FloatArray]
"""From an uncertain input, by its dotted name, its distribution and its bounds, to its values, float64[path]."""


def resolve(model: M, draw: Callable[[str], FloatArray]) -> M:
    """The scenario with each distribution replaced by float64[path], the quantile of draw(dotted name); the rest is shared."""
    return resolved(model, lambda name, value, bounds: quantile(value, bounds, draw(name)))


def resolved(model: M, drawn: Drawn) -> M:
    """The scenario with each distribution replaced by what is drawn of it; the rest is shared."""
    return mapped(model, lambda name, value, bounds: drawn(name, value, bounds) if isinstance(value, Distribution) else value)


def at_medians(model: M) -> M:
    """The scenario with each distribution replaced by its median."""
    return mapped(model, lambda name, value, bounds: percentile(value, bounds, 0.5) if isinstance(value, Distribution) else value)


def slice_paths(model: M, paths: slice) -> M:
    """A resolved scenario on a slice of its paths."""
    if paths == slice(None):
        return model
    return mapped(model, lambda name, value, bounds: value[paths] if isinstance(value, np.ndarray) else value)


def on_path(model: M, path: int) -> M:
    """A resolved scenario on one path: plain numbers only."""
    return mapped(model, lambda name, value, bounds: float(value[path]) if isinstance(value, np.ndarray) else value)


def with_value(model: M, name: str, value: Any) -> M:
    """The scenario with the leaf of this dotted name replaced."""
    key, _, rest = name.partition(".")
    if not rest:
        return model.model_copy(update={key: value})
    key, _, place = key.removesuffix("]").partition("[")
    old = getattr(model, key)
    if not place:
        return model.model_copy(update={key: with_value(old, rest, value)})
    items = [with_value(item, rest, value) if at == int(place) else item for at, item in enumerate(old)]
    return model.model_copy(update={key: type(old)(items)})


def mapped(model: M, change: Callable[[str, Any, Bounds | None], Any], prefix: str = "") -> M:
    """A copy of a model tree with change(dotted name, value, bounds) applied to its leaves that are distributions or have been drawn;
    unchanged parts are shared.
    """
    update: dict[str, Any] = {}
    for key, old in vars(model).items():
        if type(old) in _PLAIN:  # nearly every leaf: nothing else is asked of it
            continue
        new: Any = old
        if isinstance(old, Distribution | np.ndarray):
            new = change(f"{prefix}{key}", old, _fields(type(model))[key])
        elif isinstance(old, BaseModel):
            new = mapped(old, change, f"{prefix}{key}.")
        elif isinstance(old, tuple | list) and any(isinstance(item, BaseModel) for item in old):
            items = type(old)(mapped(item, change, f"{prefix}{key}[{i}].") for i, item in enumerate(old))
            new = items if any(a is not b for a, b in zip(items, old, strict=True)) else old
        if new is not old:
            update[key] = new
    return model.model_copy(update=update) if update else model


_PLAIN = frozenset((float, int, bool, str, type(None)))


@lru_cache
def _fields(model: type[BaseModel]) -> dict[str, Bounds | None]:
    """A model's fields by name, and their bounds."""
    return {key: bounds_of(field) for key, field in model.model_fields.items()}


def percentile(value: Distribution, bounds: Bounds | None, u: float) -> float:
    """One quantile of a distribution."""
    return float(quantile(value, bounds, np.array([u]))[0])


def quantile(value: Distribution, bounds: Bounds | None, u: FloatArray) -> FloatArray:
    """Quantiles of a distribution in the family its bounds call for (model section 4); float64, shape of u."""
    lower, upper = (bounds.lower, bounds.upper) if bounds else (None, None)
    match value:
        case Percentiles(p10=p10, p50=p50, p90=p90):
            if lower is None:
                return distributions.metalog(u, p10, p50, p90)
            if upper is None:
                return distributions.log_metalog(u, p10, p50, p90, lower)
            return distributions.logit_metalog(u, p10, p50, p90, lower, upper)
        case Pert(low=low, mode=mode, high=high):
            return distributions.pert(u, low, mode, high)
        case MeanSd(mean=mean, sd=sd):
            if lower is None:
                return distributions.normal(u, mean, sd)
            if upper is None:
                return distributions.lognormal(u, mean, sd, lower)
            return distributions.scaled_beta(u, mean, sd, lower, upper)
        case Choices(values=values, weights=weights):
            return distributions.choice(u, values, weights)


def values_of(model: BaseModel, names: list[str]) -> list[Any]:
    """The leaves of these dotted names, in order."""
    leaves = {name: value for name, value, _ in _leaves(model, "")}
    return [leaves[name] for name in names]


def side_by_side(models: list[M], drawn: Drawn, paths: int) -> M:
    """Scenarios that differ in plain numbers or distributions only, as one: float64[model x path] where they differ or are
    drawn. drawn gives the values of one scenario.
    """
    if len(models) == 1:
        return resolved(models[0], drawn)

    def joined(nodes: list[Any], name: str, bounds: Bounds | None) -> Any:
        """One value for all. What they share is drawn once; only what differs is looked at part by part."""
        first = nodes[0]
        if type(first) in _PLAIN and all(node == first for node in nodes):
            return first
        if isinstance(first, BaseModel) and all(node is first for node in nodes) and not isinstance(first, Distribution):
            return mapped(first, lambda *leaf: np.tile(drawn(*leaf), len(nodes)), f"{name}." if name else "")
        if isinstance(first, BaseModel) and not isinstance(first, Distribution):
            update = {
                key: joined([getattr(node, key) for node in nodes], f"{name}.{key}" if name else key, inner)
                for key, inner in _fields(type(first)).items()
            }
            return first.model_copy(update={key: value for key, value in update.items() if value is not getattr(first, key)})
        if isinstance(first, tuple | list) and any(isinstance(item, BaseModel) for item in first):
            return type(first)(joined([node[at] for node in nodes], f"{name}[{at}]", None) for at in range(len(first)))
        if all(node is first or node == first for node in nodes):
            return np.tile(drawn(name, first, bounds), len(nodes)) if isinstance(first, Distribution) else first
        values = [drawn(name, node, bounds) if isinstance(node, Distribution) else node for node in nodes]
        return np.concatenate([np.broadcast_to(value, paths) for value in values])

    return cast(M, joined(list(models), "", None))
