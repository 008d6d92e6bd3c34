"""The model inside the EMA Workbench, for exploratory modellers: uncertainties, regimes as levers, outcomes.

    from ema_workbench import SequentialEvaluator

    from experiments.ema import turnaround_model

    model = turnaround_model(["ad_hoc", "trust"], factors=["support.power", "director.blame"], replicates=4)
    with SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=16, policies=2)

It needs the extra `analysis`. An experiment runs all its replicates on the compiled engine and gives the
means of the outcomes over them, under the luck that every other experiment meets. A sweep does the same in
larger blocks and is faster: the Workbench is for what it has and sweeps have not, such as optimisation.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import stats

from experiments.effects import EFFECTS, MAIN_OUTCOMES
from experiments.errors import StudyError
from experiments.horizon import USUAL_QUARTERS
from experiments.runner import compile_engine
from experiments.sweeps.blocks import Common, common_of, records_at
from experiments.sweeps.factors import Factor
from experiments.sweeps.study import read_study
from model.ensemble import Luck, draw_luck, run_block
from model.parameters import constrained_names, contradictions
from model.regimes import SHIPPED
from model.registry import ARRANGEMENTS, ParameterError, registry

try:
    with warnings.catch_warnings():
        # It tells everyone who has no ipyparallel so.
        warnings.filterwarnings("ignore", message="ipyparallel not installed")
        from ema_workbench import (
            BooleanParameter,
            CategoricalParameter,
            Constant,
            IntegerParameter,
            Model,
            RealParameter,
            ScalarOutcome,
        )
except ModuleNotFoundError as missing:
    raise StudyError(
        f"the EMA Workbench needs {missing.name}: pip install -e '.[analysis]' in the checkout"
    ) from missing

REGIME = "regime"
"""Name of the lever, and of the constant where there is one regime only."""

LEVERS_OF_REGIMES = "regime.*"
"""What a regime decides is no uncertainty, unless it is asked for by name."""


def turnaround_model(
    regimes: Sequence[str] = SHIPPED,
    outcomes: Sequence[str] = MAIN_OUTCOMES,
    factors: Mapping[str, Any] | Sequence[str] | None = None,
    replicates: int = 1,
    quarters: int = USUAL_QUARTERS,
    seed: int = 1,
) -> Any:
    """The model as the EMA Workbench takes it.

    Args:
        regimes: names or files; the values of the lever `regime`.
        outcomes: that an experiment gives, each the mean over its replicates; not a number where it could
            not be observed in one of them.
        factors: names or patterns of the parameters that are uncertain, or what a study file says under
            [parameters]; all that the registry calls uncertain and no regime decides when None.
        replicates: histories of luck of each experiment, the same for all.
        quarters: length of each.
        seed: of the luck.

    Returns:
        An `ema_workbench.Model`. Whole numbers are integer parameters, switches Boolean, listed values and
        arrangements categories, everything else real with the distribution of the factor. Outcomes are to be
        maximised or minimised where one direction is better, and are information elsewhere.

    Raises:
        StudyError: for outcomes, lengths or counts that are not allowed.
        ParameterError: for regimes or factors that are unknown, not allowed or contradictory.
    """
    asked = factors if isinstance(factors, Mapping) else {name: {} for name in factors or ("*",)}
    study = read_study(
        {
            "title": "EMA Workbench",
            "regimes": list(regimes),
            "replicates": replicates,
            "quarters": quarters,
            "seed": seed,
            "outcomes": list(outcomes),
            "exclude": [] if factors else [LEVERS_OF_REGIMES],
            "design": {"kind": "latin_hypercube", "points": 2},  # not run: the Workbench samples
            "parameters": dict(asked),
        }
    )
    # Worker processes then read what is compiled here, rather than compile it each for itself.
    compile_engine()
    names = [regime.name for regime in study.regimes]
    model = Model("turnaround", function=Experiment(common_of(study), replicates))
    model.uncertainties = [parameter_of(factor) for factor in study.factors]
    if len(names) > 1:
        model.levers = [CategoricalParameter(REGIME, names)]
    else:
        model.constants = [Constant(REGIME, names[0])]
    model.outcomes = [outcome_of(name) for name in study.outcomes]
    return model


def parameter_of(factor: Factor) -> Any:
    """A factor as a parameter of the Workbench, with its range and distribution."""
    entry = factor.entry
    if factor.values:
        arranged = entry is not None and entry.type == "arrangement"
        named = {code: name for name, code in ARRANGEMENTS.items()}
        return CategoricalParameter(
            factor.name, [named[int(value)] if arranged else value for value in factor.values]
        )
    if entry is not None and entry.type == "switch":
        return BooleanParameter(factor.name)
    if factor.whole:
        return IntegerParameter(factor.name, int(factor.low), int(factor.high))
    if factor.distribution == "log_uniform":
        return RealParameter.from_dist(factor.name, stats.loguniform(factor.low, factor.high))
    if factor.distribution == "triangular":
        width = factor.high - factor.low
        turn = (factor.peak - factor.low) / width
        return RealParameter.from_dist(factor.name, stats.triang(turn, factor.low, width))
    return RealParameter(factor.name, factor.low, factor.high)


def outcome_of(name: str) -> Any:
    """An outcome with the direction in which it is better, if any."""
    kinds = {"higher": ScalarOutcome.MAXIMIZE, "lower": ScalarOutcome.MINIMIZE, None: ScalarOutcome.INFO}
    return ScalarOutcome(name, kind=kinds[EFFECTS[name].better])


@dataclass(frozen=True)
class Experiment:
    """What the Workbench calls for an experiment; it travels to worker processes.

    Attributes:
        common: what all experiments share.
        replicates: of each.
    """

    common: Common
    replicates: int

    def __call__(self, **given: Any) -> dict[str, float]:
        """Outcomes of a regime with some values of the factors, by name.

        Raises:
            ParameterError: when a value is not allowed, or values contradict each other.
        """
        common = self.common
        regime = common.regimes.index(given[REGIME])
        values = {name: value_of(name, given[name]) for name in common.factors}
        together = {**common.bases[regime].values, **values}
        constrained = constrained_names()
        problems = contradictions({name: value for name, value in together.items() if name in constrained})
        if problems:
            raise ParameterError("; ".join(problems))
        records = records_at(common, np.array([list(values.values())]), [regime])
        block = run_block(records, luck_of(common.seed, self.replicates, common.quarters), common.quarters)
        return {name: mean(block.outcomes[name]) for name in common.outcomes}


def value_of(name: str, given: Any) -> float:
    """A value of a parameter as the engine takes it: a number, for an arrangement its code.

    Raises:
        ParameterError: when the parameter does not allow it.
    """
    plain = given.item() if isinstance(given, np.generic) else given
    return float(registry()[name].value(plain, "an experiment"))


def mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Mean over replicates; not a number where one of them saw nothing."""
    return math.nan if np.isnan(values).any() else float(np.mean(values))


@lru_cache(maxsize=1)
def luck_of(seed: int, replicates: int, quarters: int) -> Luck:
    """The luck of all experiments, drawn once in a process."""
    return draw_luck(seed, range(replicates), quarters)
