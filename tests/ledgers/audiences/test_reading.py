import pytest

from ledgers.audiences import AudienceWords, Doubt, read_audience

BRANCHES = ["branch", "joint_branch", "temporary_branch"]
COMMITTEES = ["party_committee", "general_branch"]
EVERYBODY = COMMITTEES + BRANCHES
WORDS = AudienceWords(
    own=frozenset({"市直机关工委"}),
    tags={"窗口单位": 3},
    organizations={"财政局党支部": 16, "档案馆党支部": 11, "市直机关工委党支部": 9},
)


@pytest.mark.parametrize(
    "phrase, audience",
    [
        ("各党支部", {"kinds": BRANCHES}),
        ("各 党支部 ", {"kinds": BRANCHES}),
        ("各支部", {"kinds": BRANCHES}),
        ("各党支部书记", {"kinds": BRANCHES}),
        ("各机关党委、党总支", {"kinds": COMMITTEES}),
        ("党委（党总支）", {"kinds": COMMITTEES}),
        ("各机关党委", {"kinds": ["party_committee"]}),
        ("各基层党组织", {"kinds": EVERYBODY}),
        ("各基层党组织书记", {"kinds": EVERYBODY}),
        ("各级党组织", {"kinds": EVERYBODY}),
        ("设支委会的党支部", {"kinds": BRANCHES, "min_members": 7}),
        ("党员7人以上的党支部", {"kinds": BRANCHES, "min_members": 7}),
        ("市直机关工委", {"own": True}),
        ("机关工委", {"own": True}),
        ("届满党组织", {"kinds": EVERYBODY}),
        ("财政局党支部", {"named": [16]}),
        ("档案馆党支部、财政局党支部", {"named": [11, 16]}),
        # One of the branches is called after the committee: the whole name wins.
        ("市直机关工委党支部", {"named": [9]}),
        ("窗口单位党支部", {"kinds": BRANCHES, "tags": [3]}),
    ],
)
def test_audience_that_is_understood(phrase, audience):
    reading = read_audience(phrase, WORDS)
    assert reading.audience == audience
    assert reading.doubt is None


@pytest.mark.parametrize(
    "phrase, tag, kinds",
    [
        ("设党小组的党支部", "设党小组", BRANCHES),
        ("离退休党支部", "离退休", BRANCHES),
        ("承担帮扶任务的党组织", "承担帮扶任务", EVERYBODY),
        ("有整改任务的党支部", "有整改任务", BRANCHES),
    ],
)
def test_a_property_nobody_carries_is_asked_for_as_a_tag(phrase, tag, kinds):
    reading = read_audience(phrase, WORDS)
    assert (reading.audience, reading.doubt) == ({"pending": phrase}, Doubt.TAG)
    assert (reading.tag, list(reading.kinds)) == (tag, kinds)


@pytest.mark.parametrize("phrase", ["申报单位", "立项党组织", "入选的党支部"])
def test_those_another_task_decides_are_asked_about(phrase):
    reading = read_audience(phrase, WORDS)
    assert (reading.audience, reading.doubt) == ({"pending": phrase}, Doubt.AFTER_TASK)


@pytest.mark.parametrize(
    "phrase, near",
    [("各基层党组只", "各基层党组织"), ("各机层党组织", "各基层党组织"), ("财政局支部", "财政局党支部")],
)
def test_a_misspelling_is_asked_about_and_never_taken_for_what_it_resembles(phrase, near):
    reading = read_audience(phrase, WORDS)
    assert (reading.audience, reading.doubt, reading.near) == ({"pending": phrase}, Doubt.NEAR, near)


@pytest.mark.parametrize("phrase, doubt", [("", Doubt.EMPTY), ("  ", Doubt.EMPTY), ("市委办", Doubt.UNKNOWN)])
def test_words_without_any_reading_are_asked_about(phrase, doubt):
    assert read_audience(phrase, WORDS).doubt == doubt


def test_term_end_counts_only_with_an_event():
    assert read_audience("届满党组织", WORDS).by_event
    assert not read_audience("各党支部", WORDS).by_event
