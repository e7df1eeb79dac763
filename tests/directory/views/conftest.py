"""Browsers of those who keep listings."""

import pytest


@pytest.fixture
def bens(visit, oak_street, listed, ben):
    """Ben's browser; his bakery is a member in good standing."""
    return visit(oak_street, ben)


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)
