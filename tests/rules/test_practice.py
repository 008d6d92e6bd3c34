"""Practice under pressure: corners, standards, effort, capacity and quality, worked by hand."""

import pytest
from helpers import (
    a_council,
    a_nation,
    a_provider,
    a_world,
    agrees_when_compiled,
    covers,
    parameters,
)

from model.codes import Grade, ProviderKind, Support
from model.rules.practice import (
    adopt_innovation,
    build_capacity,
    change_circumstances,
    corners_cut,
    erode_standards,
    explained_quality,
    improve_practice,
    make_effort,
    practise,
    room_to_try,
    share_innovation,
)


@covers(change_circumstances)
def test_local_circumstances_persist_and_take_in_the_shock():
    """0.9 x 0.2 + 0.1 x 0.5 = 0.23."""
    council = a_council({"practice.circumstances": 0.2, "shock.circumstances": 0.5})
    change_circumstances(council, 0.9, 0.1)
    assert council.practice.circumstances == pytest.approx(0.23)


@covers(corners_cut)
@pytest.mark.parametrize(
    "pressure,cut",
    [
        (0.0, 0.000287),
        (0.2, 0.119775),
        (1.2, 1.029049),
        (9.0, 1.029049),
        (-0.4, -0.127025),
        (-9.0, -0.127025),
    ],
)
def test_corners_are_cut_under_pressure_within_limits(pressure, cut):
    """ln 2 / 4 - 0.173 = 0.000287 is nil; ln(1 + e^0.8) / 4 - 0.173 = 0.119775; beyond 1.2 no more than
    ln(1 + e^4.8) / 4 - 0.173 = 1.029049; below -0.4 no less than ln(1 + e^-1.6) / 4 - 0.173 = -0.127025.
    """
    assert corners_cut(pressure, parameters()) == pytest.approx(cut, abs=1e-6)


STANDARDS = {"practice.standard_erosion": 5.0, "practice.standard_recovery": 20.0}


@covers(erode_standards)
def test_standards_erode_quickly_and_recover_slowly():
    """Delivered 1 - 0.5 x 0.2 = 0.9. From 1 down: 1 - 0.1 / 5 = 0.98. From 0.8 up: 0.8 + 0.1 / 20 = 0.805."""
    eroding, recovering = a_council({"practice.standard": 1.0}), a_council({"practice.standard": 0.8})
    erode_standards(eroding.practice, 0.2, parameters(STANDARDS))
    erode_standards(recovering.practice, 0.2, parameters(STANDARDS))
    assert eroding.practice.standard == pytest.approx(0.98)
    assert recovering.practice.standard == pytest.approx(0.805)


EFFORT = {
    "capacity.base_effort": 0.5,
    "capacity.effort_squeeze": 1.5,
    "capacity.inadequate_effort": 0.9,
}


@covers(make_effort)
@pytest.mark.parametrize(
    "pressure,shift,urgency,effort",
    [
        (0.2, -0.05, 0.5, 0.770409),
        (3.0, 0.0, 0.0, 0.111565),
        (-3.0, 0.0, 0.0, 0.784156),
        (0.0, 0.8, 1.0, 2.0),
        (0.0, -0.9, 0.0, 0.0),
    ],
    ids=["all at once", "most squeezed", "least squeezed", "as much as there can be", "none"],
)
def test_effort_is_squeezed_by_pressure_and_spurred_by_failure(pressure, shift, urgency, effort):
    """0.5 e^-0.3 - 0.05 + 0.9 x 0.5 = 0.770409; 0.5 e^-1.5 = 0.111565; 0.5 e^0.45 = 0.784156; 0.5 + 0.8 +
    0.9 = 2.2 is held at 2; 0.5 - 0.9 < 0.
    """
    council = a_council(
        {
            "workforce.pressure": pressure,
            "capacity.effort_shift": shift,
            "capacity.urgency": urgency,
        }
    )
    make_effort(council, a_nation(), parameters(EFFORT))
    assert council.capacity.effort == pytest.approx(effort, abs=1e-6)


