"""A group's life: drafted, opened with what it needs, changed, archived; by kind of business."""

import pytest

from alliance.errors import DomainError
from alliance.models import Role
from groups.models import Group, GroupState, Prompt
from groups.models.groups import RESERVED
from groups.queries import opening
from groups.services import groups, segments
from moderation.queries import agreements
from tests.factories import groups as make
from tests.groups.reading import audited, moves_of

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


def test_a_draft_has_agreements_and_a_week(ada):
    group = make.a_draft(by=ada, name="Bakers & millers", questions=["Why?", "  "])
    assert (group.slug, group.state, group.space.name) == (
        "bakers-millers",
        "draft",
        "Bakers & millers",
    )
    titles = [each.title for each in agreements.agreements_of(group.space)]
    assert (len(titles), titles[0]) == (8, "Introduce yourself")
    week = Prompt.objects.filter(group=group).order_by("weekday")
    assert list(week.values_list("kind", "cadence", "weekday")) == [
        ("ask", "weekly", 0),
        ("resource", "weekly", 2),
        ("win_failure", "monthly", 4),
    ]
    assert list(group.questions.values_list("position", "words")) == [(1, "Why?")]
    assert moves_of(group) == [("draft", "", ada.pk)]


def test_an_address_is_taken_once_and_never_a_pages(ada):
    first, second = make.a_draft(name="Bakers"), make.a_draft(name="Bakers")
    assert (first.slug, second.slug) == ("bakers", "bakers-2")
    assert make.a_draft(name="Board").slug == "board-2"
    for slug in ("bakers", "Bakers", "a b", "", *RESERVED):
        if slug:
            with pytest.raises(DomainError):
                make.a_draft(slug=slug)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"purpose": "x" * 281}, "purpose"),
        ({"kind": "secret"}, "kind"),
        ({"segment": "banking"}, "segment"),
        ({"questions": ["Why?"] * 6}, "questions"),
        ({"questions": ["x" * 201]}, "questions"),
    ],
)
def test_what_does_not_fit(fields, field):
    with pytest.raises(DomainError) as refused:
        make.a_draft(**fields)
    assert refused.value.field == field
    assert Group.objects.count() == 0


def test_a_group_opens_with_all_that_it_needs(ada):
    group = make.a_draft(by=ada, purpose="")
    assert len(opening.still_needed(group)) == 3
    make.a_steward(group, Role.CUSTODIAN)
    make.a_steward(None, Role.FACILITATOR)
    with pytest.raises(DomainError, match="what the group is for"):
        groups.open_group(group=group, by=ada)
    groups.change_group(group=group, purpose="For bakers.", by=ada)
    group = groups.open_group(group=group, by=ada)
    assert (group.state, group.opened_at is not None) == ("open", True)
    assert audited("group.opened") == [("group.opened", ada.pk)]
    with pytest.raises(DomainError):
        groups.open_group(group=group, by=ada)


def test_stewards_of_another_group_do_not_count(ada, bakers):
    assert len(opening.still_needed(make.a_draft(by=ada))) == 2


def test_archived_and_opened_again(bakers, ada):
    with pytest.raises(DomainError):
        groups.archive_group(group=bakers, why="", by=ada)
    archived = groups.archive_group(group=bakers, why="Merged.", by=ada)
    assert groups.archive_group(group=archived, why="Again.", by=ada).state == "archived"
    assert groups.open_group(group=archived, by=ada).state == GroupState.OPEN
    states = [state for state, _why, _by in moves_of(bakers)]
    assert states == ["draft", "open", "archived", "open"]


def test_a_circle_is_not_opened_to_others(circle, ada):
    with pytest.raises(DomainError) as refused:
        groups.change_group(group=circle, kind="open", by=ada)
    assert refused.value.field == "kind"
    assert groups.change_group(group=circle, name="Owls", by=ada).space.name == "Night circle"
    circle.space.refresh_from_db()
    assert circle.space.name == "Owls"


def test_an_open_group_keeps_its_purpose_and_three_agreements(bakers, ada):
    with pytest.raises(DomainError):
        groups.change_group(group=bakers, purpose=" ", by=ada)
    with pytest.raises(DomainError):
        groups.set_agreements(group=bakers, items=[("One", "Words.")], by=ada)
    assert len(agreements.agreements_of(bakers.space)) == 8


def test_a_group_for_each_kind_of_business_once(ada):
    make.a_draft(name="Our bakers", segment="food")
    made = segments.prepare_segment_groups(by=ada)
    assert [group.slug for group in made] == [
        "shops",
        "services",
        "health-and-wellness",
        "arts-and-culture",
        "trades-and-home",
        "professional",
        "making",
    ]
    assert segments.prepare_segment_groups(by=ada) == []
    assert Prompt.objects.filter(group__isnull=True).count() == 11
