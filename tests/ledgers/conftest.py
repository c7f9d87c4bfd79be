import pytest

from ledgers.models import Plan
from tests.ledgers.plan import SmallPlan, make_plan
from tests.ledgers.sample import SampleOffice, import_sample_plan, make_sample_office, publish_sample_plan
from tests.office import Office


@pytest.fixture
def small_plan(office: Office) -> SmallPlan:
    return make_plan(office)


@pytest.fixture
def sample_office(db) -> SampleOffice:
    return make_sample_office()


@pytest.fixture
def draft_plan(sample_office: SampleOffice) -> Plan:
    return import_sample_plan()


@pytest.fixture
def published_plan(sample_office: SampleOffice) -> Plan:
    return publish_sample_plan(sample_office.staff)