@covers(make_effort)
def test_reading_what_others_learned_takes_effort():
    """Three reviews: 0.5 - 0.02 x 3 = 0.44; where reading takes nothing 0.5."""
    nation = a_nation({"reviews_published": 3.0})
    reading, skimming = a_council(), a_council()
    make_effort(reading, nation, parameters(EFFORT | {"incidents.reading_effort": 0.02}))
    make_effort(skimming, nation, parameters(EFFORT | {"incidents.reading_effort": 0.0}))
    assert reading.capacity.effort == pytest.approx(0.44)
    assert skimming.capacity.effort == 0.5


BUILDER = {
    "capacity.improvement": 0.4,
    "capacity.effort": 0.8,
    "practice.leadership": 0.5,
    "arrangement.own_building": 0.9,
}
BUILDING = {"capacity.gain": 0.1, "capacity.decay": 0.04, "support.transfer": 0.03}


@covers(build_capacity)
def test_capacity_is_built_by_effort_under_leadership_and_lost_by_neglect():
    """0.4 + 0.1 x 0.8 x 0.5 x 0.6 x 0.9 - 0.04 x 0.4 = 0.4 + 0.0216 - 0.016 = 0.4056."""
    council = a_council(BUILDER)
    build_capacity(council, parameters(BUILDING))
    assert council.capacity.improvement == pytest.approx(0.4056)
    assert council.capacity.lent == 0.0


@covers(build_capacity)
def test_help_transfers_some_capacity_which_is_remembered_as_lent():
    """Received 0.03 x 0.5 x (1 - 0.4056) = 0.008916: 0.4056 + 0.008916 = 0.414516; lent 0.97 x 0.1 +
    0.008916 = 0.105916.
    """
    council = a_council(BUILDER | {"capacity.imported": 0.5, "capacity.lent": 0.1})
    build_capacity(council, parameters(BUILDING))
    assert council.capacity.improvement == pytest.approx(0.414516)
    assert council.capacity.lent == pytest.approx(0.105916)


@covers(build_capacity)
def test_what_is_lent_is_a_part_of_the_capacity_there_is():
    """Own capacity decays to 0.2 x 0.96 = 0.192 while 0.97 x 0.2 = 0.194 would still be lent."""
    council = a_council({"capacity.improvement": 0.2, "capacity.lent": 0.2})
    build_capacity(council, parameters(BUILDING))
    assert council.capacity.lent == council.capacity.improvement == pytest.approx(0.192)


@covers(build_capacity)
@pytest.mark.parametrize("dependence,capacity", [(0.0, 0.4056), (0.5, 0.4002)], ids=["neutral", "dependent"])
def test_those_who_are_helped_may_build_the_less_themselves(dependence, capacity):
    """0.0216 of own building is cut by 0.5 x 0.5 to 0.0162; what is transferred, here nothing, is not."""
    council = a_council(BUILDER | {"capacity.imported": 0.5})
    p = parameters(BUILDING | {"support.dependence": dependence, "support.transfer": 0.0})
    build_capacity(council, p)
    assert council.capacity.improvement == pytest.approx(capacity)


@covers(explained_quality)
def test_each_part_of_quality_counts_from_its_reference():
    """4 x 0.1 - 1.5 x 0.1 + 1 x (0.9 - 1) + 1 x (0.65 - 0.55) + 1.5 x (0.73 - 0.83) + 2 x (0.5 - 0.4) - 0.1
    x 1 = 0.4 - 0.15 - 0.1 + 0.1 - 0.15 + 0.2 - 0.1 = 0.2.
    """
    p = parameters(
        {
            "practice.leadership_effect": 4.0,
            "practice.corner_cutting_effect": 1.5,
            "practice.standard_effect": 1.0,
            "practice.experience_effect": 1.0,
            "practice.continuity_effect": 1.5,
            "practice.capacity_effect": 2.0,
            "practice.deprivation_effect": 0.1,
        }
    )
    assert explained_quality(0.6, 0.1, 0.9, 0.65, 0.73, 0.5, 1.0, p) == pytest.approx(0.2)


