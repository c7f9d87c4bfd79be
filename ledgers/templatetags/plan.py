from django import template

register = template.Library()


@register.filter
def thousands(value: int) -> str:
    """8856 → 8,856."""
    return f"{value:,}"
