"""What other rooms may react to; each is sent inside the transaction of the change."""

from django.dispatch import Signal

# rsvp: the Rsvp, which is coming or waiting now.
rsvp_confirmed = Signal()
# rsvp: the Rsvp whose attended_at was set, or emptied again.
attendance_recorded = Signal()
