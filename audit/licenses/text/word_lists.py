"""Words that weigh in terms: of time, number and quantity, and those that turn a sentence round."""

MONTHS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve fifteen "
    "twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion trillion"
)
NUMBER_WORDS = frozenset(_NUMBER_WORDS.split())
_UNITS = (
    "thousand million billion trillion percent % user users day days week weeks "
    "month months monthly year years yearly annual annually daily active "
    "dollars usd euro euros eur rmb yuan parameters"
)
UNITS = frozenset(_UNITS.split())
SIGNS = frozenset("$€£¥≤≥")
_NEGATIONS = (
    "not no non nor neither never none nothing cannot without except unless "
    "prohibited forbidden only solely noncommercial "
    "won't can't don't shan't mustn't isn't aren't doesn't"
)
NEGATIONS = frozenset(_NEGATIONS.split())

_TERMS_THAT_MATTER = (
    "must shall required requires require obligated obliged agree agrees "
    "register registration registered apply application approval permission consent notify report "
    "prohibited forbidden banned restricted restriction revoke revoked terminate "
    "commercial commercially noncommercial nonprofit research academic educational "
    "fee fees royalty royalties payment pay revenue revenues "
    "territory territories country countries region union eu uk china japan korea india "
    "outputs train training competing compete military surveillance "
    "attribute attribution display prominently watermark"
)
TERMS_THAT_MATTER = frozenset(_TERMS_THAT_MATTER.split())
"""Words of duties, bans, registration, commerce, territory and uses: a change of one is quoted."""
CHINESE_TERMS_THAT_MATTER = (
    "不得",
    "禁止",
    "严禁",
    "必须",
    "应当",
    "须",
    "登记",
    "注册",
    "申请",
    "备案",
    "授权",
    "许可",
    "书面",
    "同意",
    "商业",
    "商用",
    "营利",
    "盈利",
    "费用",
    "付费",
    "收入",
    "版税",
    "研究",
    "学术",
    "地区",
    "境内",
    "境外",
    "国家",
    "欧盟",
    "军事",
    "训练",
    "标注",
    "署名",
    "终止",
)
"""The same in Chinese, whose words stand without spaces, so that parts of words are looked for."""
