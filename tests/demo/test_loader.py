"""The demo network in the database: whole, once, and as the files tell it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from alliance import clock
from alliance.local import state
from alliance.models import Alliance, OutboxMessage, Person, Seat
from alliance.tenancy.scope import in_alliance
from demo import content, loader, people
from lending.models import Loan, LoanState, ScheduleLine
from lending.services import loans
from members.models import Business, Tier
from pledges import queries
from pledges.models import DriveState, PledgeDrive, PledgeState, Redemption, RedemptionState

NETWORK = content.load()
EAST_BAY, _HUDSON, SONORA = NETWORK.alliances
# The smallest alliance, with a small drive in each state that the loader tells apart.
GATHERING = replace(
    SONORA.drives[0],
    progress=replace(
        SONORA.drives[0].progress, active=8, withdrawn=1, spending=((5, 110), (3, 0)), disputed=1
    ),
)
WAITING = replace(
    GATHERING,
    slug="waiting",
    title="A waiting drive",
    business="doce-avenida-panaderia",
    progress=replace(
        GATHERING.progress,
        state="in_review",
        active=0,
        withdrawn=0,
        unconfirmed=0,
        spending=(),
        disputed=0,
    ),
)
LONG_AGO = replace(
    GATHERING.progress,
    state="serving",
    opened_days_ago=170,
    gathered_over_days=25,
    active=26,
    unconfirmed=0,
    spending=((20, 100), (6, 40)),
    visit_minor=7000,
)
QUALIFIED = replace(
    GATHERING,
    slug="qualified",
    title="A drive that found enough",
    business="night-heron-jazz-cellar",
    days_open=30,
    progress=LONG_AGO,
)
PLEDGED_ONLY = replace(
    QUALIFIED,
    slug="pledged-only",
    title="A drive without a loan",
    business="cup-of-monsoon",
    seeks_loan=False,
    progress=replace(LONG_AGO, active=4, spending=((4, 90),), disputed=0),
)
DRIVES = (GATHERING, WAITING, QUALIFIED, PLEDGED_ONLY)
WITH_DRIVES = replace(NETWORK, alliances=(replace(SONORA, drives=DRIVES),))
SMALL = replace(NETWORK, alliances=(replace(SONORA, drives=(WAITING,)),))


def load(network, monkeypatch, state_dir):
    monkeypatch.setattr(content, "load", lambda: network)
    loader.load(state_dir=state_dir)
    return Alliance.objects.get(slug="sonora")


@pytest.fixture
def loaded(db, monkeypatch, tmp_path):
    """The small alliance with one drive, quick to load."""
    return load(SMALL, monkeypatch, tmp_path)


@pytest.fixture
def with_drives(db, monkeypatch, tmp_path):
    """The same with a drive of each kind."""
    return load(WITH_DRIVES, monkeypatch, tmp_path)


def test_members_stand_as_in_the_files(loaded):
    with in_alliance(loaded):
        assert Business.objects.count() == len(SONORA.businesses)
        assert list(Tier.objects.values_list("price_minor", flat=True)) == [
            5000,
            10000,
            15000,
            25000,
        ]
        bakery = Business.objects.get(slug="doce-avenida-panaderia")
        assert bakery.memberships.get().tier.name == "Workshop"
    wanted = SONORA.business("doce-avenida-panaderia")
    assert (bakery.trade_name, bakery.blurb) == (wanted.name, wanted.blurb)


def test_drives_stand_in_their_states(with_drives):
    with in_alliance(with_drives):
        states = dict(PledgeDrive.objects.values_list("slug", "state"))
        found = {
            drive.slug: Counter(drive.pledges.values_list("state", flat=True))
            for drive in PledgeDrive.objects.all()
        }
        disputes = Counter(
            Redemption.objects.filter(state=RedemptionState.DISPUTED).values_list(
                "drive__slug", flat=True
            )
        )
    assert states == {
        "santa-rita-stone": DriveState.GATHERING,
        "waiting": DriveState.IN_REVIEW,
        "qualified": DriveState.SERVING,
        "pledged-only": DriveState.SERVING,
    }
    for drive in DRIVES:
        plan, pledges = drive.progress, found[drive.slug]
        assert pledges[PledgeState.ACTIVE] + pledges[PledgeState.FULFILLED] == plan.active
        assert pledges[PledgeState.INTENDED] == plan.unconfirmed
        assert pledges[PledgeState.CANCELLED] == plan.withdrawn
        assert disputes[drive.slug] == plan.disputed


def test_customers_who_come_several_times_a_day_are_asked_in_order(db, monkeypatch, tmp_path):
    """A question about a purchase before the newest one would be refused by the till."""
    progress = replace(
        GATHERING.progress, active=20, spending=((20, 3000),), visit_minor=20_00, disputed=2
    )
    busy = replace(SONORA, drives=(replace(GATHERING, progress=progress),))
    sonora = load(replace(NETWORK, alliances=(busy,)), monkeypatch, tmp_path)
    with in_alliance(sonora):
        disputed = Redemption.objects.filter(state=RedemptionState.DISPUTED)
        assert 0 < disputed.count() <= 2


def test_what_happened_adds_up_and_lies_in_the_past(with_drives):
    now = timezone.now()
    with in_alliance(with_drives):
        for drive in PledgeDrive.objects.exclude(opened_at=None):
            figures = queries.drive_figures(drive)
            assert figures.honoured_minor > 0
            assert figures.pledged_minor == (
                figures.honoured_minor + figures.open_minor + figures.dropped_minor
            )
            for pledge in drive.pledges.exclude(confirmed_at=None):
                assert drive.opened_at <= pledge.confirmed_at <= now
                for redemption in pledge.redemptions.all():
                    assert pledge.confirmed_at <= redemption.claimed_at <= now
        open_drive = PledgeDrive.objects.get(slug=GATHERING.slug)
    assert timedelta(days=28) < open_drive.gathering_ends_at - now < timedelta(days=31)


def test_only_the_last_days_mail_is_sent(with_drives):
    two_days_ago = clock.now() - timedelta(days=2, minutes=5)
    with in_alliance(with_drives):
        waiting = OutboxMessage.objects.filter(sent_at=None)
        assert list(waiting.filter(created_at__lt=two_days_ago)) == []
        recent = Redemption.objects.filter(claimed_at__gt=two_days_ago + timedelta(minutes=10))
        written = {f"redemption-claimed:{redemption.pk}" for redemption in recent}
        assert written
        assert written <= set(waiting.values_list("key", flat=True))


def test_a_second_load_changes_nothing(loaded, tmp_path):
    with in_alliance(loaded):
        PledgeDrive.objects.filter(slug="waiting").update(title="Changed by a visitor")
    again = loader.load(state_dir=tmp_path)
    assert (again.made, again.kept) == ((), ("sonora",))
    with in_alliance(loaded):
        assert PledgeDrive.objects.get(slug="waiting").title == "Changed by a visitor"
        assert PledgeDrive.objects.count() == 1


def test_a_load_that_fails_leaves_no_half_of_an_alliance(db, monkeypatch, tmp_path):
    broken = replace(GATHERING, term_months=7)
    monkeypatch.setattr(
        content, "load", lambda: replace(SMALL, alliances=(replace(SONORA, drives=(broken,)),))
    )
    with pytest.raises(Exception, match="7"):
        loader.load(state_dir=tmp_path)
    assert not Alliance.objects.filter(slug="sonora").exists()
    assert not Person.objects.exists()


def test_everyone_of_the_staff_can_sign_in_and_nobody_else(loaded, tmp_path):
    password = state.read_json(tmp_path / people.FILE)["logins"]["owner"]["password"]
    with in_alliance(loaded):
        seats = {seat.person.email: seat for seat in Seat.objects.select_related("person")}
    for member in SONORA.staff:
        person = seats[member.email].person
        assert person.check_password(password)
        assert seats[member.email].role == member.role
        assert person.emailaddress_set.get().verified
    others = set(seats) - {member.email for member in SONORA.staff}
    assert others
    assert not any(seats[email].person.has_usable_password() for email in others)


def test_logins_are_for_their_owner_only_and_stay_the_same(loaded, tmp_path):
    file = tmp_path / people.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    before = state.read_json(file)
    loader.load(state_dir=tmp_path)
    assert state.read_json(file) == before
    assert before["alliances"] == {"sonora": "Sonoran Main Street"}
    assert before["logins"]["member"] | {"password": ""} == {
        "email": "consuelo@molino-santa-rita.example",
        "password": "",
        "alliance": "sonora",
    }


def test_a_lost_file_brings_a_new_passphrase_that_works(loaded, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    loader.load(state_dir=other)
    login = state.read_json(other / people.FILE)["logins"]["owner"]
    old = state.read_json(tmp_path / people.FILE)["logins"]["owner"]
    assert login["password"] != old["password"]
    assert Person.objects.get(email=login["email"]).check_password(login["password"])


def test_the_command_says_what_it_did(db, monkeypatch, settings, tmp_path, capsys):
    monkeypatch.setattr(content, "load", lambda: SMALL)
    settings.STATE_DIR = tmp_path / "state"
    call_command("load_demo")
    call_command("load_demo")
    assert capsys.readouterr().out == "sonora: loaded\nsonora: there already\n"


def test_the_laundry_has_a_loan_that_it_repays_in_time(db, monkeypatch, tmp_path):
    """Its pledges carry it, two lenders offered, and every payment came on its day."""
    laundry = next(drive for drive in EAST_BAY.drives if drive.slug == "lantern-dryers")
    small = replace(NETWORK, alliances=(replace(EAST_BAY, drives=(laundry,)),))
    monkeypatch.setattr(content, "load", lambda: small)
    loader.load(state_dir=tmp_path)

    with in_alliance(Alliance.objects.get(slug=EAST_BAY.slug)):
        loan = Loan.objects.select_related("drive", "offer__application").get()
        unpaid = ScheduleLine.objects.unpaid().filter(loan=loan)
        assert (loan.state, loan.drive.state) == (LoanState.ACTIVE, DriveState.SERVING)
        assert loan.offer.application.offers.count() == 2
        assert loan.balance_minor == sum(line.principal_minor for line in unpaid)
        assert 0 < loan.payments.count() < 12
        assert not unpaid.filter(due_on__lt=loans.today()).exists()
