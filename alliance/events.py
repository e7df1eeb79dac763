"""What other rooms may react to, sent inside the transaction of the change."""

from django.dispatch import Signal

# alliance: the new Alliance, whose scope is open.
alliance_opened = Signal()
