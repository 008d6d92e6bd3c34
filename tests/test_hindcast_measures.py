"""What happens in panels, and every measure of the record, against small panels worked out by hand."""

import numpy as np
import pytest
from hindcast_helpers import panel_of
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.hindcast import targets
from experiments.hindcast.events import (
    clock_since,
    exits,
    failures,
    first_judgements,
    life_table,
    mean_around,
)
from experiments.hindcast.targets import MEASURES, all_cases, all_figures
from model.facts import load_facts, starting_facts


def figures(panel, measure):
    found = MEASURES[measure].figures(panel)
    return {name: float(figure.values[0]) for name, figure in found.items()}


def cases(panel, measure):
    found = MEASURES[measure].figures(panel)
    return {name: int(figure.cases[0]) for name, figure in found.items() if figure.cases is not None}


def flags(*lines):
    """A council a line, x where something happens: shape (1, quarters, councils)."""
    return (np.array([list(line) for line in lines]).T == "x")[np.newaxis]


# ---- Events


def test_failures_are_judgements_of_inadequate_of_those_that_were_not():
    panel = panel_of("..I..I.R", "R..I....", before="IG")
    assert failures(panel)[0].T.astype(int).tolist() == [[0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0]]
    assert exits(panel)[0].T.astype(int).tolist() == [[0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0]]
    assert first_judgements(panel)[0].T.astype(int).tolist() == [
        [0, 0, 1, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0, 0, 0],
    ]


def test_a_council_that_had_no_judgement_before_can_fail():
    assert failures(panel_of("I", before="."))[0, 0, 0]


def test_a_clock_runs_from_the_quarter_after_a_start_to_the_stop():
    clock = clock_since(flags("x.....x."), flags("...x...."))
    assert clock[0, :, 0].tolist() == [-1, 1, 2, 3, -1, -1, -1, 1]


def test_a_start_while_the_clock_runs_changes_nothing_and_one_with_a_stop_begins_anew():
    assert clock_since(flags("x.x..."), flags("....x."))[0, :, 0].tolist() == [-1, 1, 2, 3, 4, -1]
    assert clock_since(flags("x..x.."), flags("...x.."))[0, :, 0].tolist() == [-1, 1, 2, 3, 1, 2]


@given(
    st.lists(
        st.tuples(st.integers(0, 10), st.integers(1, 12), st.booleans()), min_size=1, max_size=25
    ).filter(lambda waits: any(start + wait < 16 and ends for start, wait, ends in waits))
)
def test_the_life_table_is_the_kaplan_meier_estimate_of_scipy(waits):
    start, event = np.zeros((1, 16, len(waits)), bool), np.zeros((1, 16, len(waits)), bool)
    happened, censored = [], []
    for council, (begins, wait, ends) in enumerate(waits):
        start[0, begins, council] = True
        if ends and begins + wait < 16:
            event[0, begins + wait, council] = True
            happened.append(wait)
        else:
            censored.append(15 - begins)
    table = life_table(start, event, np.ones_like(start))
    data = stats.CensoredData(uncensored=happened, right=censored)
    survival = stats.ecdf(data).sf
    longest = max(happened + censored)
    for quarters in range(1, 16):
        own = table.happened_by(quarters)[0]
        if quarters <= longest:
            assert own == pytest.approx(1.0 - survival.evaluate(quarters), abs=1e-12)
        elif survival.evaluate(longest) > 0.0:
            assert np.isnan(own)
    assert table.began[0] == len(waits)


def test_nobody_is_followed_for_longer_than_the_panel_lasts():
    start, event = flags("x......."), flags("........")
    table = life_table(start, event, np.ones_like(start))
    assert table.happened_by(7)[0] == 0.0
    assert np.isnan(table.happened_by(8)[0])


def test_a_council_that_is_abolished_is_followed_no_further():
    start, event = flags("x.....", "x....."), flags("......", "...x..")
    there = np.ones_like(start)
    there[0, 2:, 0] = False
    table = life_table(start, event, there)
    assert table.at_risk[0].tolist() == [0, 2, 1, 1, 0, 0]
    assert table.happened_by(3)[0] == 1.0  # one left at risk, and it had the event


