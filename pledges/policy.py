"""The alliance's policy for drives: its own, or the defaults."""

from pledges.models import PledgePolicy


def policy() -> PledgePolicy:
    """The policy that holds now, in one query; an unsaved row of defaults where none is kept."""
    return PledgePolicy.objects.first() or PledgePolicy()
