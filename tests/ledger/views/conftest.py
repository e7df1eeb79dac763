"""The treasurer's browser."""

import pytest


@pytest.fixture
def desk(visit, oak_street, tess):
    """Tess's browser."""
    return visit(oak_street, tess)
