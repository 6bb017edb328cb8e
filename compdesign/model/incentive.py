"""How often somebody ships with every link off."""

from compdesign.quantities import PerPath


def annual_deployments(build: PerPath, review: PerPath, delay: PerPath, rollback: PerPath, qualifying: PerPath) -> PerPath:
    """l0: qualifying deployments a year with links off; build, review and delay are means in months."""
    return 12 * (1 - rollback) * qualifying / (build + review + delay)
