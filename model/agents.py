"""Who acts: councils, the providers and partners they meet, regional labour markets and the nation.

Each class lists its state once, with unit and meaning. A ratio is 1 at the council's own level in
2014Q1 unless it says otherwise; money in £m is in 2014 prices; time is counted in quarters. The same
classes are Mesa agents in the interpreted model and, field for field, the records of the compiled one.
"""

from typing import Annotated

import mesa

from model.state import State, create_state, fresh, ratio, stock


class Budget(State):
    """A council's money: what comes in, what placements take, what is left for staff and early help."""

    annual: Annotated[float, stock("£m a year", "children's services budget in 2014Q1")]
    funding: Annotated[float, ratio("ratio", "real budget now")]
    uplift: Annotated[float, ratio("share of budget", "extra money after an inadequate judgement")]
    placements: Annotated[float, ratio("share of 2014 budget", "cost of placements")]
    early_help: Annotated[float, ratio("ratio", "early help offered")]
    early_help_felt: Annotated[float, ratio("ratio", "early help as it acts on demand, delayed")]
    forgone: Annotated[float, ratio("share of 2014 budget", "money that other services take instead")]
    spending: Annotated[float, ratio("share of 2014 budget", "what is spent, at a yearly rate")]
    reserves: Annotated[float, ratio("share of 2014 budget", "reserves; negative is an accumulated deficit")]


class Ledger(State):
    """What was paid in the quarter, each pound with its payer and its payee, in £m."""

    funding: Annotated[float, fresh("£m", "received by the council: budget and uplift")]
    permanent_staff: Annotated[float, fresh("£m", "council to its own staff")]
    agency_staff: Annotated[float, fresh("£m", "council to agency workers")]
    placements: Annotated[float, fresh("£m", "council to placements of looked-after children")]
    early_help: Annotated[float, fresh("£m", "council to early help")]
    provider_fees: Annotated[float, fresh("£m", "council to private providers and trusts")]
    partner_fees: Annotated[float, fresh("£m", "council to advisers and partner councils")]
    setup: Annotated[float, fresh("£m", "council to setting up an arrangement")]
    peer_reviews: Annotated[float, fresh("£m", "council to peer reviews")]
    oversight: Annotated[float, fresh("£m", "council to its own overseers of contracts")]
    other_services: Annotated[float, fresh("£m", "council to services its chief executive turned from")]
    department_provider_fees: Annotated[float, fresh("£m", "department to providers and trusts, for it")]
    department_partner_fees: Annotated[float, fresh("£m", "department to advisers and partners, for it")]
    department_setup: Annotated[float, fresh("£m", "department to setting up an arrangement, for it")]
    department_backfill: Annotated[float, fresh("£m", "department to it, for the time it gives to others")]
    department_graduates: Annotated[float, fresh("£m", "department to graduate schemes, for its entrants")]
    support_total: Annotated[float, fresh("£m", "cost of outside support since the start, both payers")]


class Demand(State):
    """Need for help, and the work and care that it turns into."""

    need: Annotated[float, ratio("log", "local need, departure from the national path")]
    surge: Annotated[float, ratio("log", "extra referrals after a judgement or a serious incident")]
    workload: Annotated[float, ratio("ratio", "statutory work at the front door and after")]
    done_twice: Annotated[float, ratio("log", "work that agencies do twice for want of partnership")]
    looked_after: Annotated[float, ratio("ratio", "children looked after")]


class Workforce(State):
    """Social workers: newly qualified, experienced and agency, against the posts that are funded."""

    posts: Annotated[float, stock("FTE", "funded posts")]
    posts_2014: Annotated[float, stock("FTE", "funded posts in 2014Q1")]
    newly_qualified: Annotated[float, stock("FTE", "permanent staff, newly qualified")]
    experienced: Annotated[float, stock("FTE", "permanent staff, experienced")]
    agency: Annotated[float, stock("FTE", "agency staff")]
    graduates: Annotated[float, stock("FTE", "permanent staff on a graduate scheme, supervised")]
    leavers: Annotated[float, fresh("FTE", "permanent staff who left this quarter")]
    hires: Annotated[float, fresh("FTE", "permanent staff hired this quarter")]
    labour_market: Annotated[float, ratio("log", "lasting local hiring conditions")]
    hiring_conditions: Annotated[float, ratio("log", "passing local hiring conditions")]
    stigma: Annotated[float, ratio("0-1", "stigma as an employer")]
    load_scale: Annotated[float, stock("FTE", "staff time that workload 1 asks for")]
    pressure_now: Annotated[float, ratio("ratio less 1", "work against capacity this quarter")]
    pressure: Annotated[float, ratio("ratio less 1", "work pressure as it is felt, smoothed")]
    caseload: Annotated[float, ratio("cases", "cases per case-holding worker")]
    continuity: Annotated[float, ratio("0-1", "share of children keeping their worker")]
    experienced_share: Annotated[float, ratio("0-1", "experienced staff among all, agency included")]


