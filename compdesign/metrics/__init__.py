"""From a simulation's result to numbers people decide by, with standard errors."""
