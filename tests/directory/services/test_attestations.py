"""Local ownership: who says it, who confirms it, and how it ends."""

from dataclasses import replace

import pytest
import time_machine
from dateutil.relativedelta import relativedelta

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from directory.models import Attestation, Confirmation, Ownership
from directory.ownership import State
from directory.queries import ownership as queries
from directory.services import attestations as services
from members.models import Business, Membership
from members.queries.memberships import today
from members.services import memberships
from members.services.businesses import add_representative
from tests.conftest import _person
from tests.factories.directory import entry_of

pytestmark = pytest.mark.usefixtures("in_oak_street")
LOCAL = services.Claim(Ownership.PRIVATE, 100, decides_locally=True, outlets=1)


@pytest.fixture
def claim(listed, ben) -> Attestation:
    """The bakery's claim, which waits."""
    return services.claim(business=listed, said=LOCAL, by=ben)


@pytest.fixture
def verified(claim, ada) -> Attestation:
    """The same, confirmed by Ada today."""
    return services.confirm_for_alliance(claim=claim, by=ada)


@pytest.fixture
def kiyomi(oak_street):
    """Kiyomi looks after the membership, as Ada does."""
    return give_seat(person=_person("Kiyomi"), role=Role.MEMBERSHIP, by=None)


@pytest.fixture
def later(oak_street):
    """The town's clock to turn on: months later it is the same hour there, in summer time too."""
    with time_machine.travel(clock.now(), tick=False) as clockwork:
        yield lambda **by: clockwork.move_to(
            clock.now().astimezone(oak_street.zone) + relativedelta(**by)
        )


def shop(seat) -> Business:
    return Business.objects.get(representatives__seat=seat)


def state(business) -> str | None:
    found = queries.standing_of(business)
    return found.state if found else None


def letters() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(template__startswith="directory/").order_by("created_at")
    return [(row.template.rsplit("/", 1)[1], row.to) for row in rows]


class TestClaiming:
    def test_a_claim_waits_and_gives_no_badge(self, listed, claim, ben):
        assert (state(listed), claim.seat, claim.verified_on) == (State.CLAIMED, ben, None)
        assert entry_of(listed).attested_until is None
        assert list(queries.claimed()) == [claim]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"local_percent": 49}, "local_percent"),
            ({"local_percent": 101}, "local_percent"),
            ({"decides_locally": False}, "decides_locally"),
            ({"outlets": 0}, "outlets"),
            ({"outlets": 11}, "outlets"),
        ],
    )
    def test_what_is_not_local_is_refused(self, listed, ben, wrong, field):
        with pytest.raises(DomainError) as refused:
            services.claim(business=listed, said=replace(LOCAL, **wrong), by=ben)
        assert (refused.value.field, Attestation.objects.count()) == (field, 0)

    @pytest.mark.parametrize("edge", [{"local_percent": 50}, {"outlets": 10}])
    def test_the_edges_are_local(self, listed, ben, edge):
        services.claim(business=listed, said=replace(LOCAL, **edge), by=ben)
        assert state(listed) == State.CLAIMED

    def test_a_second_one_takes_the_place_of_the_first(self, listed, ben, claim):
        again = services.claim(business=listed, said=replace(LOCAL, outlets=2), by=ben)
        claim.refresh_from_db()
        assert (list(queries.claimed()), claim.withdrawn_on) == ([again], today())

    def test_while_it_is_confirmed_nothing_is_claimed_anew(self, listed, ben, verified):
        with pytest.raises(DomainError, match="in the last sixty days"):
            services.claim(business=listed, said=LOCAL, by=ben)


