"""Many organizations into the tree at once: paths are counted here, rows go in with a handful of statements."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from branchwork.errors import Refused

from ..models import Organization

# The path column's length allows 63 levels.
DEEPEST = 60


def lock_tree() -> None:
    """Whoever changes the shape of the tree holds its roots, so that two never give out the same path."""
    list(Organization.objects.select_for_update().filter(depth=1).values_list("pk", flat=True))


def place(nodes: Sequence[tuple[Organization, Organization | None]]) -> None:
    """Insert (node, parent) pairs; a parent is a stored organization, an earlier node of the list, or None.

    The caller holds the tree (`lock_tree`).
    """
    stored = {parent for node, parent in nodes if parent is not None and parent.pk is not None}
    counts: dict[str, int] = {}
    for node, parent in nodes:
        above = parent.path if parent else ""
        if above not in counts:
            counts[above] = _last_step(above)
        counts[above] += 1
        node.depth = len(above) // Organization.steplen + 1
        if node.depth > DEEPEST:
            raise Refused(_("“%(name)s” would stand more than %(n)d levels deep.") % {"name": node.name, "n": DEEPEST})
        node.path = Organization._get_path(above, node.depth, counts[above])
        if parent is not None:
            parent.numchild += 1
    Organization.objects.bulk_create([node for node, parent in nodes])
    Organization.objects.bulk_update(stored, ["numchild"])


def _last_step(path: str) -> int:
    depth = len(path) // Organization.steplen + 1
    last = Organization.objects.filter(path__startswith=path, depth=depth).order_by("path").last()
    return Organization._str2int(last.path[-Organization.steplen :]) if last else 0
