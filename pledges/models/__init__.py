"""Drives, pledges and redemptions, each with its history."""

from pledges.models.drives import DriveState, DriveStep, PledgeDrive, Rung
from pledges.models.pledges import Display, Pledge, PledgeState, PledgeStep, StepKind
from pledges.models.redemptions import (
    Redemption,
    RedemptionState,
    RedemptionStep,
    WayIn,
)

__all__ = [
    "Display",
    "DriveState",
    "DriveStep",
    "Pledge",
    "PledgeDrive",
    "PledgeState",
    "PledgeStep",
    "Redemption",
    "RedemptionState",
    "RedemptionStep",
    "Rung",
    "StepKind",
    "WayIn",
]
