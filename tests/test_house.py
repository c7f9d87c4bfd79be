"""The rules of the house, asserted by reading it. Each finder is shown an offence first, so that it can fail."""

import ast

import pytest
from django.apps import apps
from django.db import models

from branchwork import catalogues
from branchwork.checks import every_pattern
from tests import house
from tests.house import Markup, Source, python, templates

NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "services", "managers", "tools"}

# Where the database is written: actions, what they are made of, and the machinery below them.
WRITERS = (
    "branchwork/actions.py", "branchwork/audit.py", "branchwork/jobs.py", "branchwork/organizations/actions/",
    "ledgers/actions/", "ledgers/settling.py", "assessments/actions/", "assessments/freezing.py",
    "assessments/sample/", "assessments/management/commands/load_sample.py",
)  # fmt: skip
# They save workbooks and zip archives, not rows.
NOT_ROWS = ("branchwork/xlsx/", "branchwork/catalogues.py")

PURE = {
    "assessments/scoring": ("assessments.scoring.", "branchwork.periods."),
    "branchwork/deadlines": ("branchwork.deadlines.", "branchwork.periods."),
    "branchwork/periods.py": (),
    "branchwork/points.py": (),
}

# Parts that go with their whole; everything else is PROTECT, so that no record vanishes by the way.
CASCADES = {
    ("Item", "plan"), ("Task", "item"), ("Fulfilment", "entry"), ("Evidence", "entry"),
    ("OrganizationTag", "organization"), ("RoleGrant", "user"), ("RoleGrant", "organization"),
    ("RoleGrant", "appointment"), ("Scheme", "plan"),
}  # fmt: skip
# A job may be forgotten; what it did stays.
FORGETTING = {("PeriodLock", "closing_job")}

# Names that are the same in every language; and the page of a fault, which must not depend on the catalogue.
SAME_EVERYWHERE = {"SHA-256", "中文", "English"}
WITHOUT_CATALOGUE = {"500.html"}

PUBLIC = {"organizations:login", "healthz", "set_language"}


def snippet(text: str, path: str = "ledgers/views/x.py") -> Source:
    return Source(path, text)


def of_views() -> list[Source]:
    return [source for source in python() if "views" in source.parts]


# Layers


def test_imports_follow_the_arrow():
    assert house.climbing([snippet("from assessments.cards import x")]) == [
        "ledgers/views/x.py imports assessments.cards.x"
    ]
    assert house.climbing([snippet("import ledgers", "branchwork/jobs.py")]) != []
    assert house.climbing(python()) == []


def test_tables_of_the_ground_floor_know_nobody():
    fields = [field for model in apps.get_app_config("branchwork").get_models() for field in model._meta.get_fields()]
    assert [field for field in fields if field.is_relation and field.concrete] == []


@pytest.mark.parametrize(("where", "allowed"), PURE.items())
def test_pure_modules_import_the_standard_library_only(where, allowed):
    offence = Source(f"{where}/x.py", "from django.db import models\nimport decimal")
    assert house.impure([offence], allowed) == [f"{where}/x.py imports django.db.models"]
    sources = [source for source in python() if source.path.startswith(where)]
    assert sources
    assert house.impure(sources, allowed) == []


# Writes


def test_rows_are_written_by_actions_only():
    offences = snippet("Entry.objects.filter(pk=1).update(a=1)\nform.save()\nentry.delete()\ncontext.update(a=1)")
    assert [line.split()[1] for line in house.writes(offences)] == [
        "Entry.objects.filter(pk=1).update()",
        "form.save()",
        "entry.delete()",
    ]
    sources = [source for source in python() if not source.path.startswith(WRITERS + NOT_ROWS)]
    assert [line for source in sources for line in house.writes(source)] == []


def test_atomic_actions_take_keywords_and_who_does_it():
    offences = []
    for source in python():
        if "actions" not in source.parts:
            continue
        for function in house.functions(source):
            if "transaction.atomic" not in house.decorators(function) or function.name.startswith("_"):
                continue
            names = {argument.arg for argument in function.args.kwonlyargs}
            if function.args.args or not names & {"by", "user"}:
                offences.append(f"{source.at(function)} {function.name}")
    assert offences == []