PRACTISING = {
    "practice.quality": 50.0,
    "practice.national_level": 0.1,
    "practice.circumstances": 0.3,
    "practice.leadership": 0.6,
    "practice.standard": 1.0,
    "workforce.experienced_share": 0.55,
    "workforce.continuity": 0.83,
    "capacity.improvement": 0.25,
    "capacity.imported": 0.2,
    "arrangement.disruption": 0.1,
}


@covers(improve_practice)
def test_quality_moves_a_fifth_of_the_way_to_what_can_be_sustained():
    """Capacity 0.25 + 0.2 x 0.75 = 0.4 is ordinary. 0.1 + 0.2 + 0.3 + 4 x (0.6 - 0.5) - 0.1 = 0.9:
    71.094950 points.

    quality = 50 + 21.094950 / 5 = 54.218990; trend 0.25 x 4.218990 = 1.054748.
    """
    council = a_council(PRACTISING)
    p = parameters({"practice.leadership_effect": 4.0, "practice.delay": 5.0})
    improve_practice(council, a_nation({"learning": 0.2}), 0.0, p)
    assert council.practice.quality == pytest.approx(54.218990, abs=1e-5)
    assert council.practice.quality_before == 50.0
    assert council.practice.trend == pytest.approx(1.054748, abs=1e-6)


@covers(improve_practice)
@pytest.mark.parametrize(
    "worth,adoption,quality", [(0.3, 0.5, 54.815498), (-0.1, 1.0, 53.799490), (0.0, 1.0, 54.218990)]
)
def test_new_ways_are_worth_what_they_are_worth(worth, adoption, quality):
    """0.9 + 0.3 x 0.5 = 1.05: 74.077490 points, 50 + 24.077490 / 5 = 54.815498; 0.9 - 0.1 = 0.8: 68.997448
    points, 53.799490; worth nothing, 54.218990 as without them.
    """
    council = a_council(PRACTISING | {"practice.innovation": adoption})
    p = parameters({"practice.leadership_effect": 4.0, "practice.delay": 5.0, "market.innovation": worth})
    improve_practice(council, a_nation({"learning": 0.2}), 0.0, p)
    assert council.practice.quality == pytest.approx(quality, abs=1e-5)


@covers(share_innovation)
def test_what_is_seen_of_new_ways_is_their_mean_over_the_councils_there_are():
    """(0.5 + 0.1) / 2 = 0.3; the third council has been merged away."""
    councils = [a_council({"practice.innovation": adopted}) for adopted in (0.5, 0.1, 0.9)]
    councils[2].exists = 0
    world = a_world(councils)
    share_innovation(world)
    assert world.nation.innovation == pytest.approx(0.3)


ADOPTING = {"market.innovation": 0.2, "market.diffusion": 0.05, "support.ramp_up": 4.0}
SPONSORED = {
    "practice.innovation": 0.2,
    "arrangement.kind": Support.TRUST,
    "arrangement.ally": 0,
}


@covers(adopt_innovation)
@pytest.mark.parametrize(
    "age,sponsor,adopted",
    [(6, ProviderKind.CHARITY, 0.4), (5, ProviderKind.CHARITY, 0.212), (6, ProviderKind.MUTUAL, 0.212)],
    ids=["a charity in charge", "a charity setting up", "another sponsor"],
)
def test_new_ways_come_with_a_charity_and_spread_from_there(age, sponsor, adopted):
    """In charge after 5 quarters of setting up: 0.2 + 0.8 / 4 = 0.4; else 0.2 + 0.05 x 0.3 x 0.8 = 0.212."""
    council = a_council(SPONSORED | {"arrangement.age": age})
    world = a_world([council], providers=[a_provider({"kind": sponsor})], nation={"innovation": 0.3})
    p = parameters(ADOPTING | {"arrangement.trust.setup_quarters": 5})
    adopt_innovation(council, world, p)
    assert council.practice.innovation == pytest.approx(adopted)


