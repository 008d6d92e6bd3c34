"""Events between a council and those who intervene or help: ladder, bids, arrangements, reviews."""

from collections.abc import Iterator

from experiments.explain.events import Event, Moment, Reader, chance_and_draw, met_by
from experiments.explain.tracing import Call
from experiments.explain.wording import (
    ARRANGEMENTS,
    BEGINNINGS,
    ENDINGS,
    HELPERS,
    against,
    counted,
    months,
    names,
    other_side,
    provider_name,
)
from experiments.prose import listed
from model.codes import PartnerKind, ProviderKind, Stage, Support

MOST_NAMED = 4
"""As many bidders, or councils that were asked, are named in a sentence."""


def read_patience(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether progress found at a visit buys another quarter."""
    for draw in call.draws:
        met = met_by(draw)
        words = f"The progress found buys another quarter ({met})."
        if not draw.returned:
            words = f"The progress found buys no further quarter ({met})."
        yield moment.event(
            call, "progress buys time", words, draw.returned, met, figures=chance_and_draw(draw)
        )


def read_decision(call: Call, moment: Moment) -> Iterator[Event]:
    """The arrangement that is decided on, its share among those that could have been, and the draw."""
    drawn = call.named("ladder.draw_plan")
    if not drawn:
        return
    reached = [0.0, *(draw.given["probability"] for draw in drawn[0].draws)]
    draw = drawn[0].given["draw"]
    plan = call.after["intervention.plan"]
    takeover = call.after["intervention.stage"] == Stage.TAKEOVER
    share = reached[-1] - reached[-2] if len(reached) > 1 else 0.0
    places = max(len(against(draw, edge)[0]) for edge in reached[-2:]) - len("0.")
    first, last = (f"{edge:.{places}f}" for edge in reached[-2:])
    met = f"share {share:.2f}, from {first} to {last}; draw {draw:.{places}f}"
    certain = share >= 1.0
    chance = "as always under this regime" if certain else met
    why = _why_now(call, moment, takeover)
    rung = "takeover" if takeover else "support"
    if plan <= Support.OWN_PLAN:
        words = f"The department decides on {rung} and leaves it to the council's own plan ({chance}), {why}."
    else:
        words = f"The department decides on {rung}: {ARRANGEMENTS[plan]} ({chance}), {why}."
    figures = {"plan": plan, "share": share, "share_from": reached[-2], "share_to": reached[-1], "draw": draw}
    name = "takeover decided" if takeover else "support decided"
    yield moment.event(call, name, words, met=met, figures=figures)


def _why_now(call: Call, moment: Moment, takeover: bool) -> str:
    """What made the decision due."""
    since = months(call.before["intervention.since_failure"])
    if not takeover:
        return f"at {since} on its clock"
    due = call.named("ladder.takeover_is_due")
    repeated = due and any(inner.returned for inner in due[0].named("ladder.has_failed_repeatedly"))
    if repeated:
        in_spell = counted(call.before["inspection.inadequate_in_spell"], "judgement")
        ever = call.before["inspection.inadequate_ever"]
        return f"for it has failed repeatedly ({in_spell} of inadequate in this spell, {ever} ever)"
    return f"for it has been inadequate for {since} (allowed are {months(moment.p.regime.takeover_deadline)})"


def read_asking_partners(call: Call, moment: Moment) -> Iterator[Event]:
    """Who was asked for help, and why the others could not be."""
    if call.callers()[:1] != ["intervention.find_ally"]:
        return
    wanted = call.named("support.partner_kind_for")[0].returned
    one, many = HELPERS[PartnerKind(wanted)]
    kept = [facts for facts in call.asked if facts["kind"] == wanted]
    active = [facts for facts in kept if facts["active"] == 1]
    full = [facts for facts in active if facts["load"] >= facts["capacity"]]
    asked = len(call.named("support.may_help"))
    unfit = sum(not inner.returned for inner in call.named("support.may_help"))
    found = call.returned >= 0
    state = (
        f"of {counted(len(active), one, many)} at work {len(full)} have no room"
        + (f" and {unfit} may not help here" if unfit else "")
        if active
        else f"there are no {many} at work under this regime"
    )
    met = f"{asked - unfit} free of {len(active)}"
    if found:
        words = f"Help is sought: {state}, and {other_side(call.asked[call.returned])} is chosen."
    else:
        words = f"Help is sought from {many} and nobody can take the council on ({state}).{_waits(call)}"
    figures = {"asked": asked, "full": len(full), "at_work": len(active)}
    told = not found and call.before["intervention.waited"] == 0
    name = "help found" if found else "nobody can help"
    yield moment.event(call, name, words, met=met, told=told, figures=figures)


def read_tender(call: Call, moment: Moment) -> Iterator[Event]:
    """A tender: each bid with its margin against the margin asked, and who is chosen."""
    rows = {facts["row"]: facts for facts in call.asked}
    margins = {inner.given["provider"]: inner.returned for inner in call.named("market.expected_margin")}
    bids = call.after["intervention.bids"]
    closed = sum(facts["active"] == 1 and facts["load"] >= facts["capacity"] for facts in call.asked)
    shown = sorted(margins, key=lambda row: -margins[row])[:MOST_NAMED]
    offers = []
    for row in shown:
        margin, asked = against(margins[row], rows[row]["margin_required"], 3)
        name = provider_name(row, ProviderKind.PRIVATE)
        offers.append(f"{name} would be left a margin of {margin} and asks {asked}")
    found = call.returned >= 0
    waited = call.before["intervention.waited"]
    words = f"After {months(waited)} of waiting a tender brings " if waited and found else "A tender brings "
    words += counted(bids, "bid")
    words += f", and {other_side(rows[call.returned])} is chosen" if found else ""
    details = list(offers)
    if found and not margins:
        details.append(f"its skill of {rows[call.returned]['skill']:.2f} is the highest")
    if closed:
        details.append(f"{counted(closed, 'provider')} could take on no more")
    words += f": {listed(details)}." if details else "."
    figures = {"bids": bids}
    figures |= {f"margin: {provider_name(row, ProviderKind.PRIVATE)}": margins[row] for row in margins}
    words += "" if found else _waits(call)
    told = found or not waited
    name = "tender" if found else "tender without bids"
    yield moment.event(call, name, words, met=counted(bids, "bid"), told=told, figures=figures)


def _waits(call: Call) -> str:
    return " It is asked for again every quarter." if call.before["intervention.waited"] == 0 else ""


def read_early_support(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether help is offered before the council fails."""
    for draw in call.draws:
        met = met_by(draw)
        words = f"Help is offered before it fails ({met})."
        yield moment.event(
            call, "early help offered", words, draw.returned, met, figures=chance_and_draw(draw)
        )


def read_beginning(call: Call, moment: Moment) -> Iterator[Event]:
    """An arrangement begins: what, with whom, why, and when it will be at work."""
    kind = Support(call.given["kind"])
    who = other_side(call.other)
    able = call.other["skill"] if "skill" in call.other else call.other["expertise"]
    setup = moment.p.arrangement[kind].setup_quarters
    when = f"; setting up takes {months(setup)}" if setup else ""
    callers = call.callers()
    if "intervention.follow_record" in callers:
        why = "by the change"
    elif "market.begin_by_choice" in callers:
        why = "by the council's own choice"
    elif "intervention.respond_at_once" in callers:
        why = "at once, while nothing is decided yet"
    elif "intervention.offer_early_support" in callers:
        why = "before it has failed"
    elif kind != call.before["intervention.plan"]:
        why = f"standing in until there is {ARRANGEMENTS[call.before['intervention.plan']]}"
    else:
        why = "as was decided"
    words = f"{BEGINNINGS[kind]}, {why}: {who} (worth {able:.2f} of 1{when})."
    figures = {"kind": kind, "ally": call.given["ally"], "worth": able, "setup_quarters": setup}
    yield moment.event(call, "arrangement begins", words, figures=figures)


def read_end(call: Call, moment: Moment) -> Iterator[Event]:
    """An arrangement ends, and why."""
    kind = call.before["arrangement.kind"]
    age = call.before["arrangement.age"]
    lost = call.before["capacity.improvement"] - call.after["capacity.improvement"]
    words = f"{ENDINGS[kind]} after {months(age)}, {_why_ending(call, moment)}"
    words += f" (capacity to improve −{lost:.3f} as help leaves)." if lost >= 0.0005 else "."
    figures = {"kind": kind, "age": age, "capacity_lost": lost}
    yield moment.event(call, "arrangement ends", words, figures=figures)


def _why_ending(call: Call, moment: Moment) -> str:
    """The rule that ended it, and the condition under which that rule said so."""
    callers = call.callers()
    if "intervention.follow_record" in callers:
        return "by the change"
    if "reorganisation.close_council" in callers:
        return "with the council"
    if "intervention.hand_over" in callers:
        return "for what was decided on takes its place"
    if "intervention.change_to_plan" in callers:
        return "for its own plan takes its place"
    review = call.caller and call.caller.caller
    if review is None:
        return "for its helper has become a partner in practice"
    handed_back = any(inner.returned for inner in review.named("ladder.pulls_back"))
    if handed_back:
        draw = review.named("ladder.pulls_back")[0].draws[0]
        return f"returned by the council, for it has brought nothing ({met_by(draw)})"
    over = review.named("ladder.arrangement_is_over")
    return _why_over(over[0], moment) if over else "as the rules have it"


def _why_over(over: Call, moment: Moment) -> str:
    """In which of its ways an arrangement is over, by the condition that held in the rule."""
    kind = over.before["arrangement.kind"]
    levers = moment.p.arrangement[kind]
    if "voluntary == 1" in over.because:
        return "for the council that chose it has failed"
    if "levers.duration" in over.because:
        return f"its work done: no longer inadequate, and at least {months(levers.duration)} in force"
    if "levers.contract_quarters" in over.because:
        return f"its contract over ({months(levers.contract_quarters)})"
    return "for the other side has failed or left"


def read_peer_review(call: Call, moment: Moment) -> Iterator[Event]:
    """A peer review is held, and who reviewed."""
    rows = [inner.returned for inner in call.named("peers.find_reviewer")]
    learned = call.after["capacity.improvement"] - call.before["capacity.improvement"]
    by = f"by {names()[rows[0]]}" if rows and rows[0] >= 0 else "by nobody, for no good neighbour is free"
    words = f"A peer review is held {by} (capacity to improve +{learned:.3f})."
    yield moment.event(call, "peer review", words, figures={"learned": learned})


def read_review_draw(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether a peer review is held."""
    for draw in call.draws:
        if draw.given["probability"] > 0.0:
            met = met_by(draw)
            yield moment.event(
                call, "peer review due", f"A peer review is agreed ({met}).", draw.returned, met, told=False,
                figures=chance_and_draw(draw),
            )  # fmt: skip


def read_choice(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether a council that has not failed lets its services go."""
    for draw in call.draws:
        met = met_by(draw)
        stirs = call.rule == "market.consider_spinning_out"
        who = (
            "Its social workers want to form a mutual"
            if stirs
            else "The council offers its services for tender"
        )
        yield moment.event(
            call,
            "services leave by choice",
            f"{who} ({met}).",
            draw.returned,
            met,
            figures=chance_and_draw(draw),
        )


def read_progress_of_escalation(call: Call, moment: Moment) -> Iterator[Event]:
    """Support has not been enough."""
    if call.returned:
        kind = ARRANGEMENTS[call.before["arrangement.kind"]]
        words = f"With {kind} it has not got better in time."
        if any(inner.returned for inner in call.named("ladder.failed_again")):
            words = f"With {kind} it has failed again."
        yield moment.event(call, "support gives way", words, met=call.because)


READERS: dict[str, Reader] = {
    "ladder.progress_buys_time": read_patience,
    "ladder.decide_plan": read_decision,
    "support.find_partner": read_asking_partners,
    "market.find_provider": read_tender,
    "intervention.offer_early_support": read_early_support,
    "support.begin_arrangement": read_beginning,
    "support.end_arrangement": read_end,
    "intervention.must_escalate": read_progress_of_escalation,
    "intervention.is_reviewed": read_review_draw,
    "peers.learn_from_peers": read_peer_review,
    "market.consider_spinning_out": read_choice,
    "market.consider_outsourcing": read_choice,
}
"""Who reads which rule."""
