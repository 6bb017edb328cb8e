"""What an input model's hash, which is made once, must keep to."""

import pickle

from compdesign.inputs.scenario import Scenario
from tests.simulation.posed import posed


def test_a_copy_makes_its_own_hash_and_equals_hash_alike() -> None:
    scenario = posed({})
    made = hash(scenario)
    assert hash(scenario) == made
    other, again = (scenario.model_copy(update={"seed": scenario.seed + 1}) for _ in range(2))
    assert hash(other) != made
    assert other == again
    assert hash(other) == hash(again)
    assert scenario.model_copy() == scenario
    assert hash(scenario.model_copy()) == made


def test_a_hash_does_not_travel() -> None:
    """Texts hash otherwise in another process."""
    scenario = posed({})
    hash(scenario)
    received: Scenario = pickle.loads(pickle.dumps(scenario))
    assert not hasattr(received, "_hash")
    assert received == scenario
    assert hash(received) == hash(scenario)
