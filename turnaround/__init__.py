"""The command line: `turnaround compare`, `run`, `parameters`, `regimes` and `report`."""
