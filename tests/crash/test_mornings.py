"""Digests under kill -9: nobody is left out, nobody has two; two controls fail at it."""

from pathlib import Path

import pytest

from alliance.models import Network
from tests.crash.mornings import ROWS, SENT, Found, Morning, a_town

pytestmark = [
    pytest.mark.local,
    pytest.mark.xdist_group("crash"),
    pytest.mark.django_db(transaction=True),
]
READERS, CONTROLS = 120, 60


def test_each_reader_has_one_letter_however_often_the_worker_is_killed(
    network: Network, tmp_path: Path
) -> None:
    mail = tmp_path / "mail"
    mail.mkdir()
    with Morning(mail, tmp_path / "worker.log") as morning:
        # Their mornings are written in the order of their names.
        forgetful = a_town("Forget", "forgetful", readers=CONTROLS, network=network)
        last = a_town("Last", "messages-last", readers=CONTROLS, network=network)
        ours = a_town("Oak", "oak", readers=READERS, network=network)
        morning.begin()
        controls = [morning.strike(forgetful, ROWS, 20), morning.strike(last, ROWS, 20)]
        written = [morning.strike(ours, ROWS, 10), morning.strike(ours, ROWS, 60, whole=True)]
        sent = [morning.strike(ours, SENT, 20), morning.strike(ours, SENT, 60)]
        morning.finish(runs=3)
        found = morning.judge(ours, READERS)
        lost = morning.judge(last, CONTROLS).missing
        doubled = morning.judge(forgetful, CONTROLS).doubled

    # Every blow fell in the midst of the work.
    assert max(written + sent) < READERS
    assert max(controls) < CONTROLS
    assert found == Found(claimed_again=found.claimed_again, repeated=found.repeated)
    # Between the mail server's yes and the note of it, a blow makes that one letter go out again,
    # under the same Message-ID (ADR-0005).
    assert found.repeated <= morning.struck
    assert len(lost) >= 20
    assert len(doubled) >= 20