class Director(State):
    """The director of children's services, and what the post endures."""

    skill: Annotated[float, ratio("0-1", "the director's skill")]
    tenure: Annotated[float, fresh("quarters", "time in post")]
    interim: Annotated[int, fresh("0/1", "whether the director is an interim")]
    event: Annotated[int, fresh("code", "what happened to the post this quarter: `DirectorEvent`")]
    changes: Annotated[int, fresh("count", "changes of post-holder since the start")]
    public_blame: Annotated[float, ratio("0-1", "public blame")]
    burden: Annotated[float, ratio("0-1", "burden beyond the own department")]


class ChiefExecutive(State):
    """How far the council's chief executive engages with children's services."""

    engagement: Annotated[float, ratio("0-1", "engagement now")]
    own_engagement: Annotated[float, ratio("0-1", "engagement without outside encouragement")]
    encouragement: Annotated[float, fresh("-1 to 1", "engagement that the regime adds or takes")]


class Capacity(State):
    """The capacity to improve: the council's own, what is lent, and the effort that builds it."""

    improvement: Annotated[float, ratio("0-1", "own improvement capacity")]
    lent: Annotated[float, fresh("0-1", "the part of it that rests on lent staff")]
    imported: Annotated[float, fresh("0-1", "capacity present only while outside help lasts")]
    effort: Annotated[float, ratio("0-2", "improvement effort")]
    effort_shift: Annotated[float, fresh("+/-", "effort that freedoms add and helping others takes")]
    urgency: Annotated[float, fresh("0-1", "urgency while inadequate and after")]
    reviewing: Annotated[int, fresh("councils", "peer reviews given to others this quarter")]
    reviewed: Annotated[int, fresh("code", "peer review held here this quarter: `Review`")]
    lesson: Annotated[float, fresh("0-1", "capacity learned from other councils this quarter")]


class Practice(State):
    """The quality of practice that children meet: latent, never seen directly by anyone in the model."""

    quality: Annotated[float, ratio("points 0-100", "practice quality")]
    quality_before: Annotated[float, ratio("points 0-100", "practice quality a quarter ago")]
    quality_remembered: Annotated[float, ratio("points 0-100", "quality averaged over recent quarters")]
    trend: Annotated[float, ratio("points a quarter", "smoothed change of quality")]
    leadership: Annotated[float, ratio("0-1", "leadership as practised")]
    standard: Annotated[float, ratio("ratio", "internal standard of time per case")]
    national_level: Annotated[float, ratio("logit", "level common to all councils")]
    circumstances: Annotated[float, ratio("logit", "local circumstances that nothing else explains")]
    innovation: Annotated[float, ratio("0-1", "adoption of the new ways of working that charities bring")]


class Incidents(State):
    """Serious incidents, whistle-blowing and the reviews that follow."""

    alert: Annotated[int, fresh("0/1", "an incident or a whistle-blower this quarter")]
    happened: Annotated[int, fresh("0/1", "a serious incident this quarter")]
    count: Annotated[int, fresh("count", "serious incidents since the start")]
    review_due: Annotated[float, fresh("quarters", "until the case review reports; 0 none under way")]


