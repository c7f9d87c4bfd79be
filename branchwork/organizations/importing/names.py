"""Short names for tight places (the matrix head, a chart) and codes, both from the names offices use."""

import re
from collections import Counter
from collections.abc import Iterable

# How offices themselves shorten the organs; longer ones first where one holds another.
_ORGANS = (
    ("工业和信息化", "工信"),
    ("发展和改革", "发改"),
    ("商务和投资促进", "商务投促"),
    ("人力资源和社会保障", "人社"),
    ("住房和城乡建设", "住建"),
    ("市场监督管理", "市监"),
    ("文体广电旅游", "文体广旅"),
    ("文化广电和旅游", "文广旅"),
    ("综合行政执法", "综合执法"),
    ("城市管理", "城管"),
    ("自然资源和规划", "自规"),
    ("科学技术协会", "科协"),
    ("残疾人联合会", "残联"),
    ("文学艺术界联合会", "文联"),
    ("归国华侨联合会", "侨联"),
    ("工商业联合会", "工商联"),
    ("消防救援大队", "消防大队"),
    ("消防救援支队", "消防支队"),
    ("退役军人事务", "退役军人"),
    ("卫生健康", "卫健"),
    ("医疗保障", "医保"),
    ("交通运输", "交通"),
    ("应急管理", "应急"),
    ("生态环境分局", "生态环境局"),
    ("人民检察院", "检察院"),
    ("人民法院", "法院"),
    ("办公室", "办"),
)
_TAIL = re.compile(r"(联合|临时)?(党支部|党总支部?|机关党委|党委|委员会)$")
_KEPT = {"机关党委": "党委", "党委": "党委", "党总支": "党总支", "党总支部": "党总支"}
_PLACE = re.compile(r"^(?:中共)?[\u4e00-\u9fff]{0,6}?[市县区旗州](?:直)?(?=机关(?:工委|事务))")


def short_name(name: str) -> str:
    """纪委监委 for 纪委监委机关党支部, 税务局党委 for 税务局机关党委, 税务局一支部 for 税务局第一党支部."""
    body, tail = name, ""
    if match := re.search(r"第([一二三四五六七八九十]+|[0-9]+)(?:党)?支部$", name):
        body, tail = name[: match.start()], f"{match[1]}支部"
    elif match := _TAIL.search(name):
        body = name[: match.start()]
        tail = _KEPT.get(match[2], "")
        if match[2] != "委员会" and not tail and not body.endswith(("人大机关", "政协机关")):
            body = body.removesuffix("机关")
    for long, short in _ORGANS:
        body = body.replace(long, short)
    if len(body) > 5:
        body = body.replace("事务中心", "中心")
    if len(body) > 6:
        body = body.replace("服务中心", "中心")
    return (_PLACE.sub("", body) + tail or name)[:40]


def short_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The short name of each; where two would be the same (or one is `taken`), the whole name instead."""
    names = list(names)
    short = [short_name(name) for name in names]
    count = Counter(short) + Counter(taken)
    return [s if count[s] == 1 else name[:40] for s, name in zip(short, names, strict=True)]


def codes(numbers: Iterable[str], taken: Iterable[str]) -> list[str]:
    """A code for each new organization: its number in the list on three digits, else the next free one."""
    used = set(taken)
    numbers = list(numbers)
    width = max(3, *(len(n) for n in numbers if n.isdecimal()), 3)
    wanted = [n.zfill(width) if n.isdecimal() else "" for n in numbers]
    highest = max((int(code) for code in used | set(wanted) if code.isdecimal()), default=0)
    found = []
    for code in wanted:
        if not code or code in used:
            highest += 1
            code = str(highest).zfill(width)
        used.add(code)
        found.append(code)
    return found
