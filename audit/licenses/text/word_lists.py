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
