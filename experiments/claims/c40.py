"""C40: would social workers' not-for-profit bodies form?

Social workers may spin out of councils that have not failed in one arm, and may not in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.market import consider_spinning_out, found_mutual, may_run

CONTRAST = Contrast(
    claim="C40",
    says="Trusts and not-for-profit bodies of social workers would form.",
    who="president of the Association of Directors of Children's Services, 2014 (A5)",
    rules=(consider_spinning_out, found_mutual, may_run),
    lever="regime.spin_out",
    levers=("regime.spin_out", "arrangement.mutual.setup_quarters", "arrangement.mutual.duration"),
    regime="trust",
    without={"regime.spin_out": 0},
    with_={"regime.spin_out": 0.005},
    measure=average("arranged_mutual", 24, 44),
    claimed=+1,
    smallest=2.0,
    reason="as many as there were staff-led bodies in the country",
    strength=Strength("regime.spin_out", "with"),
    sides=("sector",),
    facts=("regime.spin_out",),
    holds=Point("one council in two hundred a quarter sees its social workers form a mutual"),
    fails=Point("one in five thousand does", with_={"regime.spin_out": 0.0002}),
    beside=(average("arranged_trust", 24, 44), outcome("quality_end"), outcome("in_house")),
    doubt="Why social workers would leave a council is not modelled: the rate at which they do is put in.",
)

if __name__ == "__main__":
    answer(CONTRAST)
