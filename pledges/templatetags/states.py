"""`{% load states %}`: which of the design's badges a state wears."""

from django import template

from pledges.models import DriveState, PledgeState, RedemptionState

register = template.Library()

KINDS = {
    DriveState.IN_REVIEW: "warn",
    DriveState.PRIVATE: "accent",
    DriveState.GATHERING: "accent",
    DriveState.QUALIFIED: "good",
    DriveState.UNQUALIFIED: "bad",
    DriveState.FINANCED: "good",
    DriveState.SERVING: "accent",
    DriveState.COMPLETED: "good",
    DriveState.ENDED_EARLY: "bad",
    PledgeState.INTENDED: "warn",
    PledgeState.ACTIVE: "accent",
    PledgeState.FULFILLED: "good",
    PledgeState.VOID: "bad",
    RedemptionState.CONFIRMED: "good",
    RedemptionState.DISPUTED: "bad",
}


@register.filter
def badge_kind(state: str) -> str:
    """`{{ drive.state|badge_kind }}`: good, warn, bad, accent, or nothing for the plain one."""
    return next((kind for known, kind in KINDS.items() if known == state), "")