@covers(adopt_innovation)
def test_an_adviser_in_the_first_row_is_no_charity_and_nothing_spreads_without_diffusion():
    council = a_council(SPONSORED | {"arrangement.kind": Support.ADVISER, "arrangement.age": 9})
    world = a_world(
        [council], providers=[a_provider({"kind": ProviderKind.CHARITY})], nation={"innovation": 0.3}
    )
    adopt_innovation(council, world, parameters(ADOPTING | {"market.diffusion": 0.0}))
    assert council.practice.innovation == 0.2


@covers(adopt_innovation)
@pytest.mark.parametrize("age,cost,shift", [(6, 0.5, -0.05), (5, 0.5, 0.044), (6, 0.0, 0.05)])
def test_taking_up_new_ways_takes_effort(age, cost, shift):
    """From 0.2 to 0.4 is 0.2, at 0.5 an effort of 0.1: 0.05 - 0.1. By example it is 0.012: 0.05 - 0.006."""
    council = a_council(SPONSORED | {"arrangement.age": age, "capacity.effort_shift": 0.05})
    providers = [a_provider({"kind": ProviderKind.CHARITY})]
    world = a_world([council], providers=providers, nation={"innovation": 0.3})
    settings = {"arrangement.trust.setup_quarters": 5, "market.adoption_effort": cost}
    adopt_innovation(council, world, parameters(ADOPTING | settings))
    assert council.capacity.effort_shift == pytest.approx(shift)


@covers(room_to_try)
@pytest.mark.parametrize(
    "freedoms,worst,grade,room",
    [
        (1, 1, Grade.OUTSTANDING, 0.2),
        (1, 1, Grade.GOOD, 0.0),
        (1, 2, Grade.GOOD, 0.2),
        (1, 2, Grade.NOT_JUDGED, 0.0),
        (0, 2, Grade.OUTSTANDING, 0.0),
    ],
)
def test_only_freed_councils_try_things(freedoms, worst, grade, room):
    p = parameters({"regime.freedoms": freedoms, "regime.freedom_grade": worst, "support.freedom_risk": 0.2})
    assert room_to_try(a_council({"inspection.grade": grade}), p) == room


@covers(improve_practice)
@pytest.mark.parametrize("quality,level,held", [(98.0, 40.0, 98.0), (2.0, -40.0, 2.0)])
def test_quality_stays_within_its_scale(quality, level, held):
    """98 + (100 - 98) / 5 = 98.4 is held at 98, 2 + (0 - 2) / 5 = 1.6 at 2."""
    council = a_council(PRACTISING | {"practice.quality": quality, "practice.national_level": level})
    improve_practice(council, a_nation(), 0.0, parameters())
    assert council.practice.quality == held


@covers(practise)
def test_a_quarter_of_practice_goes_from_circumstances_to_quality():
    """Circumstances 0.9 x 0.2 + 0.1 x 0.5 = 0.23; corners cut 0.000287; standard 0.9 + (0.999857 - 0.9) /
    20 = 0.904993; effort 0.5; capacity 0.4 + 0.12 x 0.5 x 0.5 x 0.6 - 0.04 x 0.4 = 0.402.

    Level 0.1, learning 0.1, circumstances 0.23, standards -0.095007, corners -0.000287, capacity 2.5 x
    0.002 = 0.005: 0.339706, which is 58.411911 points; quality = 50 + 8.411911 / 5 = 51.682382.
    """
    council = a_council(
        {
            "practice.quality": 50.0,
            "practice.national_level": 0.1,
            "practice.circumstances": 0.2,
            "practice.leadership": 0.5,
            "practice.standard": 0.9,
            "workforce.experienced_share": 0.55,
            "workforce.continuity": 0.83,
            "capacity.improvement": 0.4,
            "shock.circumstances": 0.5,
        }
    )
    p = parameters(
        STANDARDS
        | EFFORT
        | {
            "practice.corner_cutting_effect": 1.0,
            "practice.standard_effect": 1.0,
            "practice.capacity_effect": 2.5,
            "practice.delay": 5.0,
            "capacity.gain": 0.12,
            "capacity.decay": 0.04,
        }
    )
    practise(council, a_nation({"learning": 0.1}), 0.9, 0.1, p)
    assert council.practice.circumstances == pytest.approx(0.23)
    assert council.practice.standard == pytest.approx(0.904993, abs=1e-6)
    assert council.capacity.effort == pytest.approx(0.5)
    assert council.capacity.improvement == pytest.approx(0.402)
    assert council.practice.quality == pytest.approx(51.682382, abs=1e-5)