def test_views_fetch_what_the_user_may_see():
    assert house.bare_lookups(snippet("get_object_or_404(Entry, pk=1)")) != []
    assert [line for source in of_views() for line in house.bare_lookups(source)] == []


# Time and words


def test_days_come_from_the_shanghai_clock():
    offences = snippet("date.today()\ndatetime.now()\nentry.created_at.date()\ntimezone.now()\ntimezone.localdate()")
    assert len(house.clocks(offences)) == 3
    assert [line for source in python() for line in house.clocks(source)] == []


def test_texts_of_modules_are_translated_lazily():
    offence = snippet("from django.utils.translation import gettext as _\nLATE = _('Late')\ndef f(): return _('x')")
    assert house.too_early(offence) == ["ledgers/views/x.py:2 _('Late')"]
    assert [line for source in python() for line in house.too_early(source)] == []


def test_every_text_is_translated():
    assert catalogues.problems() == []


def test_a_text_without_translation_is_found(tmp_path, settings):
    (tmp_path / "page.html").write_text("{% load i18n %}{% translate 'Nobody translated this' %}")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    settings.BASE_DIR = tmp_path
    assert catalogues.problems() == ["page.html:1: not translated: 'Nobody translated this'"]


# Templates


def test_templates_hold_no_script_style_or_outside_address():
    offence = '<p style="x" onclick="y">{{ a }}</p><script>z</script><img src="https://example.org/a.png">'
    assert len(Markup(offence).offences) == 4
    assert {name: found for name, text in templates().items() if (found := Markup(text).offences)} == {}


def test_templates_speak_through_the_catalogue():
    spoken = '<p title="Late">{{ a }} hours</p>{% blocktranslate %}Fine{% endblocktranslate %}'
    assert Markup(spoken).words == ["Late", "hours"]
    words = {name: set(Markup(text).words) - SAME_EVERYWHERE for name, text in templates().items()}
    assert {name: found for name, found in words.items() if found and name not in WITHOUT_CATALOGUE} == {}


def test_templates_that_are_named_exist_and_those_that_exist_are_named():
    named = {name for name in house.named_templates() if not name.startswith(("django/", "crispy"))}
    by_django = {"403.html", "404.html", "500.html"}
    assert set(templates()) - by_django == named - by_django


# Shape


def test_modules_have_names_that_say_something():
    assert [source.path for source in python() if NAMES_THAT_SAY_NOTHING & set(source.parts)] == []


def test_files_are_at_most_400_lines():
    assert house.long_files(400) == []


def test_functions_are_at_most_40_lines():
    long = [
        f"{source.at(function)} {function.name} ({house.length(function)})"
        for source in python()
        for function in house.functions(source)
        if house.length(function) > 40
    ]
    assert long == []


def test_foreign_keys_protect_what_they_point_to():
    wrong = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in house.FLOORS:
            continue
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            key = (model.__name__, field.name)
            wanted = models.CASCADE if key in CASCADES else models.SET_NULL if key in FORGETTING else models.PROTECT
            if field.remote_field.on_delete is not wanted:
                wrong.append(f"{key}: {field.remote_field.on_delete.__name__}")
    assert wrong == []


def test_every_url_has_a_rule_and_few_are_public():
    rules = {name: getattr(pattern.callback, "rule", None) for pattern, name in every_pattern()}
    assert [name for name, rule in rules.items() if rule is None] == []
    assert {name for name, rule in rules.items() if rule == "public"} == PUBLIC


def test_nothing_is_skipped_but_for_want_of_a_browser():
    skipping = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        source.at(node)
        for source in python("tests")
        if source.path not in ("tests/browser.py", "tests/test_house.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in skipping
    ]
    assert found == []


def test_nothing_sleeps_but_to_ask_another_process_again():
    asking = {"tests/branchwork/worker_jobs.py", "branchwork/jobs.py", "branchwork/tether.py"}
    found = [
        source.at(call)
        for source in python(*house.FLOORS, "tests")
        if source.path not in asking and "commands" not in source.parts
        for call, name in source.calls()
        if name == "sleep"
    ]
    assert found == []
