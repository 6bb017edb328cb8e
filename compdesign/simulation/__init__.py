"""The timeline: draws, the month loop, the frozen result."""
