"""Many applications approved by the worker: each by itself, and never the neighbours'."""

import pytest

from alliance.models import JobProgress, Seat
from alliance.tenancy.scope import in_alliance
from members.models import Application
from members.services import bulk_approvals
from members.tasks import applications as tasks
from tests.factories import members as make

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def bulk(oak_street, ada, *applications) -> JobProgress:
    """The job of approving these, run by the worker."""
    job = bulk_approvals.start(application_ids=[each.pk for each in applications], by=ada)
    ids = ",".join(str(each.pk) for each in applications)
    for _twice in range(2):
        tasks.approve_applications(
            alliance_id=str(oak_street.pk),
            job_id=str(job.pk),
            seat_id=str(ada.pk),
            application_ids=ids,
        )
    job.refresh_from_db()
    return job


def test_many_at_once_each_by_itself_with_a_word_on_each(tier, ada, oak_street, bakery):
    good = make.an_application(tier)
    declined = make.an_application(tier, trade_name="No", email="no@example.com")
    Application.objects.filter(pk=declined.pk).update(state="declined")
    twin = make.an_application(tier, trade_name="BEN'S BAKERY", email="kai@example.com")
    formula = make.an_application(tier, trade_name="=1+1", email="sum@example.com")
    job = bulk(oak_street, ada, good, declined, twin, formula)
    assert (job.state, job.done, job.total, job.result_name) == (
        "done", 4, 4, "applications.csv",
    )  # fmt: skip
    assert job.result.splitlines() == [
        "business,what became of it",
        "Moss & Fern,approved",
        "No,declined",
        "BEN'S BAKERY,left for you: it may be a business that is here already",
        "'=1+1,approved",
    ]
    assert sorted(Application.objects.values_list("trade_name", "state")) == [
        ("=1+1", "awaiting_payment"),
        ("BEN'S BAKERY", "submitted"),
        ("Moss & Fern", "awaiting_payment"),
        ("No", "declined"),
    ]


def test_many_at_once_never_the_neighbours(tier, ada, oak_street, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.an_application(make.a_tier())
    job = bulk(oak_street, ada, theirs)
    assert job.result.splitlines()[1:] == [",not found"]
    with in_alliance(neighbour.alliance):
        assert Application.objects.get().state == "submitted"
        assert Seat.objects.filter(person__email="fern@example.com").count() == 0
