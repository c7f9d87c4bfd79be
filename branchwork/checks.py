from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver


def every_pattern(resolver: URLResolver | None = None, prefix: str = ""):
    """Every URL pattern of the site with its full name: (pattern, "namespace:name")."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from every_pattern(entry, space)
        elif isinstance(entry, URLPattern):
            yield entry, f"{prefix}{entry.name}"


@register()
def every_url_has_a_rule(app_configs, **kwargs):
    """Deny by default: a page nobody decided about does not start."""
    return [
        Error(f"{name} has no rule", hint="Decorate its view with @rule(...) or @public.", id="branchwork.E001")
        for pattern, name in every_pattern()
        if not getattr(pattern.callback, "rule", None)
    ]
