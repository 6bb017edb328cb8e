"""10,000 exits of a ten-class stack. Run as ``python -m benchmarks.waterfall``; prints times, asserts nothing. One thread."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import time
from dataclasses import replace

import numpy as np

from compdesign.model.securities import Convertible, OptionTranche, Preferred, Stack
from compdesign.model.waterfall import proceeds

PATHS = 10_000


def ten_classes() -> Stack:
    """Ten classes on five ranks, of every participation, three option tranches, a SAFE and a note, debt, fees, carve-out."""
    kinds = ("none", "full", "capped")
    preferred = tuple(
        Preferred(
            f"Series {number}",
            shares=1e6 * (1 + number % 4),
            invested=2e6 * (number + 1) ** 1.5,
            rank=5 - number // 2,
            participation=kinds[number % 3],
            cap_multiple=2.5 if number % 3 == 2 else None,
        )
        for number in range(10)
    )
    options = tuple(OptionTranche(f"options at {strike}", 4e5, strike) for strike in (0.5, 2.0, 6.0))
    papers = (Convertible("SAFE", 1e6, cap=40e6), Convertible("note", 1e6, cap=30e6, basis="pre-money", rank=0))
    return Stack(1e7, preferred, options, papers, debt=5e6, fees=1e6, fee_share=0.02, carve_out_share=0.08, carve_out_maximum=1e7)


def shortest(stack: Stack, exits: np.ndarray, times: int = 9) -> float:
    """Seconds of the shortest of a few runs."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        proceeds(stack, exits)
        took.append(time.perf_counter() - started)
    return min(took)


def main() -> None:
    generator = np.random.default_rng(1)
    exits = generator.lognormal(np.log(2e8), 1.2, PATHS)
    stack = ten_classes()
    grown = 1 + generator.random(PATHS)
    by_path = replace(
        stack, common=stack.common * grown, preferred=tuple(replace(each, invested=each.invested * grown) for each in stack.preferred)
    )
    print(
        f"{PATHS:,} exits of a stack of {len(stack.preferred)} classes, {len(stack.options)} tranches, {len(stack.convertibles)} convertibles, one thread"
    )
    print(f"  one stack               {1e3 * shortest(stack, exits):6.1f} ms  (to stay under: 100)")
    print(f"  another stack per path  {1e3 * shortest(by_path, exits):6.1f} ms")
    one = Stack(1e7, (Preferred("preferred", 5e6 * grown, 3e7 * grown),))
    print(f"  one class, per path     {1e3 * shortest(one, exits):6.1f} ms")


if __name__ == "__main__":
    main()
