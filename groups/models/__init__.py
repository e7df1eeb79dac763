"""Groups, their members, and what they write."""

from groups.models.board import BoardAnswer, BoardEntry, BoardOutcome, BoardVersion, EntryKind
from groups.models.digests import DigestLetter, DigestRun
from groups.models.drafts import Draft
from groups.models.groups import (
    GROUP_TRANSITIONS,
    LIVE_GROUPS,
    Group,
    GroupKind,
    GroupState,
    GroupStep,
    JoinQuestion,
)
from groups.models.help_wanted import HelpStep, HelpWantedStep
from groups.models.introductions import Introduction
from groups.models.meetings import AgendaItem, AgendaKind, Commitment, FeedLink, Meeting
from groups.models.members import (
    INSIDE,
    MEMBER_TRANSITIONS,
    WRITING,
    Digest,
    GroupMember,
    JoinAnswer,
    MemberState,
    MemberStep,
)
from groups.models.posts import Helped, Mention, Post, PostPicture, PostVersion
from groups.models.prompts import Cadence, Prompt, PromptKind, PromptRun, PromptRunState
from groups.models.reading import Follow, FollowKind, Habit, ReadMark
from groups.models.topics import TalkVersion, Topic, TopicKind

__all__ = [
    "GROUP_TRANSITIONS",
    "INSIDE",
    "LIVE_GROUPS",
    "MEMBER_TRANSITIONS",
    "WRITING",
    "AgendaItem",
    "AgendaKind",
    "BoardAnswer",
    "BoardEntry",
    "BoardOutcome",
    "BoardVersion",
    "Cadence",
    "Commitment",
    "Digest",
    "DigestLetter",
    "DigestRun",
    "Draft",
    "EntryKind",
    "FeedLink",
    "Follow",
    "FollowKind",
    "Group",
    "GroupKind",
    "GroupMember",
    "GroupState",
    "GroupStep",
    "Habit",
    "HelpStep",
    "HelpWantedStep",
    "Helped",
    "Introduction",
    "JoinAnswer",
    "JoinQuestion",
    "Meeting",
    "MemberState",
    "MemberStep",
    "Mention",
    "Post",
    "PostPicture",
    "PostVersion",
    "Prompt",
    "PromptKind",
    "PromptRun",
    "PromptRunState",
    "ReadMark",
    "TalkVersion",
    "Topic",
    "TopicKind",
]
