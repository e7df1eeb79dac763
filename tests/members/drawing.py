"""PDFs in the tests: where this machine cannot draw them, a developer's run goes without."""

import os

import pytest

from members.services import papers

# A build server has what draws (.ci/run); there a missing library is a failure.
needs_pango = pytest.mark.skipif(
    not papers.can_make() and not os.environ.get("CI"), reason="Pango is not installed here."
)
