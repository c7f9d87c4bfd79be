"""What `assessments.scoring.lint` finds, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.scoring.lint import Finding


def finding_text(finding: Finding) -> str:
    """One sentence: what is doubtful, with its figures, and what to do where that is not plain."""
    words = _(_SENTENCES[_sentence_of(finding)]) % finding.facts
    if "group" in finding.facts:
        return _("%(words)s (%(group)s)") % {"words": words, "group": finding.facts["group"]}
    return words


def _sentence_of(finding: Finding) -> str:
    """The code, or the variant of it that the facts call for."""
    if finding.code == "quota_impossible":
        return f"quota_impossible:{finding.facts['why']}"
    if finding.code == "points_do_not_sum" and "title" not in finding.facts:
        return "total_does_not_sum"
    if finding.code == "cap_without_effect" and "most" in finding.facts:
        return "cap_out_of_reach"
    return finding.code


_SENTENCES: Mapping[str, str] = {
    # Points and weights
    "points_do_not_sum": gettext_noop("“%(title)s” has %(stated)s points, its parts add up to %(sum)s."),
    "total_does_not_sum": gettext_noop("The full total is stated as %(stated)s, the categories add up to %(sum)s."),
    "weights_do_not_sum": gettext_noop("The weights add up to %(sum)s, not to 1."),
    "weights_do_not_match": gettext_noop("There are %(count)s weights for %(periods)s periods."),
    # Rules
    "no_indicators": gettext_noop("“%(title)s” has no indicator."),
    "no_rules": gettext_noop("“%(title)s” has no rule: no fact can reach it."),
    "condition_always_holds": gettext_noop(
        "“%(title)s”: the condition %(condition)s asks for nothing, it always holds."
    ),
    "condition_never_holds": gettext_noop("“%(title)s”: the condition %(condition)s asks for nothing, it never holds."),
    "cap_of_wrong_sign": gettext_noop(
        "“%(title)s”: the cap %(bound)s is below 0. What is taken is bounded by a floor."
    ),
    "floor_of_wrong_sign": gettext_noop(
        "“%(title)s”: the floor %(bound)s is above 0. “At most %(bound)s off” is floor: -%(bound)s."
    ),
    "cap_without_effect": gettext_noop(
        "“%(title)s” only takes points: the cap %(bound)s has no effect. What is taken is bounded by a floor."
    ),
    "floor_without_effect": gettext_noop("“%(title)s” takes no points: the floor %(bound)s has no effect."),
    "cap_out_of_reach": gettext_noop("The cap %(bound)s has no effect: there is no more than %(most)s to be had."),
    # Tiers
    "tier_never_reached": gettext_noop("“%(title)s”: tier %(tier)s is never reached, earlier ones take all of it."),
    "overlapping_tiers": gettext_noop(
        "“%(title)s”: %(both)s fits both tier %(other)s and tier %(tier)s; the first one is taken."
    ),
    "tier_gap": gettext_noop("“%(title)s”: no tier fits %(gap)s."),
    # Grades and vetoes
    "grade_gap": gettext_noop("Whoever stays below %(lowest)s has no grade. Give the last grade at_least: 0."),
    "last_grade_requires": gettext_noop(
        "The last grade “%(grade)s” asks for %(condition)s: whoever fails that has no grade."
    ),
    "grades_upside_down": gettext_noop("The grade lines do not go from the best down: %(order)s."),
    "grade_unreachable": gettext_noop(
        "“%(grade)s” cannot be reached: it begins at %(at_least)s, there is no more than %(most)s to be had."
    ),
    "veto_without_cause": gettext_noop(
        "The veto “%(title)s” names neither facts nor a condition: nothing triggers it."
    ),
    "ambiguous_name": gettext_noop(
        "“%(title)s”: %(name)s names both a fact and points; the fact is taken. points(%(name)s) asks for the points, "
        "value(%(name)s) for the fact."
    ),
    # Quotas
    "quota_impossible:unknown": gettext_noop("A quota speaks of a grade that does not exist: %(grade)s."),
    "quota_impossible:empty": gettext_noop(
        "The quota of %(grade)s says neither how many at most nor how many at least."
    ),
    "quota_impossible:order": gettext_noop("The quota of %(grade)s asks for at least %(least)s and at most %(most)s."),
    "quota_impossible:too_many": gettext_noop("The quotas ask for at least %(sum)s%% of all together."),
    "quota_impossible:too_few": gettext_noop("The quotas of all grades leave room for only %(sum)s%% of all."),
    # Formalism
    "formalism_photos": gettext_noop("“%(title)s” scores photos (%(word)s): that measures traces, not work."),
    "formalism_likes": gettext_noop("“%(title)s” scores likes and views (%(word)s): that measures traces, not work."),
    "formalism_logins": gettext_noop(
        "“%(title)s” scores logins and check-ins (%(word)s): that measures traces, not work."
    ),
    "formalism_minutes": gettext_noop(
        "“%(title)s” scores minutes or points of study (%(word)s): that measures time spent, not what was learnt."
    ),
    "formalism_articles": gettext_noop(
        "“%(title)s” counts articles and reports (%(word)s): that measures paper, not work."
    ),
    "formalism_traces": gettext_noop(
        "“%(title)s” scores that traces are kept (%(word)s): that measures paper, not work."
    ),
    "formalism_paper": gettext_noop(
        "“%(title)s” is judged by papers alone: none of its rules asks what was done or what came of it."
    ),
}