class TestConfirming:
    def test_one_of_the_staff_is_enough(self, listed, verified, ada):
        last = today() + relativedelta(months=24, days=-1)
        assert (state(listed), entry_of(listed).attested_until) == (State.VERIFIED, last)
        assert list(verified.confirmations.values_list("seat", "business")) == [(ada.pk, None)]
        assert letters() == [("ownership_confirmed", "ben@example.org")]

    def test_two_other_members_are_enough_without_the_staff(self, listed, claim, florist, grocer):
        services.confirm_for_member(claim=claim, business=shop(florist), by=florist)
        assert (state(listed), entry_of(listed).attested_until) == (State.CLAIMED, None)
        services.confirm_for_member(claim=claim, business=shop(grocer), by=grocer)
        assert state(listed) == State.VERIFIED
        assert entry_of(listed).attested_until is not None

    def test_nobody_confirms_for_the_own_business(self, listed, claim, ben, florist):
        with pytest.raises(DomainError, match="somebody else confirms"):
            services.confirm_for_member(claim=claim, business=listed, by=ben)
        add_representative(business=listed, person=florist.person, by=None)
        with pytest.raises(DomainError, match="somebody else confirms"):
            services.confirm_for_member(claim=claim, business=shop_named("Fay"), by=florist)
        assert Confirmation.objects.count() == 0

    def test_a_director_with_a_shop_does_not_confirm_it_for_the_alliance(self, listed, claim, ada):
        add_representative(business=listed, person=ada.person, by=None)
        with pytest.raises(DomainError, match="somebody else confirms"):
            services.confirm_for_alliance(claim=claim, by=ada)

    def test_the_same_person_counts_once(self, listed, claim, florist, grocer):
        add_representative(business=shop(grocer), person=florist.person, by=None)
        services.confirm_for_member(claim=claim, business=shop_named("Fay"), by=florist)
        with pytest.raises(DomainError, match="confirmed this already"):
            services.confirm_for_member(claim=claim, business=shop_named("Gil"), by=florist)
        assert state(listed) == State.CLAIMED

    def test_the_same_member_counts_once(self, listed, claim, florist):
        other = add_representative(business=shop(florist), person=_person("Fritz"), by=None).seat
        services.confirm_for_member(claim=claim, business=shop_named("Fay"), by=florist)
        with pytest.raises(DomainError, match="confirmed this already"):
            services.confirm_for_member(claim=claim, business=shop_named("Fay"), by=other)

    def test_nobody_speaks_for_a_member_that_is_not_theirs(self, listed, claim, florist, grocer):
        with pytest.raises(DomainError, match="do not speak for this member"):
            services.confirm_for_member(claim=claim, business=shop(grocer), by=florist)

    def test_only_members_in_good_standing_confirm(self, listed, claim, florist, ada):
        membership = Membership.objects.get(business=shop(florist))
        memberships.cancel(membership=membership, reason="Moving away.", by=ada)
        with pytest.raises(DomainError, match="good standing"):
            services.confirm_for_member(claim=claim, business=shop(florist), by=florist)
        assert queries.voice_of([florist]) is None

    def test_what_is_confirmed_or_replaced_waits_no_more(self, listed, claim, ben, ada):
        services.claim(business=listed, said=LOCAL, by=ben)
        with pytest.raises(DomainError, match="not waiting"):
            services.confirm_for_alliance(claim=claim, by=ada)

    def test_who_may_confirm_what(self, listed, claim, ben, florist, grocer):
        assert list(queries.confirmable_by([florist])) == [claim]
        assert list(queries.confirmable_by([ben])) == []
        services.confirm_for_member(claim=claim, business=shop(florist), by=florist)
        assert list(queries.confirmable_by([florist])) == []
        assert list(queries.confirmable_by([grocer])) == [claim]

    def test_a_neighbours_person_sees_none(self, claim, mill_lane, next_door, dan):
        with in_alliance(mill_lane):
            assert list(queries.confirmable_by([dan])) == []


class TestEnding:
    def test_it_runs_out_after_two_years_and_warns_before(
        self, oak_street, listed, verified, later
    ):
        later(months=24, days=-61)
        assert (state(listed), services.remind(oak_street)) == (State.VERIFIED, 0)
        later(days=1)
        assert (state(listed), services.remind(oak_street)) == (State.EXPIRING, 1)
        assert services.remind(oak_street) == 1
        assert letters() == [
            ("ownership_confirmed", "ben@example.org"),
            ("ownership_expiring", "ben@example.org"),
        ]
        later(days=59)
        assert (state(listed), len(queries.expiring())) == (State.EXPIRING, 1)
        later(days=1)
        assert (state(listed), len(queries.expiring())) == (State.EXPIRED, 0)

    def test_it_is_renewed_without_a_gap(self, oak_street, listed, verified, ben, ada, later):
        later(months=23)
        again = services.claim(business=listed, said=LOCAL, by=ben)
        assert entry_of(listed).attested_until == today() + relativedelta(months=1, days=-1)
        assert len(queries.expiring()) == 0
        services.confirm_for_alliance(claim=again, by=ada)
        assert entry_of(listed).attested_until == today() + relativedelta(months=24, days=-1)
        verified.refresh_from_db()
        assert verified.withdrawn_on == today()

    def test_revoked_the_badge_is_gone_at_once_and_the_business_reads_why(
        self, listed, verified, ada
    ):
        services.revoke(claim=verified, reason="Sold to a chain.", by=ada)
        assert (state(listed), entry_of(listed).attested_until) == (State.REVOKED, None)
        letter = OutboxMessage.objects.get(template="directory/email/ownership_revoked")
        assert (letter.to, letter.context["reason"]) == ("ben@example.org", "Sold to a chain.")

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_not_without_a_reason(self, verified, ada, reason):
        with pytest.raises(DomainError, match="Say why"):
            services.revoke(claim=verified, reason=reason, by=ada)

    def test_a_claim_that_waits_cannot_be_revoked(self, claim, ada):
        with pytest.raises(DomainError, match="not confirmed"):
            services.revoke(claim=claim, reason="No.", by=ada)

    def test_what_a_renewal_replaced_does_not_come_back_by_a_revocation(
        self, listed, verified, ben, ada, later
    ):
        later(months=23)
        again = services.claim(business=listed, said=LOCAL, by=ben)
        services.confirm_for_alliance(claim=again, by=ada)
        services.revoke(claim=again, reason="Sold to a chain.", by=ada)
        assert entry_of(listed).attested_until is None

    def test_after_a_revocation_the_staff_decide_on_the_next_claim(
        self, listed, verified, ben, ada, florist
    ):
        services.revoke(claim=verified, reason="Sold to a chain.", by=ada)
        again = services.claim(business=listed, said=LOCAL, by=ben)
        assert list(queries.confirmable_by([florist])) == []
        with pytest.raises(DomainError, match="decides on this claim itself"):
            services.confirm_for_member(claim=again, business=shop(florist), by=florist)
        services.confirm_for_alliance(claim=again, by=ada)
        assert state(listed) == State.VERIFIED