class Inspection(State):
    """What the inspectorate knows of the council, and how the council prepares for it."""

    grade: Annotated[int, fresh("code", "judgement in force: `Grade`")]
    previous_grade: Annotated[int, fresh("code", "judgement before it: `Grade`")]
    leadership_grade: Annotated[int, fresh("code", "leadership judgement: `Grade`")]
    result: Annotated[int, fresh("code", "judgement published this quarter, 0 if none: `Grade`")]
    emergency: Annotated[int, fresh("0/1", "an alert brought the inspection forward this quarter")]
    due: Annotated[float, fresh("quarter", "when the next judgement is due")]
    since: Annotated[float, fresh("quarters", "since the last judgement")]
    count: Annotated[int, fresh("count", "judgements since the start")]
    score_gap: Annotated[float, fresh("points", "inspected score less quality, at the last inspection")]
    gaming: Annotated[float, ratio("0-1", "effort spent on looking good")]
    gaming_incentive: Annotated[float, fresh("0-1", "gaming that the arrangement invites")]
    inadequate_ever: Annotated[int, fresh("count", "inadequate judgements ever")]
    inadequate_in_spell: Annotated[int, fresh("count", "inadequate judgements in this spell")]
    log_weight: Annotated[float, fresh("log", "probability of the recorded judgement given the score")]


class Intervention(State):
    """Where an inadequate council stands on the ladder of intervention."""

    clock: Annotated[float, fresh("quarters", "since the judgement, or since an arrangement ended")]
    since_failure: Annotated[float, fresh("quarters", "since first judged inadequate in this spell")]
    monitored: Annotated[int, fresh("0/1", "a monitoring visit was held this quarter")]
    progress: Annotated[int, fresh("0/1", "the last visit found significant progress")]
    stage: Annotated[int, fresh("code", "rung for which the plan was drawn: `Stage`")]
    plan: Annotated[int, fresh("code", "arrangement decided on, held for the spell: `Support`")]
    tender: Annotated[int, fresh("0/1", "a tender was held this quarter")]
    bids: Annotated[int, fresh("count", "bids received this quarter")]
    refused: Annotated[int, fresh("0/1", "nobody took the council on this quarter")]
    requested: Annotated[int, fresh("0/1", "somebody was asked to take the council on this quarter")]
    waiting: Annotated[int, fresh("0/1", "a stand-in is in place while the tender goes on")]
    waited: Annotated[int, fresh("quarters", "since an arrangement was decided on that is not in place yet")]
    without_progress: Annotated[int, fresh("visits", "in a row that found no significant progress")]
    returned: Annotated[int, fresh("0/1", "the council returned a contract or arrangement this quarter")]
    taken_over: Annotated[int, fresh("code", "whether it was taken over this quarter: `Takeover`")]
    dismissed: Annotated[int, fresh("0/1", "the director was replaced by intervention this quarter")]
    start_kind: Annotated[int, fresh("code", "arrangement that began this quarter: `Support`")]
    end_kind: Annotated[int, fresh("code", "arrangement that ended this quarter: `Support`")]


class Arrangement(State):
    """The arrangement in force, who stands on the other side of it, and what it does."""

    kind: Annotated[int, fresh("code", "arrangement in force: `Support`")]
    ally: Annotated[int, fresh("row", "row of the partner or provider; -1 none")]
    age: Annotated[int, fresh("quarters", "since it was agreed")]
    started: Annotated[int, fresh("count", "arrangements begun since the start")]
    paid_kind: Annotated[int, fresh("code", "arrangement whose bill falls due next: `Support`")]
    paid_ally: Annotated[int, fresh("row", "who is owed that bill; -1 none")]
    council_running: Annotated[float, fresh("share a year", "running cost borne by the council")]
    council_setup: Annotated[float, fresh("share a year", "set-up cost borne by the council")]
    department_running: Annotated[float, fresh("share a year", "running cost borne by the department")]
    department_setup: Annotated[float, fresh("share a year", "set-up cost borne by the department")]
    ring_fence: Annotated[float, fresh("0-1", "share of leadership in outside hands")]
    external_skill: Annotated[float, fresh("0-1", "skill of the outside leader")]
    external_leadership: Annotated[float, ratio("0-1", "leadership from outside, as practised")]
    own_building: Annotated[float, fresh("ratio", "own building of capacity, against no arrangement")]
    staff_development: Annotated[float, fresh("ratio", "staff development, against no arrangement")]
    retention: Annotated[float, fresh("log", "cut in leaving")]
    disruption: Annotated[float, fresh("logit", "quality lost to starting up or winding down")]
    oversight: Annotated[float, fresh("share a year", "cost of the council's own oversight")]
    residual: Annotated[float, fresh("ratio", "pressure of what is left when the easy part is out")]
    voluntary: Annotated[int, fresh("0/1", "the council chose it without having failed")]


