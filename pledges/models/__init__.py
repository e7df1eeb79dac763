"""Drives, pledges and redemptions, each with its history."""

from pledges.models.drives import DriveState, DriveStep, PledgeDrive, Rung
from pledges.models.letters import DriveLetter, LetterStop
from pledges.models.pledges import Display, Pledge, PledgeState, PledgeStep, StepKind
from pledges.models.points_of_sale import PointOfSale
from pledges.models.policy import PledgePolicy
from pledges.models.redemptions import (
    Redemption,
    RedemptionState,
    RedemptionStep,
    WayIn,
)
from pledges.models.transfers import PledgeTransfer, TransferState
from pledges.models.velocity import Oddity, VelocityFlag

__all__ = [
    "Display",
    "DriveLetter",
    "DriveState",
    "DriveStep",
    "LetterStop",
    "Oddity",
    "Pledge",
    "PledgeDrive",
    "PledgePolicy",
    "PledgeState",
    "PledgeStep",
    "PledgeTransfer",
    "PointOfSale",
    "Redemption",
    "RedemptionState",
    "RedemptionStep",
    "Rung",
    "StepKind",
    "TransferState",
    "VelocityFlag",
    "WayIn",
]
