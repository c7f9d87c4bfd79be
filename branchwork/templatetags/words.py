"""How dates, periods and points are said on every page, in the reader's language."""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from branchwork.periods import Period
from branchwork.points import format_points

register = template.Library()

_WEEKDAYS = "一二三四五六日"


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


@register.filter
def points(hundredths: int | None) -> str:
    """75 → 0.75; None (no data) → —."""
    return "—" if hundredths is None else format_points(hundredths)


@register.filter
def rate(hundredths: int | None) -> str:
    """9331 → 93.31%; None → —."""
    return "—" if hundredths is None else f"{format_points(hundredths)}%"


@register.filter
def day(value: date | None, year: int | None = None) -> str:
    """9月30日; with its year when that is not this one, or not `year` where what is said must not age."""
    if value is None:
        return "—"
    if value.year != (timezone.localdate().year if year is None else year):
        return f"{value.year}年{value.month}月{value.day}日" if _chinese() else date_format(value, "j M Y")
    return f"{value.month}月{value.day}日" if _chinese() else date_format(value, "j M")


@register.filter
def weekday(value: date) -> str:
    return f"周{_WEEKDAYS[value.weekday()]}" if _chinese() else date_format(value, "D")


@register.filter
def long_day(value: date) -> str:
    """2026年10月13日 星期二."""
    if _chinese():
        return f"{value.year}年{value.month}月{value.day}日 星期{_WEEKDAYS[value.weekday()]}"
    return date_format(value, "l, j F Y")


@register.filter
def due_day(value: date) -> str:
    """The date, with its weekday when that matters: within a fortnight, or on a weekend."""
    near = abs((value - timezone.localdate()).days) <= 14
    return f"{day(value)} {weekday(value)}" if near or value.weekday() >= 5 else day(value)


@register.filter
def distance(value: date) -> str:
    """还有18天 · 今天 · 已过13天."""
    days = (value - timezone.localdate()).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return ngettext("%(days)d day past", "%(days)d days past", -days) % {"days": -days}


@register.filter
def moment(value) -> str:
    """10月12日 16:20, in local time."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{day(timezone.localdate(value))} {local:%H:%M}"


@register.filter
def period(value) -> str:
    """第三季度 · 上半年 · 3月 · 2026年度, of a Period or its text."""
    p = value if isinstance(value, Period) else Period.parse(str(value))
    if p.kind == "month":
        return _("month %(number)d") % {"number": p.number}
    if p.kind == "quarter":
        return [_("First quarter"), _("Second quarter"), _("Third quarter"), _("Fourth quarter")][p.number - 1]
    if p.kind == "half":
        return [_("First half"), _("Second half")][p.number - 1]
    return _("Year %(year)s") % {"year": p.year}


@register.filter
def period_in_year(value) -> str:
    """2026年第三季度 · 2026年度."""
    p = value if isinstance(value, Period) else Period.parse(str(value))
    if p.kind == "year":
        return period(p)
    return _("%(period)s of %(year)s") % {"year": p.year, "period": period(p)}


@register.filter
def quarter_short(value) -> str:
    """一季度, where room is short: a chart, a phone."""
    p = value if isinstance(value, Period) else Period.parse(str(value))
    return [
        pgettext("short", "1st quarter"),
        pgettext("short", "2nd quarter"),
        pgettext("short", "3rd quarter"),
        pgettext("short", "4th quarter"),
    ][p.number - 1]


@register.filter
def file_size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"


@register.simple_tag(takes_context=True)
def query(context, **changes) -> str:
    """The page's own query string with some parameters changed; an empty value drops one."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        parameters.pop(key, None)
        if value not in (None, ""):
            parameters[key] = value
    return "?" + parameters.urlencode()
