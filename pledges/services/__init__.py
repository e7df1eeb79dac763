"""All writes to drives, pledges and redemptions.

Locks are always taken in this order: drive, pledge, redemption.
"""
