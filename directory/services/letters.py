"""Letters to the people of a member, each once for its cause."""

from typing import Any

from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from members.models import Business
from members.queries.businesses import people_of


def write(business: Business, template: str, *, key: str, path: str, **context: Any) -> int:
    """Writes to everybody who speaks for the business; how many.

    Args:
        template: the folder under templates/directory/email/.
        key: names the cause; a second letter of the same is not written.
        path: where its button leads.
    """
    people = people_of(business)
    for person in people:
        outbox.enqueue(
            key=f"{key}:{person.pk}",
            template=f"directory/email/{template}",
            to=person.email,
            context={
                "name": str(person),
                "business": business.trade_name,
                "url": current_alliance().url(path),
                **context,
            },
            confirmed=True,
        )
    return len(people)
