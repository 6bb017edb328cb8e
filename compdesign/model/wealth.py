"""What pay comes to by a horizon, and what risky wealth is worth to a person who dislikes risk.

Times are in months from the offer; r is the continuously compounded annual rate. Every argument may be a float or an
array; results have the axes of the arguments broadcast.
"""

import numpy as np

from compdesign.quantities import MONTHS_PER_YEAR, FloatArray, IntArray, PerPath, summed


def lump(amount: PerPath, time: PerPath, horizon: PerPath, r: PerPath) -> PerPath:
    """Value at `horizon` of `amount` $ paid at `time`; paid after the horizon it is worth 0, whatever the amount."""
    left = np.subtract(horizon, time)
    return np.where(left < 0, 0.0, amount * np.exp(r * np.maximum(left, 0.0) / MONTHS_PER_YEAR))[()]


def flow(rate_per_month: PerPath, start: PerPath, end: PerPath, horizon: PerPath, r: PerPath) -> PerPath:
    """Value at `horizon` of $ `rate_per_month` paid continuously from `start` to `end`, at most to the horizon.

    rate e^(r(H - e)) (e^(r(e - s)) - 1) / r with times in years; rate x duration where r is 0. 0 where end <= start.
    end may be inf. NaN gives NaN.
    """
    end = np.minimum(end, horizon)
    duration = np.maximum(end - start, 0.0)
    growth = r * duration / MONTHS_PER_YEAR
    flat = growth == 0
    mean_factor = np.where(flat, 1.0, np.expm1(growth) / np.where(flat, 1.0, growth))
    return (rate_per_month * duration * mean_factor * np.exp(r * (horizon - end) / MONTHS_PER_YEAR))[()]


def base_flow(base: PerPath, growth: PerPath, start: PerPath, end: PerPath, horizon: PerPath, r: PerPath) -> PerPath:
    """Value at `horizon` of base pay from `start` >= 0 to `end`: `base` $ a year, rising by (1 + growth) on each
    anniversary of month 0, so base (1 + growth)^floor(m/12) a year in month m. Clipping and limits of `flow`.
    """
    total: PerPath = 0.0
    for year in range(int(np.ceil(np.max(horizon) / MONTHS_PER_YEAR))):
        first, last = MONTHS_PER_YEAR * year, MONTHS_PER_YEAR * (year + 1)
        rate = base * (1 + growth) ** year / MONTHS_PER_YEAR
        total = total + flow(rate, np.maximum(start, first), np.minimum(end, last), horizon, r)
    return total


def months_by_year(start: PerPath, end: PerPath, years: int) -> FloatArray:
    """Months of each year, counted from month 0, that lie between `start` and `end`; float64[year, axes of the arguments]."""
    first, last = np.broadcast_arrays(start, end)
    year = MONTHS_PER_YEAR * np.arange(years).reshape(-1, *[1] * first.ndim)
    return np.maximum(np.minimum(last, year + MONTHS_PER_YEAR) - np.maximum(first, year), 0.0)


def year_of(time: PerPath, years: int) -> PerPath:
    """Year, counted from 0, in which a payment at `time` falls; at the end of a year it belongs to that year."""
    return np.clip(np.ceil(np.asarray(time) / MONTHS_PER_YEAR).astype(np.int64) - 1, 0, years - 1)


def certainty_equivalent(
    wealth: PerPath,
    weights: PerPath | None,
    initial_wealth: PerPath,
    r: PerPath,
    horizon_years: PerPath,
    risk_aversion: PerPath,
    utility: PerPath | None = None,
) -> PerPath:
    """Sure $ today worth as much as the offer: Hall and Murphy (2002) under constant relative risk aversion g,
    CE = e^(-rH) (E[W^(1-g)]^(1/(1-g)) - W0 e^(rH)); g = 1: exp E ln W, to which it tends.

    wealth: W, $ at the horizon, float64[..., path]; the expectation is over the last axis. weights: float64[..., path] >= 0,
    not all 0, None for equal; they need not add up to 1 (in a mixture of two samples the weight of a path is the
    probability of its sample over the size of its sample). initial_wealth: W0, $. r: 1/year. horizon_years: H.
    risk_aversion: g >= 0. The last four are floats or float64[...], one per expectation, as is the result. utility: where what
    stands on the last axis are samples of paths, the second of what `sampled` gives, wealth being the first.

    Ruin (W <= 0) with positive weight: CE = -W0 where g >= 1; W counts as 0 where g < 1. NaN gives NaN.

    Powers are of W relative to the W that weighs most, so none overflows, and g near 1 loses no digits.
    """
    paths = np.maximum(np.asarray(wealth, np.float64), 0.0)
    share = np.ones(paths.shape[-1]) if weights is None else np.asarray(weights, np.float64)
    share = share / share.sum(axis=-1, keepdims=True)
    power = 1 - np.asarray(risk_aversion, np.float64)[..., None]
    log_utility, divisor = power == 0, np.where(power == 0, 1.0, power)
    weighs = share > 0
    most, least = (paths, paths) if weighs.all() else (np.where(weighs, paths, 0.0), np.where(weighs, paths, np.inf))
    reference = np.where(power > 0, most.max(axis=-1, keepdims=True), least.min(axis=-1, keepdims=True))
    ruin = reference[..., 0] == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log((paths if most is paths else np.where(weighs, paths, reference)) / reference)
        relative = np.where(log_utility, logs, np.expm1(power * logs) / divisor)
        powers = np.exp(power * logs)
        if utility is not None:
            relative, powers = relative + powers * utility, powers * (1 + power * utility)
        mean = (share * relative).sum(axis=-1)
        marginal = (share * powers).sum(axis=-1)
        power, log_utility, divisor = power[..., 0], log_utility[..., 0], divisor[..., 0]
        log_marginal = np.where(marginal > 0.5, np.log1p(power * mean), np.log(marginal))
        equivalent = np.where(ruin, 0.0, reference[..., 0] * np.exp(np.where(log_utility, mean, log_marginal / divisor)))
    return (np.exp(-np.multiply(r, horizon_years)) * equivalent - initial_wealth)[()]


def sampled(wealth: FloatArray, sample: IntArray, samples: int, risk_aversion: float) -> tuple[FloatArray, FloatArray]:
    """Samples of paths, each as one wealth and the mean utility relative to it, both float64[sample]: any mixture of them has its
    certainty equivalent from these alone. wealth, sample[path]: W, and in which sample; one that has no path must weigh nothing.
    """
    paths, power = np.maximum(wealth, 0.0), 1 - risk_aversion
    reference = np.full(samples, 0.0 if power > 0 else np.inf)
    (np.maximum if power > 0 else np.minimum).at(reference, sample, paths)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(paths / reference[sample])
        utility = np.expm1(power * logs) / power if power else logs
        mean = summed(sample, utility, samples) / np.maximum(np.bincount(sample, minlength=samples), 1)
    return reference, np.where(reference > 0, mean, 0.0)  # a sample of ruined people alone varies in nothing
