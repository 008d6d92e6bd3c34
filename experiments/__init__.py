"""Experiments: studies of many runs, their results on disk, and what can be concluded from them.

The main job in a notebook:

    from experiments.compare import compare

    comparison = compare(["ad_hoc", "trust"], replicates=50)
    comparison.differences
"""
