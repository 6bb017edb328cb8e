"""The HTTP API: scenarios in; comparisons, reports, letters and board exports out."""
