"""What happens to memberships, for the rooms above; sent inside the transaction."""

from django.dispatch import Signal

# business_ids: their details, membership, terms, holds or ends are others than before.
businesses_changed = Signal()
# period: a term that was paid for, given or brought in.
period_added = Signal()
# memberships: many new ones that an import brings, with their terms; once for each chunk.
members_imported = Signal()
# memberships: new ones that an import had brought, ended since it is taken back.
members_taken_back = Signal()
# period: one that a full credit note took back.
period_voided = Signal()
# membership: cancelled by the member or the staff.
membership_cancelled = Signal()
# payment: money recorded on an invoice.
payment_recorded = Signal()
# refund: one by card, to be asked of the processor after the commit.
refund_asked = Signal()
