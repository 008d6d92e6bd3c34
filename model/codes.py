"""The coded quantities of the model: what each integer in a state or a table stands for.

Judgements are Ofsted's four grades, ordered from best to worst so that a larger number is a worse
judgement; councils that have not been judged since they were founded carry `NOT_JUDGED`.
"""

from enum import IntEnum


class Grade(IntEnum):
    """An Ofsted judgement of a council's children's services; larger is worse."""

    NOT_JUDGED = 0
    OUTSTANDING = 1
    GOOD = 2
    REQUIRES_IMPROVEMENT = 3
    INADEQUATE = 4


class Support(IntEnum):
    """What is done for, or to, a council: the arrangement in force."""

    NONE = 0
    OWN_PLAN = 1
    ADVISER = 2
    ALLIANCE = 3
    PARTNER_IN_PRACTICE = 4
    PRIVATE = 5
    TRUST = 6
    PARTNER_COUNCIL = 7
    SPECIALIST = 8
    COMMISSIONER = 9
    MUTUAL = 10


class Stage(IntEnum):
    """The rung of the intervention ladder on which an inadequate council stands."""

    NONE = 0
    SUPPORT = 1
    TAKEOVER = 2


class Takeover(IntEnum):
    """Whether a council was taken over this quarter, and whether it needed to be."""

    NONE = 0
    WHILE_FAILING = 1
    WHILE_RECOVERING = 2


class Review(IntEnum):
    """Whether a council was reviewed by peers this quarter, and by whom."""

    NONE = 0
    BY_NEIGHBOUR = 1
    BY_NOBODY = 2


class PartnerKind(IntEnum):
    """Who helps: national advisers, funded partners, alliance councils, specialist teams, commissioners."""

    ADVISER = 0
    PARTNER_IN_PRACTICE = 1
    ALLIANCE = 2
    SPECIALIST = 3
    COMMISSIONER = 4


class ProviderKind(IntEnum):
    """Who takes over, or sponsors a trust that does."""

    PRIVATE = 1
    CHARITY = 2
    COUNCIL_SPONSOR = 3
    MUTUAL = 4


class DirectorEvent(IntEnum):
    """What happened to the post of director of children's services in a quarter."""

    NONE = 0
    PERMANENT_ARRIVES = 1
    INTERIM_ARRIVES = 2


class Status(IntEnum):
    """How a run ended: a failed run is a row with its code, never an exception inside a block."""

    OK = 0
    NOT_FINITE = 1
    OUT_OF_RANGE = 2


class FundingPeriod(IntEnum):
    """The periods for which the growth of national funding is stated."""

    TO_2015 = 0
    TO_2019 = 1
    IN_2020 = 2
    TO_2025 = 3
    AFTER_2025 = 4


UNKNOWN = -1
"""In recorded history: the record is silent and the model draws."""