class TestAppealing:
    @pytest.fixture
    def revocation(self, verified, ada):
        return services.revoke(claim=verified, reason="Sold to a chain.", by=ada)

    @pytest.fixture
    def appeal(self, revocation, ben):
        return services.appeal(revocation=revocation, words="We are not sold.", by=ben)

    def test_upheld_it_is_as_good_as_before(self, listed, verified, appeal, kiyomi):
        before = state(listed)
        services.decide_appeal(appeal=appeal, is_upheld=True, answer="True.", by=kiyomi)
        last = today() + relativedelta(months=24, days=-1)
        assert (before, state(listed)) == (State.APPEALED, State.VERIFIED)
        assert entry_of(listed).attested_until == last
        assert letters()[-1] == ("ownership_appeal", "ben@example.org")

    def test_not_upheld_it_stays_revoked(self, listed, appeal, kiyomi):
        services.decide_appeal(appeal=appeal, is_upheld=False, answer="It is.", by=kiyomi)
        assert (state(listed), entry_of(listed).attested_until) == (State.REFUSED, None)
        assert list(queries.appeals()) == []

    def test_whoever_revoked_it_does_not_decide(self, appeal, ada):
        with pytest.raises(DomainError, match="You revoked it"):
            services.decide_appeal(appeal=appeal, is_upheld=False, answer="It is.", by=ada)

    def test_not_even_by_another_seat_of_theirs(self, appeal, ada):
        other = give_seat(person=ada.person, role=Role.MEMBERSHIP, by=None)
        with pytest.raises(DomainError, match="You revoked it"):
            services.decide_appeal(appeal=appeal, is_upheld=False, answer="It is.", by=other)

    def test_there_is_one_appeal(self, revocation, appeal, ben):
        with pytest.raises(DomainError, match="appealed already"):
            services.appeal(revocation=revocation, words="Again.", by=ben)

    def test_another_member_cannot_appeal(self, revocation, florist):
        with pytest.raises(DomainError, match="Only the business itself"):
            services.appeal(revocation=revocation, words="Mine.", by=florist)

    def test_it_is_decided_once(self, appeal, kiyomi):
        services.decide_appeal(appeal=appeal, is_upheld=True, answer="True.", by=kiyomi)
        with pytest.raises(DomainError, match="decided already"):
            services.decide_appeal(appeal=appeal, is_upheld=False, answer="No.", by=kiyomi)

    def test_nothing_is_claimed_while_it_is_open(self, listed, appeal, ben):
        with pytest.raises(DomainError, match="still to be decided"):
            services.claim(business=listed, said=LOCAL, by=ben)

    def test_what_was_restored_is_not_revoked_a_second_time_for_the_same(
        self, verified, appeal, kiyomi, ada
    ):
        services.decide_appeal(appeal=appeal, is_upheld=True, answer="True.", by=kiyomi)
        with pytest.raises(DomainError, match="restored on appeal"):
            services.revoke(claim=verified, reason="Again.", by=ada)


def shop_named(owner: str) -> Business:
    return Business.objects.get(trade_name__startswith=f"{owner}'s")


def test_the_neighbours_claims_are_not_read(mill_lane, next_door, dan, claim):
    with in_alliance(mill_lane):
        theirs = services.claim(business=next_door, said=LOCAL, by=dan)
        assert list(queries.claimed()) == [theirs]
    assert list(queries.claimed()) == [claim]
