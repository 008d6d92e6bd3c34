"""The record of 2014-2019 as a replay reads it, against Ofsted's published counts and single known facts."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from model.codes import UNKNOWN, DirectorEvent, Grade, Support
from model.facts import load_facts
from model.history import RECORD_FIELDS, grades_in_force, recorded_history
from model.quarters import parse_quarter

QUARTERS = range(24)


@pytest.fixture(scope="module")
def facts():
    return load_facts()


@pytest.fixture(scope="module")
def record(facts):
    return recorded_history(facts, QUARTERS)


@pytest.fixture(scope="module")
def row(facts):
    """Master row of a council by its code."""
    codes = facts.councils["la_code"].to_list()
    return codes.index


def test_the_record_has_a_row_for_each_quarter_and_a_column_for_each_council(record):
    assert record.shape == (24, 158)
    assert record.dtype == RECORD_FIELDS


def test_the_judgements_of_each_year_number_as_published(record):
    # Reports published 2014-2019, Ofsted.
    by_year = record["inspection"].reshape(6, 4 * 158).sum(axis=1)
    assert by_year.tolist() == [37, 37, 42, 43, 41, 57]


@pytest.mark.parametrize(
    "quarter,outstanding,good,requires_improvement,inadequate",
    [
        ("2013Q4", 5, 61, 66, 20),
        ("2016Q1", 4, 50, 76, 22),
        ("2017Q1", 2, 51, 70, 29),
        ("2017Q3", 3, 51, 69, 29),  # published for October 2017; nothing was published in that month
        ("2018Q1", 3, 54, 72, 23),
        ("2019Q1", 8, 62, 62, 20),
    ],
)
def test_the_grades_in_force_are_the_published_stock(
    facts, quarter, outstanding, good, requires_improvement, inadequate
):
    counts = np.bincount(grades_in_force(facts, parse_quarter(quarter)), minlength=5)
    assert counts.tolist() == [6, outstanding, good, requires_improvement, inadequate]


def test_new_spells_of_inadequacy_begin_as_often_as_published(facts):
    new_spells = []
    for year in range(6):
        before = grades_in_force(facts, 4 * year - 1)
        spells = 0
        for quarter in range(4 * year, 4 * year + 4):
            now = grades_in_force(facts, quarter)
            spells += int(((now == Grade.INADEQUATE) & (before != Grade.INADEQUATE)).sum())
            before = now
        new_spells.append(spells)
    assert new_spells == [5, 7, 8, 6, 2, 9]


def test_a_merged_council_carries_no_grade_until_it_is_judged_itself(facts, row):
    before, after = (grades_in_force(facts, parse_quarter(quarter)) for quarter in ("2019Q1", "2019Q2"))
    assert before[row(837)] == Grade.REQUIRES_IMPROVEMENT
    assert after[row(837)] == Grade.NOT_JUDGED
    assert before[row(839)] == after[row(839)] == Grade.NOT_JUDGED


def test_a_grade_stands_with_its_leadership_judgement_in_the_quarter_of_publication(record, row):
    camden = record[:, row(202)]  # good, leadership outstanding, published on 24 November 2017
    assert np.flatnonzero(camden["inspection"]).tolist() == [15]
    assert camden["grade"][15] == Grade.GOOD
    assert camden["leadership_grade"][15] == Grade.OUTSTANDING


def test_an_unknown_leadership_judgement_is_zero(record, row):
    dorset = record[parse_quarter("2016Q2"), row(835)]
    assert dorset["grade"] == Grade.REQUIRES_IMPROVEMENT
    assert dorset["leadership_grade"] == Grade.NOT_JUDGED


def test_a_director_met_at_an_inspection_arrived_once_and_stayed_until_it(record, row):
    somerset = record["director"][:, row(933)]
    # Inspected in January 2015 under an interim in post since November 2014, and in November 2017
    # under a director in post since March 2015.
    assert somerset[:3].tolist() == [UNKNOWN] * 3
    assert somerset[3] == DirectorEvent.INTERIM_ARRIVES
    assert somerset[4] == DirectorEvent.PERMANENT_ARRIVES
    assert somerset[5:16].tolist() == [DirectorEvent.NONE] * 11
    assert somerset[16:].tolist() == [UNKNOWN] * 8


def test_of_a_director_who_took_post_in_a_known_year_only_the_arrival_is_left_to_be_drawn(record, row):
    south_tyneside = record["director"][:, row(393)]  # in post since 2016, inspected in September 2017
    assert south_tyneside[8:12].tolist() == [UNKNOWN] * 4
    assert south_tyneside[12:15].tolist() == [DirectorEvent.NONE] * 3


def test_directors_of_before_2014_leave_no_event(record, row):
    kensington = record["director"][:, row(207)]  # in post since 2011, inspected in January 2016
    assert kensington[:9].tolist() == [DirectorEvent.NONE] * 9
    assert kensington[9:].tolist() == [UNKNOWN] * 15


@pytest.mark.parametrize(
    "la_code,quarter",
    [(371, "2014Q4"), (871, "2015Q4"), (394, "2017Q2"), (330, "2018Q2"), (870, "2018Q4"), (885, "2019Q4")],
)
def test_a_trust_stands_in_the_quarter_in_which_it_began(record, row, la_code, quarter):
    arrangements = record["arrangement"][:, row(la_code)]
    assert np.flatnonzero(arrangements == Support.TRUST).tolist() == [parse_quarter(quarter)]


COMMISSIONERS = {
    330: "2014Q1",  # appointed on 27 March 2014
    372: "2014Q4",  # directions that name one, of 10 October 2014,
    880: "2016Q2",  # May 2016,
    870: "2016Q3",  # 16 September 2016,
    384: "2018Q3",  # August 2018,
    861: "2019Q2",  # 16 May 2019,
    928: "2019Q2",  # and, revised, of 10 June 2019
}


def test_commissioners_stand_where_they_were_appointed_or_a_direction_named_one(record, row):
    quarters, rows = np.nonzero(record["arrangement"] == Support.COMMISSIONER)
    assert sorted(zip(rows.tolist(), quarters.tolist(), strict=True)) == sorted(
        (row(la_code), parse_quarter(quarter)) for la_code, quarter in COMMISSIONERS.items()
    )


@pytest.mark.parametrize("la_code,trust", [(330, "2018Q2"), (870, "2018Q4")], ids=["Birmingham", "Reading"])
def test_a_commissioner_gives_way_to_the_trust_in_the_quarter_in_which_it_began(record, row, la_code, trust):
    arrangements = record["arrangement"][:, row(la_code)]
    assert arrangements[parse_quarter(COMMISSIONERS[la_code])] == Support.COMMISSIONER
    assert arrangements[parse_quarter(trust)] == Support.TRUST
    assert (arrangements == UNKNOWN).sum() == 22


def test_directions_that_name_no_commissioner_put_nobody_in_charge(record, row):
    """Somerset in November 2015, Cumbria in November 2015 and West Sussex in June 2019 were directed only."""
    for la_code in (933, 909, 938):
        assert (record["arrangement"][:, row(la_code)] == UNKNOWN).all()


def recorded_with(facts, *rows):
    """The record with some interventions added: council, event, date and scope."""
    added = pl.DataFrame(rows, schema=["la_code", "event", "date", "scope"], orient="row").with_columns(
        source=pl.lit("by hand"), source_kind=pl.lit("by hand")
    )
    interventions = pl.concat([facts.interventions, added.select(facts.interventions.columns)])
    return recorded_history(replace(facts, interventions=interventions), QUARTERS)["arrangement"]


@pytest.mark.parametrize(
    "event,scope", [("commissioner appointed", "csc"), ("direction", "csc; commissioner")]
)
def test_where_a_trust_begins_in_the_quarter_of_the_commissioner_the_trust_is_what_counts(
    facts, row, event, scope
):
    """Sunderland's trust began in April 2017, Sandwell's in April 2018."""
    arrangements = recorded_with(facts, (394, event, "2017-05", scope), (333, event, "2017-11", scope))
    assert arrangements[parse_quarter("2017Q2"), row(394)] == Support.TRUST
    assert arrangements[parse_quarter("2017Q4"), row(333)] == Support.COMMISSIONER
    assert arrangements[parse_quarter("2018Q2"), row(333)] == Support.TRUST


def test_a_commissioner_of_whom_only_the_year_is_known_is_left_to_be_drawn(facts, row):
    arrangements = recorded_with(facts, (938, "direction", "2017", "csc; commissioner"))
    assert (arrangements[:, row(938)] == UNKNOWN).all()


def test_the_isle_of_wight_is_run_by_hampshire_when_the_record_begins(record, row):
    assert record["arrangement"][0, row(921)] == Support.PARTNER_COUNCIL


@pytest.mark.parametrize(
    "la_code,place",
    [(815, 1), (850, 2), (213, 3), (383, 4), (840, 5), (318, 6), (205, 0), (314, 0), (202, 0)],
)
def test_of_each_partnership_the_council_named_first_is_a_partner_in_practice_from_the_end_of_2015(
    record, row, la_code, place
):
    assert record["partner"][:, row(la_code)].tolist() == [0] * 7 + [place] * 17


def test_where_no_arrangement_is_known_the_record_says_unknown_not_none(record):
    assert not (record["arrangement"] == Support.NONE).any()


def test_some_quarters_of_the_record_are_the_same_as_those_of_the_whole(facts, record):
    assert recorded_history(facts, [5, 2]).tobytes() == record[[5, 2]].tobytes()


def test_the_record_ends_with_2019(facts):
    with pytest.raises(ValueError, match=r"quarter 24 \(2020Q1\) is not on record: .* 2014Q1 to 2019Q4"):
        recorded_history(facts, [23, 24])
    with pytest.raises(ValueError, match=r"quarter 24 \(2020Q1\)"):
        grades_in_force(facts, 24)


def test_the_record_begins_with_2014_and_the_stock_of_grades_one_quarter_earlier(facts):
    with pytest.raises(ValueError, match="2014Q1 to 2019Q4"):
        recorded_history(facts, [-1])
    with pytest.raises(ValueError, match="2013Q4 to 2019Q4"):
        grades_in_force(facts, -2)