def test_the_mean_around_failures_takes_each_failure_at_its_own_year():
    values = np.array([[[1.0, 10.0], [2.0, 20.0], [4.0, np.nan]]])
    failed = flags("x...", "...x")
    years = np.array([0, 0, 1, 1])
    mean, count = mean_around(values, failed, years, 0)
    assert (mean[0], count[0]) == (pytest.approx((1.0 + 20.0) / 2), 2)
    mean, count = mean_around(values, failed, years, 1)
    assert (mean[0], count[0]) == (2.0, 1)  # of the second council the next year is unknown
    mean, count = mean_around(values, failed, years, -1)
    assert (mean[0], count[0]) == (10.0, 1)  # of the first there is no year before


# ---- Judgements


def test_stock_is_measured_at_the_end_of_each_year_among_the_judged():
    panel = panel_of("...I....", "....G...", "........", before="GR.")
    found = figures(panel, "stock")
    assert found == {
        "outstanding, 2014": 0.0,
        "good, 2014": 0.0,
        "inadequate, 2014": 50.0,
        "outstanding, 2015": 0.0,
        "good, 2015": 50.0,
        "inadequate, 2015": 50.0,
    }
    assert set(cases(panel, "stock").values()) == {2}


def test_first_and_next_judgements_are_shares_by_the_judgement_before():
    panel = panel_of("I.R.I", "G.O..", ".R...", before="GGI")
    first, later = figures(panel, "first judgement"), figures(panel, "next judgement")
    assert (first["inadequate, all"], first["good, all"]) == (pytest.approx(100 / 3), pytest.approx(100 / 3))
    assert (first["inadequate, was good"], first["good, was good"]) == (50.0, 50.0)
    assert first["inadequate, was inadequate"] == 0.0
    assert np.isnan(first["good, was requires improvement"])
    assert later["outstanding, was good"] == 100.0
    assert later["inadequate, was requires improvement"] == 100.0
    assert later["good, was inadequate"] == 0.0
    assert cases(panel, "first judgement")["good, was good"] == 2
    assert cases(panel, "next judgement")["good, was inadequate"] == 1


def test_time_inadequate_counts_months_from_the_failure_to_a_better_judgement():
    # Failures in quarters 0 and 1; the first exits after 9 quarters (27 months), the second never.
    panel = panel_of("I........R......", ".I..............", before="GG")
    assert figures(panel, "time inadequate") == {
        "24 months": 0.0,
        "30 months": 50.0,
        "36 months": 50.0,
        "48 months": pytest.approx(np.nan, nan_ok=True),
    }
    assert cases(panel, "time inadequate")["24 months"] == 2


def test_time_to_good_goes_on_through_a_judgement_that_requires_improvement():
    panel = panel_of("I....R.....G.......", "I..................", before="GG")
    assert figures(panel, "time to good") == {"36 months": 50.0, "48 months": 50.0}


def test_relapse_counts_failures_after_an_exit():
    panel = panel_of("R...I...........", "R...............", ".....R..........", before="III")
    found = figures(panel, "relapse")
    assert found == {"within 36 months": pytest.approx(100 / 3), "so far": pytest.approx(100 / 3)}
    assert cases(panel, "relapse") == {"within 36 months": 3, "so far": 3}


def test_new_failures_are_counted_a_year_and_by_where_they_came_from():
    panel = panel_of("I.......", "..I.....", ".......I", before="GRO")
    assert figures(panel, "new failures") == {"all years": 1.5, "first half": 2.0}
    assert figures(panel, "failures from good") == {"all years": pytest.approx(200 / 3)}


def test_inspections_are_counted_in_whole_calendar_years_only():
    panel = panel_of("..G.R.", "..I...", before="GG", first=2)  # 2014Q3 to 2015Q4
    assert figures(panel, "inspections") == {"2015": 3.0}


def test_gaps_run_from_every_judgement_to_the_next():
    panel = panel_of("I.......I.......", "I...............", "G..........R....", before="GGG")
    found = figures(panel, "inspection gaps")
    assert found["after inadequate, 24 months"] == 50.0  # eight quarters of the first council
    assert found["after inadequate, 33 months"] == 50.0
    assert found["after other, 36 months"] == 100.0
    assert cases(panel, "inspection gaps")["after inadequate, 24 months"] == 3


def test_leadership_is_measured_among_the_inadequate_of_whom_it_is_known():
    leadership = np.array([[4, 3, 0, 4]])
    panel = panel_of("I", "I", "I", "R", before="GGGG", leadership=leadership)
    assert figures(panel, "leadership") == {"inadequate, of inadequate": 50.0}
    assert cases(panel, "leadership") == {"inadequate, of inadequate": 2}


