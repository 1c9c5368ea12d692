"""Sentences of a card that speak of terms, gates or withdrawal. Pure, and no judgment.

Front matter, code, tables of numbers, addresses and markup are no prose. A sentence is told by its
words alone, so that a card that was laid out anew, or whose sections changed places, says the same.
"""

import hashlib
import re
from collections.abc import Iterator

MAX_CARD_CHARACTERS = 1 << 18
"""Read of a card; terms stand at its top or at its end, and few cards have a tenth of it."""
MAX_SENTENCES = 60
MAX_QUOTE_CHARACTERS = 160
MIN_SENTENCE_CHARACTERS = 12
MAX_SENTENCE_CHARACTERS = 1_000
_FRONT_MATTER = re.compile(r"\A\ufeff?---\s*\n.*?\n---\s*(?:\n|\Z)", re.DOTALL)
_FENCES = ("```", "~~~")
_COMMENT_BEGIN, _COMMENT_END = "<!--", "-->"
_TAG = re.compile(r"<[^<>\n]{1,500}>")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_ADDRESS = re.compile(r"https?://\S+")
_MARKUP = re.compile(r"[*_`#>|~]+")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])|(?<=[。！？；])")
_BULLET = re.compile(r"^\s*(?:[-+*•]|\d+[.)])\s+")
TERMS_WORDS = re.compile(
    r"licen[cs]|\bcc[ -]by\b|apache[ -]2|released under|non-?commercial|commercial(?:ly)? us|commercially|research (?:purposes|only)|"
    r"\bgated\b|request access|accept the (?:terms|conditions)|terms (?:of|and) |"
    r"withdr[ae]w|taken down|take[sn]? down|no longer (?:available|supported|maintained)|"
    r"deprecat|copyright|permission|许可|协议|授权|商用|商业|版权|下架|"
    r"許可|協議|授權|商業|版權|許諾|利用規約|ライセンス|라이[선센]스|상업|"
    r"li[cz]en[sz]|\bлиценз|kommerziell|коммерческ|"
    r"(?:usage|utilisation|uso) (?:n[oã][no]?[ -])?com+erci[ao]l",
    re.IGNORECASE,
)
"""English and Chinese first, in both scripts; of other languages the words for license and commerce."""
_WORD = re.compile(r"[\w.+-]*\w", re.UNICODE)


def list_terms_sentences(card: str) -> list[str]:
    """The sentences about terms, in their order, each once."""
    found: dict[str, None] = {}
    for sentence in _split_sentences(_strip_markup(card)):
        if TERMS_WORDS.search(sentence):
            found.setdefault(sentence)
    return list(found)[:MAX_SENTENCES]


def digest_sentence(sentence: str) -> str:
    """What a sentence is told by: its words."""
    words = " ".join(word.lower() for word in _WORD.findall(sentence))
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()


def cut_quote(sentence: str) -> str:
    """The beginning of a sentence, as a finding shows it."""
    if len(sentence) <= MAX_QUOTE_CHARACTERS:
        return sentence
    return sentence[: MAX_QUOTE_CHARACTERS - 1].rstrip() + "…"


def _strip_markup(card: str) -> str:
    text = card[:MAX_CARD_CHARACTERS].replace("\r\n", "\n")
    text = _drop_code(_drop_comments(_FRONT_MATTER.sub("", text, count=1)))
    # An image inside a link first: a badge would leave half of the link behind.
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    for pattern in (_ADDRESS, _TAG):
        text = pattern.sub(" ", text)
    return text


def _drop_comments(text: str) -> str:
    # By hand: an expression would search to the end for each comment that nobody closed.
    kept = []
    while True:
        before, begun, rest = text.partition(_COMMENT_BEGIN)
        kept.append(before)
        _, ended, after = rest.partition(_COMMENT_END)
        if not begun or not ended:
            return "\n".join(kept)
        text = after


def _drop_code(text: str) -> str:
    kept = []
    fence = ""
    for line in text.splitlines():
        mark = line.lstrip()[:3]
        if fence:
            fence = "" if mark == fence else fence
        elif mark in _FENCES:
            fence = mark
        else:
            kept.append(line)
    return "\n".join(kept)


def _split_sentences(text: str) -> Iterator[str]:
    for paragraph in _join_lines(text):
        for part in _END_OF_SENTENCE.split(paragraph):
            sentence = " ".join(_MARKUP.sub(" ", part).split())
            if MIN_SENTENCE_CHARACTERS <= len(sentence) <= MAX_SENTENCE_CHARACTERS:
                yield sentence


def _join_lines(text: str) -> Iterator[str]:
    """Paragraphs: lines that follow one another, but for headings, list items and table rows."""
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        starts_anew = not line.strip() or _BULLET.match(line) or line.lstrip()[:1] in ("#", "|")
        if starts_anew and paragraph:
            yield " ".join(paragraph)
            paragraph = []
        if line.strip():
            paragraph.append(_BULLET.sub("", line).strip())
        if line.lstrip()[:1] in ("#", "|") and paragraph:
            yield " ".join(paragraph)
            paragraph = []