class Standing(State):
    """How the council stands with the public and with its partner agencies."""

    confidence: Annotated[float, ratio("0-1", "public confidence")]
    partnership: Annotated[float, ratio("0-1", "partnership working with other agencies")]
    label: Annotated[float, fresh("-1 to 1", "known as one who helps (1) or who is helped (-1)")]


class Outcome(State):
    """What children get, and the clocks that time failure and recovery."""

    children: Annotated[float, ratio("0-1", "children's outcome index, averaged over about two years")]
    weak_child_years: Annotated[float, fresh("child-years", "lived under quality below the inadequate bar")]
    inadequate_child_years: Annotated[float, fresh("child-years", "lived under an inadequate judgement")]
    better_clock: Annotated[int, fresh("quarters", "since judged inadequate, until judged better; -1 off")]
    good_clock: Annotated[int, fresh("quarters", "since judged inadequate, until judged good; -1 off")]
    relapse_clock: Annotated[int, fresh("quarters", "since the exit, until inadequate again; -1 off")]
    support_clock: Annotated[int, fresh("quarters", "since outside help first ended; -1 off")]
    failure_clock: Annotated[int, fresh("quarters", "since judged inadequate, whatever followed; -1 off")]
    helping: Annotated[float, fresh("councils", "burden of councils being helped, weighted by kind")]
    cohort: Annotated[int, fresh("0/1", "inadequate when the run began: one of its cohort")]
    cohort_held: Annotated[int, fresh("0/1", "one of the cohort and never judged better since")]
    cohort_clock: Annotated[int, fresh("quarters", "since the run began, for one of the cohort")]


class Shock(State):
    """This quarter's luck in this council: standard normals and uniforms drawn ahead, one per decision."""

    need: Annotated[float, fresh("normal", "local need")]
    leaving: Annotated[float, fresh("normal", "staff leaving")]
    hiring: Annotated[float, fresh("normal", "local hiring conditions")]
    agency: Annotated[float, fresh("normal", "agency cover")]
    director_skill: Annotated[float, fresh("normal", "skill of a new director")]
    circumstances: Annotated[float, fresh("normal", "local circumstances")]
    inspection: Annotated[float, fresh("normal", "noise of inspection")]
    leadership_judgement: Annotated[float, fresh("normal", "noise of the leadership judgement")]
    inspection_interval: Annotated[float, fresh("normal", "time to the next inspection")]
    director_exit: Annotated[float, fresh("uniform", "whether the director leaves")]
    director_appointment: Annotated[float, fresh("uniform", "whether a permanent successor is found")]
    incident: Annotated[float, fresh("uniform", "whether a serious incident happens")]
    whistleblowing: Annotated[float, fresh("uniform", "whether somebody blows the whistle")]
    emergency: Annotated[float, fresh("uniform", "whether an alert brings inspection forward")]
    arrangement: Annotated[float, fresh("uniform", "which arrangement is decided on")]
    patience: Annotated[float, fresh("uniform", "whether progress buys another quarter")]
    pull_back: Annotated[float, fresh("uniform", "whether the council ends a contract early")]
    support_request: Annotated[float, fresh("uniform", "whether help comes before failure")]
    peer_review: Annotated[float, fresh("uniform", "whether a peer review is held")]
    replacement: Annotated[float, fresh("uniform", "whether failure costs the director the post")]
    dismissal: Annotated[float, fresh("uniform", "whether a commissioner replaces the director")]
    spin_out: Annotated[float, fresh("uniform", "whether social workers form a mutual")]
    outsourcing: Annotated[float, fresh("uniform", "whether the council contracts out by choice")]


class Recorded(State):
    """What the record says happened this quarter; -1 where it is silent and the model draws."""

    inspection: Annotated[int, fresh("code", "1 a judgement was published, 0 none was, -1 unknown")]
    grade: Annotated[int, fresh("code", "the recorded judgement, 0 not said: `Grade`")]
    leadership_grade: Annotated[int, fresh("code", "the recorded leadership judgement, 0 unknown: `Grade`")]
    director: Annotated[int, fresh("code", "recorded `DirectorEvent`, -1 unknown")]
    arrangement: Annotated[int, fresh("code", "recorded start of an arrangement: `Support`, -1 unknown")]
    partner: Annotated[int, fresh("rank", "place among partners in practice that it is named for; 0 none")]


