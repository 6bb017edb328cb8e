"""The hazard of leaving."""

import numpy as np

from compdesign.quantities import PerPath

LARGEST_PROBABILITY = 0.999_999


def monthly_hazard(annual_probability: PerPath) -> PerPath:
    """Hazard of a month whose year is survived with 1 - annual_probability: -ln(1 - p) / 12."""
    return -np.log1p(-np.minimum(annual_probability, LARGEST_PROBABILITY)) / 12
