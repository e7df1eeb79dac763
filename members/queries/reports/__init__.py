"""Reports over memberships and dues, one query each, for any past day or range of days.

Every row counts from its own day on, so what is said of a day does not change
by what happens later; what somebody enters later for an earlier day does.
Days before the first record are unknown, and never zero.
"""
