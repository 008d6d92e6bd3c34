"""Two versions of the model compared bit for bit, and a posterior that follows where nothing differs."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from small_model import small_model

import experiments.posterior
from experiments.errors import StudyError
from experiments.posterior import (
    Posterior,
    models_shown_same,
    read_posterior,
    rules_hash,
    shipped_posterior,
    write_posterior,
)
from experiments.same import (
    Case,
    Compared,
    Hashes,
    adopt,
    cases,
    compared,
    in_words,
    main,
    run_in,
)
from experiments.same_histories import digest_of, digests
from model.compilation import model_hash
from model.regimes import SHIPPED
from model.registry import registry

NAMES = ("inspection.noise",)
COMMIT = "0123456789abcdef"
ONE = Case("defaults", [("the defaults under trust", "trust", {})], replicates=(0,), quarters=4)
MAY_REFUSE = Case("claims", [("a", "trust", {}), ("b", "trust", {})], needed=False, replicates=(0, 1))


# ---- Comparing


def test_what_both_have_is_compared_and_what_one_has_is_named():
    here = [[{"status": "0", "old": "1", "new": "2"}]]
    there = [[{"status": "0", "old": "1", "gone": "3"}]]
    found = compared([ONE], here, there)
    assert found == Compared(1, 2, ("new",), ("gone",), (), None)
    assert "Only here: new." in in_words(found, COMMIT)
    assert in_words(found, COMMIT).endswith("The same, bit for bit.")


def test_the_first_column_that_differs_is_named_with_the_first_set_in_which_it_does():
    here = [[{"status": "0", "quality": "1", "money": "1"}, {"status": "0", "quality": "1", "money": "1"}]]
    there = [[{"status": "0", "quality": "1", "money": "2"}, {"status": "0", "quality": "2", "money": "1"}]]
    found = compared([MAY_REFUSE], here, there)
    assert found.differing == "quality (claims, b)", (
        "columns come in their order, whichever set differs first"
    )
    assert "They differ: quality" in in_words(found, COMMIT)


def test_a_set_that_one_version_refuses_is_left_out_and_said():
    same = {"status": "0"}
    found = compared([MAY_REFUSE], [[same, same]], [[same, "no parameter is called x"]])
    assert (found.histories, found.refused) == (2, ("claims, b: no parameter is called x",))
    with pytest.raises(StudyError, match="defaults, the defaults under trust: unknown; without it"):
        compared([ONE], [[same]], [["unknown"]])
    with pytest.raises(StudyError, match="no set of parameters in common"):
        compared([MAY_REFUSE], [["unknown", "unknown"]], [[same, same]])


def test_one_bit_makes_another_digest_and_any_nan_is_the_same():
    numbers = np.array([1.0, np.nan, 3.0])
    other = numbers.copy()
    other[1] = -np.nan
    assert digest_of(numbers) == digest_of(other)
    other[2] = np.nextafter(3.0, 4.0)
    assert digest_of(numbers) != digest_of(other)
    assert digest_of(np.array([0.0])) != digest_of(np.array([-0.0]))


# ---- What is tried


def test_both_points_of_all_claims_all_regimes_and_every_lever_are_tried():
    tried = {case.name: case for case in cases(shipped_posterior())}
    assert sum(len(case.sets) * len(case.replicates) for case in tried.values()) > 300
    assert {regime for _, regime, _ in tried["posterior"].sets} == set(SHIPPED)
    assert len(tried["claims"].sets) == 43 * 2 * 2
    assert tried["replay"].start > 0
    anywhere = [settings for _, _, settings in tried["anywhere"].sets]
    for lever in ("market.innovation", "budget.attention_cost", "workforce.hiring_judgement"):
        values = [settings[lever] for settings in anywhere]
        assert max(values) > registry()[lever].low + 0.9 * (registry()[lever].high - registry()[lever].low)


def test_every_number_of_a_run_has_a_digest():
    (found,) = digests(ONE.asked() | {"quarters": 2})
    for column in (
        "status",
        "quarters: inadequate",
        "outcomes: cohort_weak_quarters",
        "council outcomes: quality",
        "council quarters: caseload",
        "state of councils: practice.quality",
        "state of nations: followed.cohort",
        "state of durations: relapsed",
        "state of providers: cash",
    ):
        assert column in found
    (again,) = digests(ONE.asked() | {"quarters": 2})
    assert again == found


def test_a_setting_that_a_version_does_not_know_is_refused_in_a_sentence():
    case = ONE.asked() | {"sets": [{"regime": "trust", "settings": {"director.blaem": 1.0}}], "quarters": 2}
    (refused,) = digests(case)
    assert "did you mean director.blame" in refused


@pytest.mark.slow
def test_a_change_that_matters_is_caught_and_one_that_does_not_is_none(tmp_path):
    """Three small models: one as it is, one with a comment more, one in which practice is a shade better."""
    first, second, third = (small_model(tmp_path / name) for name in ("first", "second", "third"))
    changed = "model/rules/standing.py"
    text = (first / changed).read_text("utf-8")
    (second / changed).write_text(text + "# nothing\n", "utf-8")
    edited = text.replace("standing.partnership += (sought", "standing.partnership += 1.000001 * (sought")
    assert edited != text
    (third / changed).write_text(edited, "utf-8")
    came = [run_in(root, [ONE]) for root in (first, second, third)]
    assert compared([ONE], came[0], came[1]).differing is None
    differing = compared([ONE], came[0], came[2]).differing
    assert differing is not None
    assert differing.endswith("(defaults, the defaults under trust)")


def test_a_folder_without_the_model_cannot_be_run(tmp_path):
    with pytest.raises(StudyError, match="cannot be run: "):
        run_in(tmp_path, [ONE])


# ---- Adopting

SAME = Compared(342, 700, (), (), (), None)
BEFORE = Hashes("before", "model before")


@pytest.fixture
def shipped(tmp_path):
    path = tmp_path / "posterior.parquet"
    said = {"rules_hash": "before", "seed": 1}
    sets = np.linspace(4.0, 6.0, 500)[:, np.newaxis]
    write_posterior(Posterior(NAMES, sets, np.full(500, 1.0 / 500.0), said), path)
    return path


def test_a_posterior_follows_and_says_with_which_rules_it_was_fitted(shipped):
    before = read_posterior(shipped)
    assert adopt(SAME, COMMIT, BEFORE, shipped)
    after = read_posterior(shipped)
    assert after.of_this_model
    assert after.hash == before.hash, "sets and weights are kept to the last bit"
    assert after.provenance["rules_hash_fitted"] == "before"
    assert after.provenance["seed"] == 1
    (shown,) = after.provenance["shown_same"]
    assert (shown["with"], shown["rules_hash"], shown["histories"]) == (COMMIT, "before", 342)
    assert not adopt(SAME, COMMIT, BEFORE, shipped), "once is enough"


def test_what_was_found_with_a_version_shown_to_be_the_same_holds_of_this_one(shipped, monkeypatch):
    assert models_shown_same(read_posterior(shipped)) == {model_hash()}
    adopt(SAME, COMMIT, BEFORE, shipped)
    assert models_shown_same(read_posterior(shipped)) == {model_hash(), "model before"}
    monkeypatch.setattr(experiments.posterior, "model_hash", lambda: "edited since")
    assert models_shown_same(read_posterior(shipped)) == {"edited since"}


def test_other_defaults_are_adopted_too_though_sets_have_values_of_their_own(shipped):
    adopt(SAME, COMMIT, BEFORE, shipped)
    same_rules = Hashes(rules_hash(NAMES), "model with other defaults")
    assert adopt(SAME, "fedcba9876543210", same_rules, shipped)
    assert "model with other defaults" in models_shown_same(read_posterior(shipped))


def test_a_second_step_keeps_the_first(shipped):
    adopt(SAME, COMMIT, BEFORE, shipped)
    stepped = read_posterior(shipped)
    provenance = {**stepped.provenance, "rules_hash": "between"}
    write_posterior(Posterior(NAMES, stepped.values, stepped.weights, provenance), shipped)
    adopt(SAME, "fedcba9876543210", Hashes("between", "model between"), shipped)
    said = read_posterior(shipped).provenance
    assert said["rules_hash_fitted"] == "before"
    assert [step["rules_hash"] for step in said["shown_same"]] == ["before", "between"]
    assert said["rules_hash"] == rules_hash(NAMES)


@pytest.mark.parametrize(
    "found,theirs,words",
    [
        (
            Compared(342, 700, (), (), (), "quality (replay, a)"),
            BEFORE,
            r"not adopted: quality \(replay, a\)",
        ),
        (SAME, Hashes("another", "model before"), "fitted with other rules than those of 0123456789ab"),
    ],
)
def test_a_posterior_does_not_follow_what_differs_or_what_it_did_not_belong_to(shipped, found, theirs, words):
    content = shipped.read_bytes()
    with pytest.raises(StudyError, match=words):
        adopt(found, COMMIT, theirs, shipped)
    assert shipped.read_bytes() == content


@pytest.mark.parametrize("revision", ["no-such-revision", "--all"])
def test_what_is_no_revision_is_refused_in_a_sentence(revision):
    done = CliRunner().invoke(main, ["--", revision])
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    assert f"{revision!r}: no revision" in done.stderr


def test_the_provenance_of_the_shipped_posterior_can_be_read_by_anybody():
    json.dumps(dict(shipped_posterior().provenance))
