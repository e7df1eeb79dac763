"""The members' room: businesses, memberships, dues, volunteers, resources, imports."""

from members.models.applications import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationState,
    ApplicationStep,
)
from members.models.businesses import (
    Business,
    Representative,
    RepresentativeKind,
    Segment,
    SizeBand,
)
from members.models.documents import (
    Paper,
    ValueStatement,
)
from members.models.imports import (
    IMPORT_TRANSITIONS,
    ImportRow,
    ImportRun,
    ImportState,
    RowAction,
)
from members.models.invoices import (
    CreditNote,
    DocumentKind,
    DocumentSeries,
    Instalment,
    Invoice,
    InvoiceLine,
    LineKind,
)
from members.models.memberships import (
    STANDING,
    Cancellation,
    Hold,
    Membership,
    MembershipPeriod,
    PeriodSource,
    Relief,
    Status,
    StatusSnapshot,
)
from members.models.notices import (
    OFFSETS,
    RenewalNotice,
)
from members.models.payments import (
    BY_HAND,
    CardCharge,
    ChargeState,
    Checkout,
    CheckoutState,
    Method,
    Payment,
    Refund,
    RefundState,
    SavedCard,
    StripeAccount,
    StripeEvent,
)
from members.models.resources import (
    Audience,
    Resource,
    Topic,
)
from members.models.settings import (
    DuesSettings,
    LegalForm,
    LobbyingShare,
)
from members.models.tiers import (
    Proration,
    TermKind,
    Tier,
)
from members.models.volunteers import (
    ShiftSignup,
    VolunteerHours,
    VolunteerShift,
    VolunteerSkills,
)
from members.models.welcome import (
    Buddy,
    Step,
    WelcomeStep,
)

__all__ = [
    "APPLICATION_TRANSITIONS",
    "BY_HAND",
    "IMPORT_TRANSITIONS",
    "OFFSETS",
    "STANDING",
    "Application",
    "ApplicationState",
    "ApplicationStep",
    "Audience",
    "Buddy",
    "Business",
    "Cancellation",
    "CardCharge",
    "ChargeState",
    "Checkout",
    "CheckoutState",
    "CreditNote",
    "DocumentKind",
    "DocumentSeries",
    "DuesSettings",
    "Hold",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "Instalment",
    "Invoice",
    "InvoiceLine",
    "LegalForm",
    "LineKind",
    "LobbyingShare",
    "Membership",
    "MembershipPeriod",
    "Method",
    "Paper",
    "Payment",
    "PeriodSource",
    "Proration",
    "Refund",
    "RefundState",
    "Relief",
    "RenewalNotice",
    "Representative",
    "RepresentativeKind",
    "Resource",
    "RowAction",
    "SavedCard",
    "Segment",
    "ShiftSignup",
    "SizeBand",
    "Status",
    "StatusSnapshot",
    "Step",
    "StripeAccount",
    "StripeEvent",
    "TermKind",
    "Tier",
    "Topic",
    "ValueStatement",
    "VolunteerHours",
    "VolunteerShift",
    "VolunteerSkills",
    "WelcomeStep",
]
