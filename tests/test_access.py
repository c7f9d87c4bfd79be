"""Every address, asked by everybody, about their own and about others' objects: 403, 404, or in."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from branchwork.checks import every_pattern
from branchwork.deadlines import read_deadline
from branchwork.organizations.models import Appointment
from branchwork.organizations.permissions import Permission, has_permission
from ledgers.actions.entries import add_evidence
from ledgers.evidence import keep
from ledgers.models import Task
from ledgers.settling import settle
from tests.ledgers.plan import make_entry, make_plan

IN = {200, 302, 405}
PEOPLE = ("admin", "staff", "leader", "accounts", "zheng", "wang", "guo", "chen", "nobody")
# What the number in an address means, by the name of its URL.
OBJECTS = {
    "ledgers:plan_check": None, "ledgers:plan_undo": None, "organizations:import_check": None,
    "organizations:import_undo": None, "job_detail": None, "report_download": None, "ledgers:claim_": "claim",
    "organizations:tag_end": None, "organizations:account_": None, "organizations:appointment_end": "appointment",
    "ledgers:plan_": "plan", "ledgers:item_create": "plan", "ledgers:item_": "item", "ledgers:task_create": "item",
    "ledgers:task_": "task", "ledgers:assignment_": "assignment", "ledgers:entry_": "entry",
    "ledgers:evidence_add": "entry", "ledgers:evidence_": "evidence", "organizations:organization_": "organization",
}  # fmt: skip
SHARED = {"plan", "item", "task"}
# Nothing is closed that could be reopened, and the task has no event: nobody finds anything there.
NOTHING_THERE = {"assessments:period_reopen", "ledgers:task_term_ends"}


def objects_of(office, small_plan, organization, by) -> dict[str, int]:
    assignment = small_plan.assignment(small_plan.theme_day, organization, "2026-01")
    entry = make_entry(
        organization, assignment, by=by, happened_on=date(2026, 1, 20), state="submitted", claim="claimed"
    )
    settle([assignment.pk])
    (evidence,) = add_evidence(entry=entry, files=[keep(SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF"))], by=by)
    return {
        "plan": small_plan.plan.pk, "item": small_plan.theme_day.item_id, "task": small_plan.theme_day.pk,
        "assignment": assignment.pk, "entry": entry.pk, "evidence": evidence.pk, "organization": organization.pk,
        "claim": entry.fulfilments.get().pk, "appointment": Appointment.objects.get(organization=organization).pk,
    }  # fmt: skip


def addresses(objects: dict[str, int]) -> dict[str, tuple[str, str, bool]]:
    """By name: the address of this organization's object, the rule of its view, whether others share the object."""
    found = {}
    for pattern, name in every_pattern():
        keys = set(pattern.pattern.converters)
        kind = next((kind for prefix, kind in OBJECTS.items() if name.startswith(prefix)), None)
        if pattern.callback.rule == "public" or ("pk" in keys and kind is None):
            continue
        known = {"pk": objects.get(kind), "plan_pk": objects["plan"], "organization_pk": objects["organization"]}
        arguments = {key: known.get(key, "2026Q1") for key in keys}
        is_shared = kind in SHARED or not keys & {"pk", "organization_pk"}
        found[name] = (reverse(name, kwargs=arguments), pattern.callback.rule, is_shared)
    return found


@pytest.mark.parametrize("name", PEOPLE)
@time_machine.travel("2026-03-10 09:00+08:00", tick=True)
def test_every_address_answers_by_who_asks_about_whose(office, client, name):
    small_plan = make_plan(office)
    Task.objects.update(calendar=read_deadline("每月").to_json())
    Task.objects.filter(pk=small_plan.handover.pk).update(calendar=read_deadline("届满前6个月").to_json())
    finance = objects_of(office, small_plan, office.finance, office.zheng)
    archive = objects_of(office, small_plan, office.archive, office.guo)
    user = getattr(office, name)
    client.force_login(user)
    wrong = {}
    for organization, objects in ((office.finance, finance), (office.archive, archive)):
        sees = has_permission(user, Permission.VIEW, organization)
        for where, (address, rule, is_shared) in addresses(objects).items():
            if where == "organizations:logout":
                continue
            may = rule == "login" or has_permission(user, Permission(rule))
            wanted = IN | {403, 409} if may and (sees or is_shared) else {404} if may else {403}
            if may and where in NOTHING_THERE:
                wanted = {404}
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
            status = answer.status_code
            if status == 405 and 405 not in wanted:
                # It only takes a POST, and must refuse that one.
                status = client.post(address).status_code
            if status not in wanted:
                wrong[where, organization.name] = status
    assert wrong == {}
