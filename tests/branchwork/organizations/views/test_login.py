from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from branchwork.organizations.actions.passwords import reset_password
from branchwork.organizations.models import User

LOGIN = reverse("organizations:login")
PASSWORD = reverse("organizations:password_change")
PROFILE = reverse("organizations:profile")
EDIT = "organizations:organization_edit"
OWN = "duan-lian-shen-ti"


@pytest.fixture
def wang(office) -> User:
    office.wang.set_password(OWN)
    office.wang.save()
    return office.wang


@pytest.fixture
def lockout(settings):
    settings.AXES_ENABLED = True


def try_login(client, username="wangmin", password=OWN, **data):
    return client.post(LOGIN, {"username": username, "password": password} | data)


def test_login_page_says_whose_it_is_and_warns_of_secrets(office, client):
    text = client.get(LOGIN).content.decode()
    assert "市直机关工委" in text
    assert "本系统不处理涉密信息" in text


def test_login_goes_home(wang, client):
    assert try_login(client).url == "/"
    assert client.get(LOGIN).url == "/"


def test_login_goes_back_to_the_page_that_asked(wang, client):
    asked = client.get(reverse("organizations:organization_list") + "?q=财政")
    assert "登录后回到刚才的页面" in client.get(asked.url).content.decode()
    back = reverse("organizations:organization_list") + "?q=%E8%B4%A2%E6%94%BF"
    assert try_login(client, next=back).url == back


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_login_goes_nowhere_else(wang, client, next_page):
    assert try_login(client, next=next_page).url == "/"


def test_login_with_a_capital_or_blanks_is_the_same_name(wang, client):
    assert try_login(client, username=" Wangmin ").status_code == 302


@pytest.mark.parametrize(("username", "password"), [("wangmin", "falsch"), ("niemand", OWN), ("", ""), ("wangmin", "")])
def test_login_with_something_wrong_keeps_the_name(wang, client, username, password):
    response = try_login(client, username, password)
    assert response.status_code == 200
    assert f'value="{username}"' in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_login_of_a_disabled_user_says_no_more_than_a_wrong_password(wang, client):
    User.objects.filter(pk=wang.pk).update(is_active=False)
    assert "用户名或密码不对" in try_login(client).content.decode()


def test_login_without_a_role_ends_on_the_profile_that_says_whom_to_ask(office, client):
    office.nobody.set_password(OWN)
    office.nobody.save()
    response = client.post(LOGIN, {"username": "luren", "password": OWN}, follow=True)
    assert response.redirect_chain == [(PROFILE, 302)]
    assert "吴凡" in response.content.decode()


def test_a_one_time_password_opens_only_the_door_to_a_new_one(office, client):
    password = reset_password(user=office.wang, by=office.accounts)
    try_login(client, password=password)
    for name in ("assessments:home", "organizations:profile", "organizations:organization_list"):
        assert client.get(reverse(name)).url == PASSWORD
    new = {"new_password1": OWN, "new_password2": OWN}
    assert client.post(PASSWORD, new).url == "/"
    assert client.get(PROFILE).status_code == 200
    client.logout()
    assert "用户名或密码不对" in try_login(client, password=password).content.decode()


def test_an_expired_one_time_password_is_refused_with_what_to_do(office, client):
    password = reset_password(user=office.wang, by=office.accounts)
    User.objects.filter(pk=office.wang.pk).update(password_expires_at=timezone.now() - timedelta(minutes=1))
    assert "一次性密码已过期，请找账号管理员重设" in try_login(client, password=password).content.decode()
    assert "_auth_user_id" not in client.session


def test_the_first_password_must_differ_from_the_one_time_one_and_be_long(office, client):
    password = reset_password(user=office.wang, by=office.accounts)
    try_login(client, password=password)
    for new in (password, "kurz", "123456789012", "wangminwang1"):
        response = client.post(PASSWORD, {"new_password1": new, "new_password2": new})
        assert response.status_code == 200, new
    office.wang.refresh_from_db()
    assert office.wang.must_change_password


def test_changing_the_own_password_asks_for_the_old_one_and_keeps_the_session(wang, client):
    client.force_login(wang)
    new = {"new_password1": "jian-chi-xue-xi", "new_password2": "jian-chi-xue-xi"}
    assert client.post(PASSWORD, new | {"old_password": "falsch"}).status_code == 200
    assert client.post(PASSWORD, new | {"old_password": OWN}).url == PROFILE
    assert client.get(PROFILE).status_code == 200


