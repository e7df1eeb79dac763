"""A morning's digests, written and sent by a real worker under kill -9: each reader gets one."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg2
from celery import Celery
from django.conf import settings
from django.core.mail import EmailMessage

from alliance import clock
from alliance.mail_backend import FolderBackend
from alliance.models import Alliance, Network, Person, Role, Seat
from alliance.services.places import open_alliance
from alliance.tenancy.scope import in_alliance
from groups.models import GroupMember
from groups.services.digests import TEMPLATE
from tests.factories import groups as make
from tests.factories import groups_around as around

PATIENCE = 90.0
DELIVERIES = "deliveries.log"
ROWS = "SELECT count(*) FROM groups_digestletter WHERE alliance_id = %s"
SENT = f"""
    SELECT count(*) FROM alliance_outboxmessage
    WHERE alliance_id = %s AND template = '{TEMPLATE}' AND sent_at IS NOT NULL
"""
WAITING = """
    SELECT (SELECT count(*) FROM alliance_outboxmessage WHERE sent_at IS NULL AND dead_at IS NULL)
        + %s - (SELECT count(*) FROM groups_digestrun WHERE finished_at IS NOT NULL)
"""
LETTERS = f"""
    SELECT "to", sent_at IS NOT NULL, tries FROM alliance_outboxmessage
    WHERE alliance_id = %s AND template = '{TEMPLATE}'
"""


class NotingBackend(FolderBackend):
    """The folder, and a line for each message that it took: the folder shows no second one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        taken = super().send_messages(email_messages)
        lines = "".join(
            f"{email.extra_headers['Message-ID']} {email.to[0]}\n" for email in email_messages
        )
        note = os.open(Path(settings.MAIL_DIR) / DELIVERIES, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(note, lines.encode())
        os.close(note)
        return taken


@dataclass
class Found:
    """What came of an alliance's morning: addresses without a letter, with two, and so on."""

    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)
    claimed_again: int = 0
    # Sent again under the same Message-ID: a mail server that knows the id keeps it once.
    repeated: int = 0


def a_town(name: str, slug: str, *, readers: int, network: Network) -> Alliance:
    """An alliance where it is noon, with news for so many daily readers."""
    offset = 12 - clock.now().hour
    alliance = open_alliance(
        network=network,
        name=name,
        slug=slug,
        contact_email="hello@town.example",
        timezone=f"Etc/GMT{-offset:+d}",
    )
    with clock.at(clock.now() - timedelta(hours=2)), in_alliance(alliance):
        group = make.a_group(name=f"Bakers of {name}", slug="bakers")
        writer = make.introduced(group)
        around.a_topic(group, writer.seat)
        GroupMember.objects.update(digest="none")
        people = [Person(email=f"{slug}-{n}@example.com", name=f"R {n}") for n in range(readers)]
        Person.objects.bulk_create(people)
        seats = [Seat(person=person, role=Role.MEMBER) for person in people]
        Seat.objects.bulk_create(seats)
        now = clock.now()
        GroupMember.objects.bulk_create(
            GroupMember(
                group=group, seat=seat, state="active", digest="daily",
                joined_at=now, agreed_at=now, introduced_at=now,
            )
            for seat in seats
        )  # fmt: skip
    return alliance


class Morning:
    """`with Morning(mail) as morning:` a worker works, and something like beat wakes it."""

    def __init__(self, mail: Path, log: Path) -> None:
        self.mail, self.log = mail, log
        self.struck = 0
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._wake)
        self._judge = psycopg2.connect(os.environ["ADMIN_DATABASE_URL"])
        self._judge.autocommit = True

    def __enter__(self) -> "Morning":
        self._start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        if self._beat.ident:
            self._beat.join()
        self._strike_all()
        self._judge.close()

    def begin(self) -> None:
        """The worker, which has started meanwhile, is woken from now on."""
        self._beat.start()

    def count(self, statement: str, *values: object) -> int:
        with self._judge.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.fetchone()[0])

    def strike(self, alliance: Alliance, what: str, at: int, *, whole: bool = False) -> int:
        """Kills as soon as so many are written or sent; how many there were right afterwards."""
        self._until(lambda: self.count(what, str(alliance.pk)) >= at, f"{alliance.slug} {at}")
        if whole:
            self._strike_all()
            self._start()
        else:
            # Its parent lives, and has others in their place at once.
            for child in psutil.Process(self._worker.pid).children():
                self._kill(child)
        return self.count(what, str(alliance.pk))

    def finish(self, runs: int) -> None:
        """Waits until so many mornings are written and nothing is left to send."""
        self._until(lambda: self.count(WAITING, runs) == 0, "the end")

    def judge(self, alliance: Alliance, readers: int) -> Found:
        """Compares who was to have a letter with rows, with files and with deliveries."""
        wanted = {f"{alliance.slug}-{n}@example.com" for n in range(readers)}
        with self._judge.cursor() as cursor:
            cursor.execute(LETTERS, [str(alliance.pk)])
            rows = cursor.fetchall()
        taken = [line.split() for line in (self.mail / DELIVERIES).read_text().splitlines()]
        ids = {(message_id, to) for message_id, to in taken if to in wanted}
        got = Counter(to for _id, to in ids)
        return Found(
            missing=sorted(wanted - got.keys()),
            doubled=sorted(to for to, count in got.items() if count > 1),
            not_sent=sorted(to for to, is_sent, _tries in rows if not is_sent),
            claimed_again=sum(tries > 1 for _to, _sent, tries in rows),
            repeated=sum(to in wanted for _id, to in taken) - len(ids),
        )

    def _start(self) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings_digests",
            "MAIL_DIR": str(self.mail),
        }
        with self.log.open("ab") as output:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "alliance", "worker", "--concurrency", "2",
                 "--without-mingle", "--without-gossip", "--without-heartbeat"],
                cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def _wake(self) -> None:
        """As beat does, only more often."""
        with Celery("beat", broker=os.environ["REDIS_URL"]) as beat:
            while not self._over.wait(0.5):
                for name in ("groups.write_digests", "alliance.sweep_outbox"):
                    beat.send_task(name, expires=5)

    def _until(self, is_so: Callable[[], bool], what: str) -> None:
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{what} did not come; {self.log} says more.")
            time.sleep(0.005)

    def _strike_all(self) -> None:
        children = []
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self._worker.pid).children()
        self.struck += len(children)
        with suppress(ProcessLookupError):
            os.killpg(self._worker.pid, signal.SIGKILL)
        self._worker.wait()

    def _kill(self, child: psutil.Process) -> None:
        with suppress(psutil.NoSuchProcess):
            child.kill()
            self.struck += 1
