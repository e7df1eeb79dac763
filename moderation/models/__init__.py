"""Agreements, cases, people's sanctions and stewardships, and the log."""

from moderation.models.agreements import Acceptance, Agreement, AgreementSet
from moderation.models.cases import (
    CASE_TRANSITIONS,
    HIDES,
    UNDECIDED,
    Appeal,
    Case,
    CaseAuthor,
    CaseState,
    Decision,
    Flag,
    Origin,
    Outcome,
    Stage,
)
from moderation.models.people import (
    STEWARD_ROLES,
    Block,
    Note,
    PersonalMute,
    Sanction,
    SanctionKind,
    Stewardship,
)
from moderation.models.records import LogEntry, Writing
from moderation.models.spaces import Moderable, ModerableQuerySet, Space

__all__ = [
    "CASE_TRANSITIONS",
    "HIDES",
    "STEWARD_ROLES",
    "UNDECIDED",
    "Acceptance",
    "Agreement",
    "AgreementSet",
    "Appeal",
    "Block",
    "Case",
    "CaseAuthor",
    "CaseState",
    "Decision",
    "Flag",
    "LogEntry",
    "Moderable",
    "ModerableQuerySet",
    "Note",
    "Origin",
    "Outcome",
    "PersonalMute",
    "Sanction",
    "SanctionKind",
    "Space",
    "Stage",
    "Stewardship",
    "Writing",
]
