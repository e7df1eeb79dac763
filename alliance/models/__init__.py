"""Places, people, and the records that every room keeps."""

from alliance.models.files import StoredFile
from alliance.models.keys import AllianceKey, IdempotencyRecord
from alliance.models.people import Person, Role, Seat
from alliance.models.places import Alliance, AllianceState, Domain, Network
from alliance.models.records import AuditEntry, Consent, ConsentWithdrawal
from alliance.models.work import JobProgress, JobState, OutboxMessage

__all__ = [
    "Alliance",
    "AllianceKey",
    "AllianceState",
    "AuditEntry",
    "Consent",
    "ConsentWithdrawal",
    "Domain",
    "IdempotencyRecord",
    "JobProgress",
    "JobState",
    "Network",
    "OutboxMessage",
    "Person",
    "Role",
    "Seat",
    "StoredFile",
]
