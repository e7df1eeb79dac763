"""Whatever people do in whatever order: states follow the table, the count is who is inside."""

import contextlib
import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from groups.models import INSIDE, WRITING, Group, GroupMember, Introduction
from groups.models.members import MEMBER_TRANSITIONS
from groups.services import gate, groups, members, seasons, topics
from tests.factories import groups as make

WHO = st.sampled_from([0, 1])


def machine(alliance, ada):
    class Life(RuleBasedStateMachine):
        """Two people, one group of any kind."""

        def __init__(self) -> None:
            super().__init__()
            with in_alliance(alliance):
                self.group = make.a_group(by=ada, kind="request")
                self.seats = [make.a_members_seat(), make.a_members_seat()]

        def tries(self, act, **arguments) -> None:
            with in_alliance(alliance), contextlib.suppress(DomainError):
                act(**arguments)

        def member(self, who):
            with in_alliance(alliance):
                rows = GroupMember.objects.filter(group=self.group, seat=self.seats[who])
                return rows.order_by("-id").first()

        @rule(who=WHO)
        def joins(self, who):
            with in_alliance(alliance):
                version = make.version_of(self.group)
            self.tries(members.join, group=self.group, version=version, by=self.seats[who])

        @rule(who=WHO)
        def is_invited(self, who):
            self.tries(members.invite, group=self.group, seat=self.seats[who], by=ada)

        @rule(who=WHO, says=st.booleans())
        def is_answered(self, who, says):
            if member := self.member(who):
                if says:
                    self.tries(members.let_in, member=member, by=ada)
                else:
                    self.tries(members.decline, member=member, why="No.", by=ada)

        @rule(who=WHO)
        def introduces(self, who):
            self.tries(make.an_introduction, group=self.group, seat=self.seats[who])

        @rule(who=WHO)
        def writes(self, who):
            def write(group, by):
                topics.be_active(gate.writer(group=group, by=by))

            self.tries(write, group=self.group, by=self.seats[who])

        @rule(who=WHO)
        def leaves(self, who):
            if member := self.member(who):
                self.tries(members.leave, member=member, by=self.seats[who])

        @rule(is_open=st.booleans())
        def closes_or_opens(self, is_open):
            act = groups.open_group if is_open else groups.archive_group
            more = {} if is_open else {"why": "Enough."}
            self.tries(act, group=self.group, by=ada, **more)

        @rule(who=WHO)
        def sleeps(self, who):
            if member := self.member(who):
                with in_alliance(alliance):
                    long_ago = member.joined_at.replace(year=2020)
                    GroupMember.objects.filter(pk=member.pk).update(last_active_at=long_ago)
                self.tries(seasons.fall_asleep, member=member)

        @invariant()
        def the_books_agree(self):
            with in_alliance(alliance):
                rows = list(GroupMember.objects.filter(group=self.group))
                inside = sum(row.state in INSIDE for row in rows)
                assert Group.objects.get(pk=self.group.pk).member_count == inside
                for row in rows:
                    states = [step.state for step in row.steps.order_by("id")]
                    assert states[-1] == row.state
                    for before, after in itertools.pairwise(states):
                        assert after in MEMBER_TRANSITIONS[before]
                    written = Introduction.objects.filter(member=row).exists()
                    assert written == (row.introduced_at is not None)
                    assert row.state not in WRITING or written

    return Life


@pytest.mark.usefixtures("theirs")
def test_any_order(oak_street, ada):
    run_state_machine_as_test(
        machine(oak_street, ada),
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
