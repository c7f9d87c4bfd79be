"""What the ledger says about itself on every page: states as badges, and how much waits for this person."""

import re

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from branchwork.periods import Period
from branchwork.templatetags.words import period
from ledgers.models import Entry
from ledgers.states import State, entry_state_of, state_of

register = template.Library()


@register.simple_tag
def state(assignment):
    """The state of an assignment as a badge; None is an event task that waits for its event."""
    return badge(state_of(assignment, timezone.localdate()))


@register.simple_tag
def entry_state(entry):
    """The state of an entry as a badge."""
    return badge(entry_state_of(entry))


@register.filter
def badge(value: State):
    """Sign and word, with the remark behind it where there is one."""
    html = format_html('<span class="state {}">{}</span>', value.css, value.label)
    return format_html('{} <span class="tag">{}</span>', html, value.tag) if value.tag else html


@register.simple_tag(takes_context=True)
def review_tally(context) -> int:
    """How many entries wait for this person's confirmation or review: one query, once for each page."""
    user = context["request"].user
    return Entry.objects.awaiting(user).count()


@register.filter
def slot_label(slot: str) -> str:
    """10月 · 第四季度 · 下半年 of a slot's key; nothing for a listed date or an event."""
    if match := re.fullmatch(r"(\d{4})-(\d{2})", slot):
        return _("month %(month)s") % {"month": int(match[2])}
    try:
        return period(Period.parse(slot))
    except ValueError:
        return ""
