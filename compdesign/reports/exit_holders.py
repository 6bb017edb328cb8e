"""An exit by stakeholder: each security's proceeds shared among those who hold it."""

from compdesign.inputs.stack import CapitalStack
from compdesign.model.waterfall import Proceeds
from compdesign.quantities import FloatArray


def by_stakeholder(typed: CapitalStack, result: Proceeds) -> dict[str, FloatArray]:
    """Stakeholder -> $[exit], largest last exit first; then what of a security no listed holder has, debt, fees and carve-out. Adds up
    to the exit value, as the proceeds by security do. Empty where the stack lists no holdings.
    """
    if not typed.holdings:
        return {}
    known, rows = typed.quantities(), result.by_holder()
    listed = dict.fromkeys(known, 0.0)
    for each in typed.holdings:
        listed[each.of] += each.shares
    paid: dict[str, FloatArray] = {}
    for each in typed.holdings:
        part = rows[each.of] * (each.shares / max(listed[each.of], known[each.of]))
        paid[each.holder] = paid[each.holder] + part if each.holder in paid else part
    ordered = dict(sorted(paid.items(), key=lambda each: (-float(each[1][-1]), each[0])))
    for name, total in known.items():
        if listed[name] < total and (rest := rows[name] * (1 - listed[name] / total)).any():
            ordered[f"{name}: holders not listed"] = rest
    for name in ("debt", "fees", "carve-out"):
        if rows[name].any():
            ordered[name] = ordered[name] + rows[name] if name in ordered else rows[name]
    return ordered
