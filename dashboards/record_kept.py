"""How the model fits the record, from the hindcast that comes with the project: what reports rest on."""

from pathlib import Path

from experiments.hindcast.words import together_in_words, verdicts_in_words
from experiments.reading import read_json

KEPT = Path(__file__).with_name("verdicts") / "hindcast.json"
"""Notes of the hindcast with the sets that come with the model: `make findings` writes it."""


def record_in_words(posterior: str) -> str:
    """What a hindcast with some sets of parameters found, or how to have one made.

    Args:
        posterior: the hash of its sets and weights.
    """
    notes = read_json(KEPT)
    if notes["asked"]["posterior"] != posterior:
        return "How these sets fit the record is what `turnaround hindcast --posterior FILE` shows."
    counts = {
        verdict: count + notes["verdicts"]["held_out"][verdict]
        for verdict, count in notes["verdicts"]["fitted"].items()
    }
    together = together_in_words(notes["joint"] and notes["joint"]["p_value"])
    return f"Of {sum(counts.values())} figures of the years to 2019: {verdicts_in_words(counts)}. {together}"
