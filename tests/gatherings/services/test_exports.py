"""Who came, as CSV; what a name says is no formula."""

import csv
from io import StringIO

import pytest

from alliance.models import JobProgress
from alliance.tenancy.scope import in_alliance
from gatherings.services import attendance, exports
from tests.factories import gatherings as make
from tests.gatherings.reading import audited

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.mark.django_db(transaction=True)
def test_the_list_of_one_date(oak_street, breakfast, ada):
    with in_alliance(oak_street):
        make.an_rsvp(breakfast, name='=HYPERLINK("http://x")')
        make.an_asked(breakfast, "asked@example.com", name="+1")
        with make.at_the_door(breakfast):
            attendance.walk_in(occurrence=breakfast, name="@Zoe", by=ada)
        job = exports.start_export(occurrence=breakfast, by=ada)
    with in_alliance(oak_street):
        done = JobProgress.objects.get(pk=job.pk)
        rows = list(csv.reader(StringIO(done.result)))
        assert audited("rsvps.exported") == [("rsvps.exported", ada.pk)]
    assert [row[:4] for row in rows] == [
        ["name", "e-mail", "member", "state"],
        ['\'=HYPERLINK("http://x")', "eve@example.com", "", "coming"],
        ["'+1", "asked@example.com", "", "not confirmed"],
        ["'@Zoe", "", "", "coming"],
    ]
    assert (done.state, done.result_name) == ("done", f"breakfast-{breakfast.original_day}.csv")
