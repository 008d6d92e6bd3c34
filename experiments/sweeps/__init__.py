"""Sweeps: a design of parameter sets, run under the same luck, resumable, and read by analyses.

    from experiments.sweeps import sweep

    results = sweep("study.toml", out="results/mine")
    results.runs.collect()

A study file says what is asked (`study`), a design which parameter sets answer it (`designs`), the runner
spreads blocks of runs over any executor (`run`), and the folder keeps every block that has finished
(`folder`).
"""

from experiments.sweeps.merging import merge
from experiments.sweeps.opened import open_sweep
from experiments.sweeps.run import extend, resume, sweep

__all__ = ["extend", "merge", "open_sweep", "resume", "sweep"]
