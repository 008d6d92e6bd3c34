"""Why a council's history went as it did: traced from the rules, with twins that differ in one change."""

from experiments.explain.explanation import Explanation, explain, explaining
from experiments.explain.twinned import Twins, explain_twin

__all__ = ["Explanation", "Twins", "explain", "explain_twin", "explaining"]
