"""`manage.py simulate_loans`: what loans on pledges come to, before anybody lends."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lending import simulations


class Command(BaseCommand):
    """Plays drives, pledges and loans by a seed; reads and writes nothing."""

    help = "Plays drives and their loans over a year, with advance rates side by side."

    def add_arguments(self, parser: ArgumentParser) -> None:
        simulations.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(simulations.answer(options))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
