"""What beat does with groups."""

from celery import shared_task

from alliance.models import Alliance
from groups.services import board_reminders, digests, help_wanted, rounds, seasons


@shared_task(name="groups.go_round_with_prompts")
def go_round_with_prompts() -> None:
    """Every hour: prompts of tomorrow are prepared, those of today posted."""
    owners = rounds.alliances_with_groups()
    for alliance in Alliance.objects.filter(pk__in=owners).select_related("network"):
        rounds.go_round(alliance)


@shared_task(name="groups.pass_day")
def pass_day() -> None:
    """Every day: groups grow quiet or wake, members fall asleep."""
    owners = rounds.alliances_with_groups()
    for alliance in Alliance.objects.filter(pk__in=owners).select_related("network"):
        seasons.pass_day(alliance)


@shared_task(name="groups.write_digests")
def write_digests() -> None:
    """Every five minutes: where it is morning, one letter for each who wants one."""
    due = digests.alliances_due()
    for alliance in Alliance.objects.filter(pk__in=due).select_related("network"):
        digests.write_letters(alliance)


@shared_task(name="groups.pass_on_calls")
def pass_on_calls() -> None:
    """Every five minutes: calls for help that nobody answers reach the next."""
    owners = help_wanted.alliances_with_due()
    for alliance in Alliance.objects.filter(pk__in=owners).select_related("network"):
        help_wanted.pass_on(alliance)


@shared_task(name="groups.remind_of_entries")
def remind_of_entries() -> None:
    """Every day: whoever put something up that comes down soon hears of it, once."""
    owners = board_reminders.alliances_with_ending()
    for alliance in Alliance.objects.filter(pk__in=owners).select_related("network"):
        board_reminders.remind(alliance)
