"""Who may decide about an application, and who has approved it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Seat
from lending.models import Approval, LoanApplication
from lending.queries import lenders as lender_queries
from members.queries import businesses as members

APPROVED_ALREADY = gettext_lazy(
    "You have approved this already. Somebody else has to be the second."
)


def obstacle(application: LoanApplication, by: Seat) -> str:
    """Why whoever holds this seat may not decide about it, in a sentence; empty where they may."""
    if members.is_person_of(by, application.drive.business):
        return _("Somebody else has to decide about your own business.")
    if lender_queries.lends_by_any_seat(by):
        return _("You speak for a lender; somebody else has to decide here.")
    return ""


def given(application: LoanApplication) -> QuerySet[Approval]:
    """The approvals of what was handed in last, first one first."""
    found = Approval.objects.filter(application=application, submission=application.submission)
    return found.select_related("person").order_by("at", "id")
