"""All writes to lenders, applications, offers and loans.

Locks are always taken in this order: drive, application, loan, lines, ledger.
"""
