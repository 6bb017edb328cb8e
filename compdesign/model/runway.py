"""When cash runs out."""

import numpy as np

from compdesign.quantities import PerPath


def runway(month: PerPath, opening: PerPath, closing: PerPath, minimum: PerPath) -> PerPath:
    """Months from the as-of date until cash falls to the minimum, in a month that ends below it, axes of the arguments:
    R = m + (C0 - min) / (C0 - C), a straight line through the month.

    month: m. opening: C0, $ after that month's financing. closing: C, $. minimum: $. inf where the month does not end
    below the minimum; m where it opens at or below it. NaN gives NaN.
    """
    burn = np.subtract(opening, closing)
    within = np.clip((opening - minimum) / np.where(burn <= 0, 1.0, burn), 0.0, 1.0)
    return np.where(np.greater_equal(closing, minimum), np.inf, month + within)[()]
