"""What stands in the database and in the mail's folder, against what the customers were told."""

import email
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.crash.customers import Tally
from tests.load.stack import Stack

UNDELIVERED = (
    "SELECT count(*) FROM alliance_outboxmessage WHERE sent_at IS NULL AND dead_at IS NULL"
)
# One line a pledge: its rows of every kind that must exist exactly once.
PLEDGES = """
    SELECT p.email, p.state,
        (SELECT count(*) FROM pledges_pledgestep s WHERE s.pledge_id = p.id AND s.kind = 'made'),
        (SELECT count(*) FROM pledges_pledgestep s
         WHERE s.pledge_id = p.id AND s.kind = 'confirmed'),
        (SELECT count(*) FROM alliance_consent c WHERE c.subject_id = p.id)
    FROM pledges_pledge p
"""
MAIL = """
    SELECT id::text, split_part(key, ':', 1), "to", sent_at IS NOT NULL, tries
    FROM alliance_outboxmessage WHERE key LIKE 'pledge-%'
"""


@dataclass
class Verdict:
    """Each list and number but the first four is of faults; all must be empty."""

    pledged: int = 0
    confirmed: int = 0
    mails: int = 0
    mails_claimed_again: int = 0
    lost_pledges: list[str] = field(default_factory=list)
    doubled_pledges: list[str] = field(default_factory=list)
    lost_confirmation_mails: list[str] = field(default_factory=list)
    lost_card_mails: list[str] = field(default_factory=list)
    doubled_mails: list[str] = field(default_factory=list)
    not_active: list[str] = field(default_factory=list)
    broken_histories: list[str] = field(default_factory=list)
    mail_without_file: int = 0
    files_without_row: int = 0
    outbox_left: int = 0
    dead_letters: int = 0

    @property
    def faults(self) -> dict[str, int]:
        found = {
            name: value if isinstance(value, int) else len(value)
            for name, value in list(asdict(self).items())[4:]
        }
        return {name: count for name, count in found.items() if count}

    @property
    def lost(self) -> int:
        return sum(
            map(len, (self.lost_pledges, self.lost_confirmation_mails, self.lost_card_mails))
        )


def judge(stack: Stack, tally: Tally) -> Verdict:
    """Compares acknowledgements with rows, rows with files."""
    verdict = Verdict(pledged=len(tally.pledged), confirmed=len(tally.confirmed))
    rows = stack.sql(PLEDGES)
    states = {str(row[0]): row[1] for row in rows}
    counted = Counter(str(row[0]) for row in rows)
    verdict.lost_pledges = sorted(tally.pledged - states.keys())
    verdict.doubled_pledges = sorted(who for who, count in counted.items() if count > 1)
    verdict.not_active = sorted(who for who in tally.confirmed if states.get(who) != "active")
    verdict.broken_histories = sorted(
        str(who)
        for who, state, made, confirmed, consents in rows
        if (made, confirmed, consents) != (1, int(state == "active"), 1)
    )
    _judge_mail(stack, tally, verdict)
    verdict.outbox_left = undelivered(stack)
    verdict.dead_letters = _count(
        stack, "SELECT count(*) FROM alliance_outboxmessage WHERE dead_at IS NOT NULL"
    )
    return verdict


def undelivered(stack: Stack) -> int:
    """Messages that wait in the outbox."""
    return _count(stack, UNDELIVERED)


def _judge_mail(stack: Stack, tally: Tally, verdict: Verdict) -> None:
    rows = stack.sql(MAIL)
    ids = _message_ids(stack.mail)
    verdict.mails = len(rows)
    verdict.mails_claimed_again = sum(1 for row in rows if int(str(row[4])) > 1)
    sent = Counter((str(kind), str(to)) for _id, kind, to, is_sent, _tries in rows if is_sent)
    verdict.lost_confirmation_mails = sorted(
        who for who in tally.pledged if not sent["pledge-confirm", who]
    )
    verdict.lost_card_mails = sorted(who for who in tally.confirmed if not sent["pledge-card", who])
    verdict.doubled_mails = sorted(f"{kind} {to}" for (kind, to), n in sent.items() if n > 1)
    verdict.mail_without_file = sum(1 for row in rows if row[3] and str(row[0]) not in ids)
    known = {str(row[0]) for row in stack.sql("SELECT id::text FROM alliance_outboxmessage")}
    verdict.files_without_row = len(ids - known)


def _message_ids(folder: Path) -> set[str]:
    found = [
        str(email.message_from_bytes(file.read_bytes())["Message-ID"]).strip("<>").split("@")[0]
        for file in folder.glob("[!.]*.eml")
    ]
    return set(found)


def _count(stack: Stack, statement: str) -> int:
    return int(str(stack.sql(statement)[0][0]))