class Council(mesa.Agent):
    """A council's children's services: the agent whose quality falls and is turned round."""

    row: Annotated[int, fresh("row", "row of the master table of councils")]
    region: Annotated[int, fresh("row", "row of the region")]
    exists: Annotated[int, fresh("0/1", "whether the council exists and takes part")]
    children: Annotated[float, stock("children", "children aged 0-17 in mid 2014")]
    size: Annotated[float, stock("ratio", "children against the average council of 2014")]
    deprivation: Annotated[float, ratio("standard deviations", "income deprivation affecting children")]
    budget: Budget
    ledger: Ledger
    demand: Demand
    workforce: Workforce
    director: Director
    chief_executive: ChiefExecutive
    capacity: Capacity
    practice: Practice
    incidents: Incidents
    inspection: Inspection
    intervention: Intervention
    arrangement: Arrangement
    standing: Standing
    outcome: Outcome
    shock: Shock
    recorded: Recorded

    def __init__(self, model: mesa.Model) -> None:
        """Create a council with all state zero."""
        super().__init__(model)
        create_state(self)


class Provider(mesa.Agent):
    """A private company, charity, council sponsor or mutual that runs services under contract or trust."""

    row: Annotated[int, fresh("row", "row of the master table of providers")]
    kind: Annotated[int, fresh("code", "`ProviderKind`")]
    enabled: Annotated[int, fresh("0/1", "whether this slot is in use")]
    active: Annotated[int, fresh("0/1", "whether it is in the market")]
    licensed: Annotated[int, fresh("0/1", "whether it would pass the licence")]
    load: Annotated[int, fresh("councils", "councils served")]
    capacity: Annotated[int, fresh("councils", "councils that it can serve")]
    skill: Annotated[float, fresh("0-1", "skill of its staff")]
    leadership: Annotated[float, fresh("0-1", "skill of its leaders")]
    fee: Annotated[float, fresh("share of budget", "fee asked, as a share of what is managed")]
    cost: Annotated[float, fresh("share of budget", "own cost in a council without difficulties")]
    margin_required: Annotated[float, fresh("share of budget", "least margin for which it bids")]
    income: Annotated[float, fresh("£m", "received this quarter")]
    income_total: Annotated[float, fresh("£m", "received since the start")]
    expenses: Annotated[float, fresh("£m", "spent on its contracts this quarter")]
    cash: Annotated[float, fresh("£m", "money in hand; a company without any may have to leave")]
    broke: Annotated[int, fresh("0/1", "whether it ran out of money and left for good")]
    entries: Annotated[int, fresh("count", "times it came into the market since the start")]
    exits: Annotated[int, fresh("count", "times it left the market since the start")]

    def __init__(self, model: mesa.Model) -> None:
        """Create a provider with all state zero."""
        super().__init__(model)
        create_state(self)


class Partner(mesa.Agent):
    """A national adviser, or a council that helps others: funded partner or member of the alliance."""

    row: Annotated[int, fresh("row", "row of the master table of partners")]
    kind: Annotated[int, fresh("code", "`PartnerKind`")]
    enabled: Annotated[int, fresh("0/1", "whether this slot is in use")]
    active: Annotated[int, fresh("0/1", "whether it can help now")]
    home: Annotated[int, fresh("row", "row of the council it belongs to; -1 none")]
    region: Annotated[int, fresh("row", "row of the region of its council; -1 none")]
    load: Annotated[int, fresh("councils", "councils being helped")]
    capacity: Annotated[int, fresh("councils", "councils that it can help")]
    expertise: Annotated[float, fresh("0-1", "what its help is worth")]
    burden: Annotated[float, fresh("ratio", "burden on the own council for each council helped")]
    income: Annotated[float, fresh("£m", "received this quarter")]
    income_total: Annotated[float, fresh("£m", "received since the start")]

    def __init__(self, model: mesa.Model) -> None:
        """Create a partner with all state zero."""
        super().__init__(model)
        create_state(self)


class Region(mesa.Agent):
    """A regional labour market, in which councils compete for experienced social workers."""

    row: Annotated[int, fresh("row", "row of the region, in alphabetical order")]
    pool: Annotated[float, fresh("ratio", "experienced workers to be had; 1 is balance")]
    log_pool: Annotated[float, fresh("log", "logarithm of the pool")]
    left: Annotated[float, fresh("FTE", "permanent staff who left councils this quarter")]
    hired: Annotated[float, fresh("FTE", "experienced staff hired by councils this quarter")]
    staff: Annotated[float, fresh("FTE", "permanent staff of the region's councils")]

    def __init__(self, model: mesa.Model) -> None:
        """Create a region with all state zero."""
        super().__init__(model)
        create_state(self)


