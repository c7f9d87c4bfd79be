import pytest
from django.urls import reverse

from branchwork.checks import every_pattern
from branchwork.models import Report

# What a URL's parts may be when nobody is asked about them anyway.
ANYTHING = {"int": 1, "string": "2026Q1", "slug": "x", "path": "x"}


@pytest.fixture
def report(office, settings) -> Report:
    settings.FILES_DIR.mkdir()
    (settings.FILES_DIR / "a1").write_bytes(b"PK-workbook")
    return Report.objects.create(
        kind="annual", title="2026年度", file_name="2026年度考核.xlsx", path="a1", sha256="0" * 64, size=11,
        organization_path=office.tax.path,
    )  # fmt: skip


def addresses(rule: str | None = None) -> dict[str, str]:
    """The address of every URL pattern by its name, with any arguments."""
    found = {}
    for pattern, name in every_pattern():
        if rule is None or pattern.callback.rule == rule:
            kinds = {key: type(kind).__name__ for key, kind in pattern.pattern.converters.items()}
            arguments = {key: ANYTHING[kind.removesuffix("Converter").lower()] for key, kind in kinds.items()}
            found[name] = reverse(name, kwargs=arguments)
    return found


def test_every_page_sends_a_stranger_to_the_login(db, client):
    public = set(addresses("public"))
    asked = {name: address for name, address in addresses().items() if name not in public}
    assert len(asked) > 20
    login = reverse("organizations:login")
    answers = {name: client.get(address) for name, address in asked.items()}
    let_in = {name for name, answer in answers.items() if not (answer.status_code == 302 and login in answer.url)}
    assert let_in == set()


def test_healthz_answers_without_a_login(db, client):
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_set_language_is_remembered_and_leads_back(db, client):
    login = reverse("organizations:login")
    answer = client.post(reverse("set_language"), {"language": "en", "next": login})
    assert answer.url == login
    assert "Log in" in client.get(login).text
    client.post(reverse("set_language"), {"language": "zh-hans", "next": login})
    assert "登录" in client.get(login).text


@pytest.mark.parametrize("data", [{"language": "en", "next": "https://example.org/"}, {"language": "tlh"}])
def test_set_language_never_leads_elsewhere(db, client, data):
    assert client.post(reverse("set_language"), data).url == "/"


def test_report_download_is_an_attachment_that_nobody_keeps(client, office, report):
    client.force_login(office.chen)
    answer = client.get(reverse("report_download", args=[report.pk]))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"PK-workbook")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("chen", 200), ("zheng", 404), ("nobody", 403)])
def test_report_download_needs_the_whole_subtree(client, office, report, who, status):
    client.force_login(getattr(office, who))
    answer = client.get(reverse("report_download", args=[report.pk]))
    answer.close()
    assert answer.status_code == status


def test_report_download_of_a_part_is_not_for_who_sees_only_a_part(client, office, report):
    Report.objects.update(organization_path=office.root.path)
    client.force_login(office.chen)
    assert client.get(reverse("report_download", args=[report.pk])).status_code == 404


def test_report_download_without_its_file_is_not_found(client, office, report, settings):
    (settings.FILES_DIR / "a1").unlink()
    client.force_login(office.staff)
    assert client.get(reverse("report_download", args=[report.pk])).status_code == 404
