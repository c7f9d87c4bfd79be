"""A rule book or facts file on its way in: uploaded or typed, looked through, mended, confirmed."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.actions.schemes import attach_facts, choose_scheme
from assessments.models import FactsFile, Scheme
from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.models import Import
from branchwork.organizations.permissions import Permission, require
from ledgers.models import Plan


@transaction.atomic
def keep_document(*, plan: Plan, kind: str, name: str, understood: dict[str, str], period: str = "", by) -> Import:
    """Keep a file for checking: {"document": its text}, or {"workbook": its bytes in base64}. Nothing is scored by it
    before it is confirmed. What is being checked already is found again."""
    require(by, Permission.CLOSE_PERIOD, plan.owner)
    options = {"plan": plan.pk, "period": period}
    sha256 = _sha256(understood)
    unfinished = Import.objects.filter(kind=kind, state=Import.State.CHECKING, sha256=sha256, file_name=name[:200])
    if kept := unfinished.filter(options=options).first():
        return kept
    kept = Import.objects.create(
        kind=kind,
        file_name=name[:200],
        sha256=sha256,
        options=options,
        understood=understood,
        organization_path=plan.owner.path,
        by_key=by.pk if by else None,
        by_name=str(by) if by else "",
    )
    record("import.upload", kept, by=by, organization=plan.owner, data=options)
    return kept


@transaction.atomic
def mend_document(*, kept: Import, document: str, by) -> Import:
    """Keep what was mended in the text of a file that is still being checked."""
    kept = _checking(kept)
    if kept.understood != {"document": document}:
        kept.understood = {"document": document}
        kept.sha256 = _sha256(kept.understood)
        kept.save(update_fields=["understood", "sha256"])
        record("import.mend", kept, by=by, data={"sha256": kept.sha256})
    return kept


@transaction.atomic
def confirm_scheme(*, kept: Import, plan: Plan, document: str, title: str, by) -> Scheme:
    """Score the plan by the rule book that was checked."""
    kept = _checking(kept)
    scheme = choose_scheme(plan=plan, document=document, title=title, source=kept.file_name, by=by)
    _finish(kept, {"scheme": scheme.pk})
    return scheme


@transaction.atomic
def confirm_facts(*, kept: Import, plan: Plan, by) -> FactsFile:
    """Attach the facts file that was checked."""
    kept = _checking(kept)
    document, period = kept.understood["document"], kept.options["period"]
    attached = attach_facts(plan=plan, period=period, name=kept.file_name, document=document, by=by)
    _finish(kept, {"facts_file": attached.pk})
    return attached


def _checking(kept: Import) -> Import:
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    if kept.state != Import.State.CHECKING:
        raise Refused(_("This file was confirmed already."))
    return kept


def _finish(kept: Import, created: dict[str, int]) -> None:
    kept.state, kept.finished_at, kept.created = Import.State.DONE, timezone.now(), created
    kept.save(update_fields=["state", "finished_at", "created"])


def _sha256(understood: dict[str, str]) -> str:
    return hashlib.sha256("".join(understood.values()).encode()).hexdigest()