class Followed(State):
    """Councils seen again years after something happened to them: how many, and what is summed."""

    three_years_after_help: Annotated[int, fresh("councils", "seen three years after help first ended")]
    experienced: Annotated[float, fresh("0-1", "sum of their experienced shares of staff")]
    vacancy: Annotated[float, fresh("0-1", "sum of their shares of posts that are vacant")]
    five_years_after_help: Annotated[int, fresh("councils", "seen five years after help first ended")]
    quality_after_help: Annotated[float, fresh("points", "sum of their latent qualities")]
    three_years_after_failure: Annotated[int, fresh("councils", "seen three years after they failed")]
    quality_after_failure: Annotated[float, fresh("points", "sum of their latent qualities")]
    cohort: Annotated[int, fresh("councils", "inadequate when the run began")]
    cohort_weak: Annotated[int, fresh("council-quarters", "of these, with quality below the inadequate bar")]
    cohort_held: Annotated[int, fresh("council-quarters", "of these, until the first better judgement")]
    cohort_seen: Annotated[int, fresh("councils", "of these, seen three years into the run")]
    cohort_quality: Annotated[float, fresh("points", "sum of the latent qualities of those seen")]


class Nation(mesa.Agent):
    """The department, the inspectorate's calendar, and what all councils share."""

    quarter: Annotated[int, fresh("quarter", "quarters since 2014Q1")]
    funding: Annotated[float, fresh("ratio", "real funding, national path")]
    deprivation_cut: Annotated[float, fresh("0-1", "how far cuts by deprivation have been phased in")]
    placement_cost: Annotated[float, fresh("ratio", "real unit cost of placements")]
    need: Annotated[float, fresh("log", "national need")]
    looked_after: Annotated[float, fresh("log", "national path of children looked after")]
    learning: Annotated[float, fresh("logit", "what the sector has learned of the framework")]
    graduates: Annotated[float, fresh("share of hires", "newly qualified through graduate schemes")]
    graduate_places: Annotated[
        float, fresh("share of posts a quarter", "entrants whom graduate schemes offer")
    ]
    leaving: Annotated[float, fresh("log", "labour-market scenario: leaving hazard")]
    hiring: Annotated[float, fresh("ratio", "labour-market scenario: hiring")]
    ilacs: Annotated[int, fresh("0/1", "inspection under ILACS rather than SIF")]
    ilacs_in: Annotated[float, fresh("quarters", "until ILACS begins; 0 once it has")]
    suspended: Annotated[int, fresh("0/1", "inspections suspended")]
    inspections_held: Annotated[int, fresh("councils", "judgements published this quarter")]
    bar_shift: Annotated[float, fresh("points", "how far the bars of inspection have moved")]
    director_pool: Annotated[float, fresh("ratio", "directors willing to serve; 1 is balance")]
    directors_returned: Annotated[float, fresh("count", "directors who went back to the pool this quarter")]
    directors_taken: Annotated[float, fresh("count", "directors appointed from the pool this quarter")]
    alliance_grown: Annotated[float, fresh("councils", "by which the alliance has grown; whole ones join")]
    entrants: Annotated[float, fresh("companies", "on their way into the market; whole ones enter")]
    sponsors_coming: Annotated[float, fresh("charities", "being recruited as sponsors; whole ones start")]
    recruitment: Annotated[float, fresh("£m", "department to recruiting sponsors this quarter")]
    licensing: Annotated[float, fresh("£m", "department to licensing and inspecting providers this quarter")]
    lessons: Annotated[float, fresh("0-1", "lessons of case reviews gathered centrally this quarter")]
    lessons_published: Annotated[float, fresh("0-1", "lessons published this quarter to all councils")]
    reviews_gathered: Annotated[float, fresh("reviews", "case reviews gathered this quarter")]
    reviews_published: Annotated[float, fresh("reviews", "case reviews published this quarter")]
    innovation: Annotated[float, fresh("0-1", "adoption of charities' new ways, mean last quarter")]
    followed: Followed

    def __init__(self, model: mesa.Model) -> None:
        """Create the nation with all state zero."""
        super().__init__(model)
        create_state(self)