def test_a_reset_ends_open_sessions(wang, office, client):
    client.force_login(wang)
    reset_password(user=wang, by=office.accounts)
    assert client.get(PROFILE).url.startswith(LOGIN)


def test_few_tries_left_are_said(wang, client, lockout):
    texts = [try_login(client, password="falsch").content.decode() for _ in range(4)]
    said = [next((n for n in range(5) if f"再错 {n} 次将停用 30 分钟" in text), None) for text in texts]
    assert said == [None, 3, 2, 1]


def test_lockout_has_its_own_page_and_a_right_password_does_not_help(wang, client, lockout):
    for _ in range(5):
        response = try_login(client, password="falsch")
    assert response.status_code == 429
    assert "密码连着错了 5 次" in response.content.decode()
    assert "还要 30 分钟" in response.content.decode()
    assert try_login(client).status_code == 429


def test_lockout_counts_the_name_however_it_is_written(wang, client, lockout):
    for username in ("wangmin", "Wangmin", " WANGMIN", "wangMin ", "WangMin"):
        response = try_login(client, username, "falsch")
    assert response.status_code == 429


def test_lockout_of_one_name_leaves_the_others(wang, office, client, lockout):
    for _ in range(5):
        try_login(client, "zhengjie", "falsch")
    assert try_login(client).status_code == 302


def test_a_reset_ends_the_lockout(wang, office, client, lockout):
    for _ in range(5):
        try_login(client, password="falsch")
    password = reset_password(user=wang, by=office.accounts)
    assert try_login(client, password=password).status_code == 302


def test_a_form_sent_after_the_session_ended_comes_back_after_login(wang, office, client):
    address = reverse("organizations:organization_edit", args=[office.finance.pk])
    asked = client.post(address, {"short_name": "财政", "old_password": "geheim", "tags": ["甲", "乙"]})
    assert asked.status_code == 401
    assert "您填的还在" in asked.content.decode()
    carried = asked.context["carried"]
    response = try_login(client, password="falsch", next=address, carried=carried)
    assert response.context["carried"] == carried
    resumed = try_login(client, next=address, carried=carried)
    assert resumed.templates[0].name == "organizations/login_resume.html"
    assert resumed.context["back"] == address
    assert resumed.context["fields"] == [["short_name", "财政"], ["tags", "甲"], ["tags", "乙"]]
    assert "选好的文件" not in resumed.content.decode()


def test_a_carried_form_nobody_signed_is_not_sent_on(wang, client):
    forged = signing.dumps({"fields": [["a", "b"]], "had_files": False}, salt="something else")
    for carried in ("nonsense", forged):
        assert try_login(client, next="/organizations/", carried=carried).url == "/organizations/"
        client.logout()


def test_a_carried_form_goes_to_no_other_site(wang, office, client):
    asked = client.post(reverse(EDIT, args=[office.finance.pk]), {"short_name": "财政"})
    response = try_login(client, next="https://elsewhere.example/", carried=asked.context["carried"])
    assert response.url == "/"


def test_a_fragment_asked_for_after_the_session_ended_sends_the_browser_to_its_page(office, client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/organizations/?q=x"}
    response = client.get(reverse("organizations:organization_list"), headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == f"{LOGIN}?next=/organizations/%3Fq%3Dx"


def test_logout_is_a_post(wang, client):
    client.force_login(wang)
    assert client.get(reverse("organizations:logout")).status_code == 405
    assert client.post(reverse("organizations:logout")).url == LOGIN
    assert client.get(PROFILE).url.startswith(LOGIN)


def test_profile_says_what_each_role_may_do(office, client):
    client.force_login(office.zheng)
    text = client.get(PROFILE).content.decode()
    assert "财政局党支部 · 书记" in text
    assert "确认" in text
    assert "审核、退回" not in text


def test_language_is_switched_and_back(office, client):
    client.force_login(office.zheng)
    client.post(reverse("set_language"), {"language": "en", "next": PROFILE})
    assert "What I may do" in client.get(PROFILE).content.decode()
    client.post(reverse("set_language"), {"language": "zh-hans", "next": PROFILE})
    assert "我能做什么" in client.get(PROFILE).content.decode()
