"""Opens an alliance and invites its director: how a network's first tenants come to be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from alliance.models import Network, Person, Role
from alliance.services import seats
from alliance.services.places import open_alliance
from alliance.tenancy.scope import in_alliance


class Command(BaseCommand):
    """manage.py open_alliance "East Bay Local" eastbay maria@example.org "Maria Ortiz" """

    help = "Opens an alliance at <slug>.<platform host> and mails its director an invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("slug")
        parser.add_argument("director_email")
        parser.add_argument("director_name")
        parser.add_argument("--timezone", default="UTC")
        parser.add_argument("--place", default="")
        parser.add_argument("--network", default="Commonweal", help="its name; made if need be")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        network = Network.objects.first() or Network.objects.create(name=options["network"])
        try:
            alliance = open_alliance(
                network=network,
                name=options["name"],
                slug=options["slug"],
                contact_email=options["director_email"],
                timezone=options["timezone"],
                place=options["place"],
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        with in_alliance(alliance):
            email = options["director_email"].lower()
            person = Person.objects.filter(email=email).first() or Person.objects.create_user(
                email=email, name=options["director_name"]
            )
            first = seats.give_seat(person=person, role=Role.OWNER, by=None)
            seats.invite(email=email, name=person.name, role=Role.OWNER, by=first)
        self.stdout.write(f"{alliance.name} is open at {alliance.url()}; {email} is invited.")
