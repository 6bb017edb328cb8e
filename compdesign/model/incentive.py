"""How the pay that one more deployment earns moves speed (incentive) and quality (gaming)."""

import numpy as np

from compdesign.quantities import BehaviourArray, PerPath


def deployment_share(annual_deployments: BehaviourArray, value: BehaviourArray, annual_cash: PerPath) -> BehaviourArray:
    """A = l0 G / (C + l0 G), in [0, 1): share of a year's pay that deployments earn at the links-off rate l0."""
    earned: BehaviourArray = annual_deployments * value
    cash: BehaviourArray = np.asarray(annual_cash, np.float32)
    return np.divide(earned, np.add(cash, earned), dtype=np.float32)


def build_speed(share: BehaviourArray, incentive: PerPath) -> BehaviourArray:
    """Build speed relative to links off: (1 + A)^epsilon."""
    return np.exp(incentive * np.log(1 + share))


def gaming_factor(share: BehaviourArray, gaming: PerPath, incentive: PerPath) -> BehaviourArray:
    """True margin per deployment relative to links off: (1 + A)^(-gamma_g epsilon)."""
    return np.exp(-gaming * incentive * np.log(1 + share))


def annual_deployments(build: PerPath, review: PerPath, delay: PerPath, rollback: PerPath, qualifying: PerPath) -> PerPath:
    """l0: qualifying deployments a year with links off; build, review and delay are means in months."""
    return 12 * (1 - rollback) * qualifying / (build + review + delay)