def test_deprivation_is_pearsons_correlation_of_those_judged():
    poverty = starting_facts(load_facts())["idaci"].to_numpy()
    letters = ["G" if i % 3 else "I" for i in range(len(poverty))]
    letters[:40] = ["."] * 40
    panel = panel_of(*letters, before="G" * len(poverty))
    grades = np.array([{"G": 2, "I": 4}.get(letter, 0) for letter in letters])
    expected = np.corrcoef(grades[40:], poverty[40:])[0, 1]
    assert figures(panel, "deprivation") == {"first judgement": pytest.approx(expected)}


# ---- Directors


def test_tenure_is_measured_at_judgements_under_the_old_framework():
    tenure = np.full((20, 4), np.nan)
    tenure[0] = [6.0, 30.0, 13.0, 60.0]
    tenure[18] = [1.0, 1.0, 1.0, 1.0]  # 2018Q3, under ILACS
    panel = panel_of(*["I" + "." * 17 + "I."] * 3, "G" + "." * 19, before="GGGG", tenure=tenure)
    found = figures(panel, "tenure")
    assert (found["median, inadequate"], found["median, good"]) == (13.0, 60.0)
    assert found["under a year, inadequate"] == pytest.approx(100 / 3)
    assert np.isnan(found["median, requires improvement"])
    assert cases(panel, "tenure")["median, inadequate"] == 3


def directors_of(first, quarters):
    left, interim = np.zeros((quarters, 2)), np.zeros((quarters, 2))
    left[15 - first, :] = 1.0  # 2017Q4
    left[16 - first, 0] = 1.0  # 2018Q1
    interim[16 - first, 1] = 1.0
    return panel_of(*["." * quarters] * 2, before="GG", first=first, left=left, interim=interim)


def test_changes_of_director_are_counted_in_years_to_march():
    found = figures(directors_of(0, 24), "directors")
    assert found["changes, year to March 2018"] == 3.0
    assert found["changes, year to March 2019"] == 0.0
    assert found["councils with a change, year to March 2018"] == 2.0
    assert found["interims, March 2018"] == 1.0


def test_changes_are_unknown_in_years_that_the_panel_does_not_cover():
    late = figures(
        directors_of(13, 10), "directors"
    )  # from 2017Q2, the first quarter of the year to March 2018
    assert late["changes, year to March 2018"] == 3.0
    assert np.isnan(late["changes, year to March 2017"])
    later = figures(directors_of(14, 10), "directors")
    assert np.isnan(later["changes, year to March 2018"])
    assert np.isnan(figures(panel_of("........", before="G"), "directors")["interims, March 2018"])


def test_a_council_that_is_gone_has_no_director_to_know_of():
    left = np.zeros((24, 2))
    left[14:, 1] = np.nan
    left[15, 0] = 1.0
    panel = panel_of("." * 24, "." * 24, before="GG", left=left, abolished={1: 14})
    assert figures(panel, "directors")["changes, year to March 2018"] == 1.0


# ---- Staff, work and money


def test_staff_is_the_mean_of_councils_with_spread_and_persistence():
    vacancy = np.array(
        [[10.0, 20.0, np.nan], [12.0, 24.0, 30.0], [8.0, 22.0, 30.0], [9.0, 9.0, 9.0], [1, 2, 3]]
    )
    panel = panel_of(*["." * 24] * 3, before="GRI", vacancy=vacancy)
    found = figures(panel, "staff")
    assert (found["vacancy, 2015"], found["vacancy, 2017"]) == (15.0, 20.0)
    deviation = vacancy - np.nanmean(vacancy, axis=1, keepdims=True)
    assert found["vacancy, spread"] == pytest.approx(np.sqrt(np.nanmean(deviation**2)))
    before, after = deviation[:-1].ravel(), deviation[1:].ravel()
    known = ~np.isnan(before) & ~np.isnan(after)
    assert found["vacancy, persistence"] == pytest.approx(np.corrcoef(before[known], after[known])[0, 1])
    assert cases(panel, "staff")["vacancy, 2015"] == 2
    assert cases(panel, "staff")["vacancy, persistence"] == 11
    assert "caseload, 2015" not in found  # of another definition then


