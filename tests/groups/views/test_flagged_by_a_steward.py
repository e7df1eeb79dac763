"""A steward's flag weighs enough to hide; the other steward still finds the case."""

from alliance.tenancy.scope import in_alliance
from moderation.queries import agreements
from moderation.services import flags
from tests.factories import groups as make
from tests.factories import talk


def test_the_custodian_finds_the_case_that_the_facilitator_began(oak_street, ada, ben, visit):
    with in_alliance(oak_street):
        facilitator, custodian = make.a_members_seat("Fay"), make.a_members_seat("Cus")
        group = make.a_group(
            by=ada, facilitator=facilitator.person, custodian=custodian.person, name="Millers"
        )
        make.introduced(group, ben)
        topic = talk.a_topic(group, ben, title="Flour for sale")
        make.introduced(group, facilitator)
        flags.flag(
            subject=talk.opening(topic),
            agreement=agreements.agreements_of(group.space)[4],
            note="",
            by=facilitator,
        )
        assert talk.opening(topic).is_hidden

    listed = visit(oak_street, custodian).get("/staff/moderation/").content.decode()

    assert "Flour for sale" in listed