@covers(practise)
@pytest.mark.parametrize("luck,circumstances", [(0.5, 0.42), (-0.5, 0.12)])
def test_what_a_freed_council_tries_goes_well_or_badly(luck, circumstances):
    """0.9 x 0.3 + (0.1 + 0.2) x 0.5 = 0.42, or 0.27 - 0.15 = 0.12; 0.32 and 0.22 without freedoms."""
    council = a_council(PRACTISING | {"inspection.grade": Grade.OUTSTANDING, "shock.circumstances": luck})
    practise(council, a_nation(), 0.9, 0.1, parameters({"regime.freedoms": 1, "support.freedom_risk": 0.2}))
    assert council.practice.circumstances == pytest.approx(circumstances)


@covers(practise)
def test_lessons_published_count_in_the_quarter_in_which_they_are_read():
    """Own building 0.25 + 0.1 x 0.5 x 0.6 x 0.75 - 0.04 x 0.25 = 0.2625; learned elsewhere 0.1 x 0.7375 =
    0.07375.
    """
    p = parameters(EFFORT | {"capacity.gain": 0.1, "capacity.decay": 0.04})
    informed, alone = (a_council(PRACTISING | {"capacity.imported": 0.0}) for _ in range(2))
    practise(informed, a_nation({"lessons_published": 0.1}), 0.9, 0.1, p)
    practise(alone, a_nation(), 0.9, 0.1, p)
    assert (informed.capacity.improvement, informed.capacity.lesson) == pytest.approx((0.33625, 0.07375))
    assert (alone.capacity.improvement, alone.capacity.lesson) == pytest.approx((0.2625, 0.0))
    assert informed.practice.quality > alone.practice.quality


@pytest.mark.slow
def test_practice_is_the_same_when_compiled():
    council = a_council(PRACTISING | {"inspection.grade": Grade.GOOD, "practice.innovation": 0.4})
    nation = a_nation({"lessons_published": 0.01, "reviews_published": 2.0})
    levers = {
        "regime.freedoms": 1,
        "regime.freedom_grade": 2,
        "support.freedom_risk": 0.1,
        "market.innovation": 0.2,
        "incidents.reading_effort": 0.01,
    }
    assert agrees_when_compiled(practise, council, nation, 0.9, 0.1, settings=levers)


@covers(improve_practice)
def test_the_trend_that_there_was_fades_as_the_new_change_comes_in():
    """As above quality rises by 4.218990: 2 + 0.25 x (4.218990 - 2) = 2.554748."""
    council = a_council(PRACTISING | {"practice.trend": 2.0})
    p = parameters({"practice.leadership_effect": 4.0, "practice.delay": 5.0})
    improve_practice(council, a_nation({"learning": 0.2}), 0.0, p)
    assert council.practice.trend == pytest.approx(2.554748, abs=1e-6)


@covers(share_innovation)
def test_what_one_council_takes_up_is_the_average_of_one():
    world = a_world([a_council({"practice.innovation": 0.4})])
    share_innovation(world)
    assert world.nation.innovation == 0.4


@covers(share_innovation)
def test_without_councils_nothing_is_seen_to_be_taken_up():
    world = a_world([])
    share_innovation(world)
    assert world.nation.innovation == 0.0
