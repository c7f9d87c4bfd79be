from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, has_permission


def names(queryset) -> set[str]:
    return {organization.name for organization in queryset}


def test_visible_to_follows_the_subtree(office):
    assert names(Organization.objects.visible_to(office.wang)) == {"财政局党支部"}
    assert names(Organization.objects.visible_to(office.chen)) == {"税务局机关党委", "税务局第一党支部"}
    assert names(Organization.objects.visible_to(office.accounts)) == set()
    assert len(Organization.objects.visible_to(office.staff)) == 5


def test_has_permission_reaches_down_never_up(office):
    assert has_permission(office.staff, Permission.REVIEW_ENTRY, office.tax_first)
    assert has_permission(office.zheng, Permission.CONFIRM_ENTRY, office.finance)
    assert not has_permission(office.zheng, Permission.CONFIRM_ENTRY, office.archive)
    assert not has_permission(office.wang, Permission.CONFIRM_ENTRY, office.finance)
    assert not has_permission(office.nobody, Permission.VIEW)
