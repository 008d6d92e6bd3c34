"""Studies of the field: each a short script that asks a question of the model and answers it with figures.

    python -m experiments.studies.deadline

A script's docstring asks, its constants are the design, a study file written as a mapping, and its last lines
answer. Cells of a design are compared history by history (`paired`); running, printing and writing is the
same for all (`script`). `expected` holds what each answers at its small size; `python -m experiments.studies`
makes that anew, and runs all of them.
"""

NAMES = ("funding_and_demand", "deadline", "helpers", "blame_and_tenure", "licensing")
"""The studies, in the order of the debate."""
