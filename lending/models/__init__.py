"""Lenders, applications, offers and loans, each with its history."""

from lending.models.applications import (
    ApplicationState,
    ApplicationStep,
    Approval,
    LoanApplication,
    Repayment,
    Sharing,
)
from lending.models.lenders import Lender, LenderKind, LenderSeat
from lending.models.loans import Loan, LoanMoment, LoanState, LoanStep, Outcome
from lending.models.offers import LoanOffer, OfferState
from lending.models.payments import LoanPayment, PaidPart, ScheduleLine, Way
from lending.models.policy import LendingPolicy

__all__ = [
    "ApplicationState",
    "ApplicationStep",
    "Approval",
    "Lender",
    "LenderKind",
    "LenderSeat",
    "LendingPolicy",
    "Loan",
    "LoanApplication",
    "LoanMoment",
    "LoanOffer",
    "LoanPayment",
    "LoanState",
    "LoanStep",
    "OfferState",
    "Outcome",
    "PaidPart",
    "Repayment",
    "ScheduleLine",
    "Sharing",
    "Way",
]
