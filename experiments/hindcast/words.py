"""What came of a hindcast, in words: for the screen, the hindcast's page and the findings."""

from collections.abc import Mapping

from experiments.hindcast.comparing import JUDGED, Verdict
from experiments.hindcast.joint import FEWEST

SIGNS: Mapping[Verdict, str] = {"pass": "✓", "within luck": "~", "fail": "✗", "given": "="}
"""Stand beside the word of a verdict."""

ODD = 0.05
"""Level at which the record would be an odd history of the model."""


def verdicts_in_words(counts: Mapping[str, int]) -> str:
    """How many figures there are of each verdict, those of which there are none left out."""
    return "; ".join(f"{counts[verdict]} {verdict}" for verdict in JUDGED if counts.get(verdict)) or "none"


def together_in_words(p_value: float | None) -> str:
    """What the check of all fitted figures at once says; it has no p where there were too few histories."""
    if p_value is None:
        return (
            "Whether the model misses the record in all fitted figures together is not told: that takes"
            f" {FEWEST} histories or more, and two such figures that differ between them."
        )
    odd = p_value < ODD
    words = (
        f"All fitted figures together lie as far out as those of one history in {1 / p_value:.0f}"
        f" (p = {p_value:.2f}): the record would be {'an odd' if odd else 'a usual'} history of this model."
    )
    if odd:
        words += (
            f" Taken together the model misses the record, at the level of {ODD:.0%}, however many figures"
            " pass one by one."
        )
    return words
