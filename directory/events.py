"""What happens to listings, for the rooms above; sent inside the transaction."""

from django.dispatch import Signal

# listing: what it shows is another now.
listing_published = Signal()
