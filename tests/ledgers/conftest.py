import pytest

from tests.ledgers.plan import SmallPlan, make_plan
from tests.office import Office


@pytest.fixture
def small_plan(office: Office) -> SmallPlan:
    return make_plan(office)
