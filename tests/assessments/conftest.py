import pytest

from tests.assessments.year import WorkedYear, make_year
from tests.ledgers.conftest import small_plan  # noqa: F401  the same small plan, for pages
from tests.office import Office


@pytest.fixture
def year(office: Office) -> WorkedYear:
    return make_year(office)
