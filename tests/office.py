"""A small office that most tests live in: its people have names, its organizations the real kinds."""

from dataclasses import dataclass, field
from datetime import date

from branchwork.organizations.models import (
    Appointment,
    Organization,
    PeerGroup,
    Person,
    RoleGrant,
    User,
)
from branchwork.organizations.permissions import Role

Kind = Organization.Kind


@dataclass
class Office:
    """市直机关工委 and, below it: 财政局党支部 (31 members), 档案馆党支部 (6), 税务局机关党委 with its 第一党支部 (24).

    Users by attribute: admin 陈立, staff 李建华, leader 周正, accounts 吴凡 (all of the committee);
    zheng 郑洁 (secretary) and wang 王敏 (clerk) of 财政局; guo 郭勇 (secretary) of 档案馆; chen 陈丽 (secretary of
    税务局机关党委); nobody 路人 (a login without any grant).
    """

    root: Organization
    finance: Organization
    archive: Organization
    tax: Organization
    tax_first: Organization
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


def make_user(username: str, name: str, role: Role | None = None, organization=None, person=None) -> User:
    user = User.objects.create(username=username, name=name, person=person)
    user.set_unusable_password()
    user.save()
    if role:
        RoleGrant.objects.create(user=user, role=role, organization=organization)
    return user


def make_secretary(organization: Organization, name: str, username: str) -> User:
    person = Person.objects.create(name=name)
    Appointment.objects.create(person=person, organization=organization, post=Appointment.Post.SECRETARY)
    return make_user(username, name, Role.SECRETARY, organization, person)


def make_office() -> Office:
    party = PeerGroup.objects.create(name="党群机关", position=1)
    economy = PeerGroup.objects.create(name="综合经济", position=2)
    root = Organization.objects.add_root({"code": "000", "name": "市直机关工委", "kind": Kind.WORKING_COMMITTEE})

    def add(parent, code, name, short, kind, group, members=None, elected=None):
        fields = {"code": code, "name": name, "short_name": short, "kind": kind, "peer_group": group}
        return Organization.objects.add_child(parent, fields | {"member_count": members, "last_elected_on": elected})

    finance = add(root, "016", "财政局党支部", "财政局", Kind.BRANCH, economy, 31, date(2025, 8, 20))
    archive = add(root, "011", "档案馆党支部", "档案馆", Kind.BRANCH, party, 6, date(2026, 3, 20))
    tax = add(root, "022", "税务局机关党委", "税务局党委", Kind.PARTY_COMMITTEE, economy)
    tax_first = add(tax, "023", "税务局第一党支部", "税务局一支部", Kind.BRANCH, economy, 24, date(2026, 6, 15))
    office = Office(root=root, finance=finance, archive=archive, tax=tax, tax_first=tax_first)
    office.users = {
        "admin": make_user("chenli", "陈立", Role.COMMITTEE_ADMIN, root),
        "staff": make_user("lijianhua", "李建华", Role.COMMITTEE_STAFF, root),
        "leader": make_user("zhouzheng", "周正", Role.COMMITTEE_LEADER, root),
        "accounts": make_user("wufan", "吴凡", Role.ACCOUNT_ADMIN, root),
        "zheng": make_secretary(finance, "郑洁", "zhengjie"),
        "wang": make_user("wangmin", "王敏", Role.CLERK, finance),
        "guo": make_secretary(archive, "郭勇", "guoyong"),
        "chen": make_secretary(tax, "陈丽", "chenli-tax"),
        "nobody": make_user("luren", "路人"),
    }
    return office