def test_staff_by_judgement_takes_the_judgement_in_force_at_the_census():
    agency = np.array([[30.0, 10.0]] * 5)
    panel = panel_of("......I" + "." * 17, "." * 24, before="GG", agency=agency)  # 2015Q3 is the census
    found = figures(panel, "staff by judgement")
    assert (found["agency, inadequate"], found["agency, good"]) == (30.0, 10.0)
    assert cases(panel, "staff by judgement")["agency, inadequate"] == 5
    late = panel_of("......." + "I" + "." * 16, "." * 24, before="GG", agency=agency)
    assert cases(late, "staff by judgement")["agency, inadequate"] == 4


def test_staff_around_a_failure_is_the_excess_over_the_mean_of_councils():
    agency = np.array([[10.0, 10.0], [12.0, 8.0], [20.0, 10.0], [30.0, 10.0], [np.nan, 10.0]])
    panel = panel_of(
        "." * 14 + "I" + "." * 9, "." * 24, before="GG", agency=agency
    )  # 2017Q3, the census itself
    found = figures(panel, "staff around a failure")
    assert [found[f"agency, year {k:+d}"] for k in (-2, -1, 0, 1)] == [0.0, 2.0, 5.0, 10.0]
    assert np.isnan(found["agency, year +2"])  # unknown
    assert np.isnan(found["agency, year +3"])  # after the record


def test_a_failure_after_the_census_belongs_to_the_next_one():
    agency = np.array([[10.0, 10.0], [10.0, 10.0], [20.0, 10.0], [30.0, 10.0], [40.0, 10.0]])
    panel = panel_of("." * 15 + "I" + "." * 8, "." * 24, before="GG", agency=agency)  # 2017Q4
    assert figures(panel, "staff around a failure")["agency, year +0"] == 10.0


def test_work_after_a_failure_is_growth_beyond_the_average_since_the_year_before():
    # Failed in 2016Q2, in the financial year to March 2017; the base is the year to March 2016.
    work = np.array([[9.0, 9.0], [10.0, 10.0], [15.0, 10.0], [12.0, 12.0], [10.0, 10.0]])
    panel = panel_of("." * 9 + "I" + "." * 14, "." * 24, before="GG", work=work)
    found = figures(panel, "work around a failure")
    # log growth of 1.5 less the mean of both councils' log growth
    assert found["work, year +0"] == pytest.approx(100 * (np.sqrt(1.5) - 1))
    assert found["work, year +1"] == pytest.approx(0.0, abs=1e-9)
    assert cases(panel, "work around a failure")["work, year +0"] == 1
    assert np.isnan(found["work, year +3"])
    assert "spending, year +3" not in found


def test_growth_does_not_depend_on_a_councils_own_scale():
    work = np.array([[9.0, 9.0], [10.0, 11.0], [15.0, 10.0], [12.0, 12.0], [10.0, 10.0]])
    lines = ("." * 9 + "I" + "." * 14, "." * 24)
    one = figures(panel_of(*lines, before="GG", work=work), "work around a failure")
    two = figures(panel_of(*lines, before="GG", work=work * [3.0, 0.2]), "work around a failure")
    assert two == pytest.approx(one, nan_ok=True)


# ---- All of them


def test_every_measure_is_told_of_every_history_by_itself():
    one = panel_of("..I....." * 3, "...G...." * 3, before="GR")
    two = panel_of("....R..." * 3, ".I....O." * 3, before="GR")
    names = [name for name in one.__dataclass_fields__ if name != "first"]
    both = type(one)(0, **{name: np.concatenate([getattr(one, name), getattr(two, name)]) for name in names})
    alone = [MEASURES[name].figures for name in MEASURES if name != "deprivation"]
    for measure in alone:
        together, first, second = measure(both), measure(one), measure(two)
        for figure, found in together.items():
            parts = [first[figure].values[0], second[figure].values[0]]
            assert found.values == pytest.approx(parts, nan_ok=True), figure


def test_shares_and_means_have_cases_and_plain_counts_have_none():
    from experiments.hindcast.panel import recorded_panel

    with_cases = set(all_cases(recorded_panel()))
    without = {name.split(": ")[0] for name in all_figures(recorded_panel()) if name not in with_cases}
    assert without == {"new failures", "inspections", "directors"}


def test_the_median_is_that_of_what_is_known():
    values = np.array([[3.0, np.nan, 1.0, 2.0], [np.nan] * 4, [4.0, 1.0, np.nan, np.nan]])
    assert targets._median(values) == pytest.approx([2.0, np.nan, 2.5], nan_ok=True)
