"""The terms on a page: what stands between its first and its last legal paragraph.

Navigation, banners about cookies, footers and teasers change every week and are no terms. Layout
comes from a library; what is kept here are the words of whole paragraphs, so that a page that was
built anew around the same words says the same.
"""

import re

MIN_PARAGRAPH_WORDS = 8
"""Fewer are a heading, a menu or a button."""
MIN_TERMS_WORDS = 60
"""Fewer are no terms: a shell that needs a script, a login page, or an error."""
LEGAL_WORDS = re.compile(
    r"\b(licen[cs]\w*|grant\w*|agreement|terms|warrant\w*|liab\w*|indemn\w*|govern\w*|"
    r"prohibit\w*|permit\w*|shall|may not|must not|commercial\w*|derivative\w*|distribut\w*|"
    r"redistribut\w*|copyright\w*|terminat\w*|comply|compliance|restrict\w*|rights?)\b",
    re.IGNORECASE,
)
MIN_LEGAL_WORDS = 2
"""In a paragraph that belongs to terms; one alone stands in every footer."""
BANNER = re.compile(
    r"\bcookies?\b|\bsign (in|up)\b|\blog in\b|\bnewsletter\b|\bsubscribe\b|"
    r"\ball rights reserved\b|\byour privacy choices\b",
    re.IGNORECASE,
)


def extract_terms(text: str) -> str:
    """The paragraphs of the terms, one a line; empty where the page has none."""
    paragraphs = [line for line in map(_tidy, _split_paragraphs(text)) if not BANNER.search(line)]
    legal = [index for index, line in enumerate(paragraphs) if _is_legal(line)]
    if not legal:
        return ""
    terms = [line for line in paragraphs[legal[0] : legal[-1] + 1] if _is_sentence(line)]
    if sum(len(line.split()) for line in terms) < MIN_TERMS_WORDS:
        return ""
    return "\n\n".join(terms) + "\n"


def _split_paragraphs(text: str) -> list[str]:
    """Lines as they are laid out: each list item and each paragraph is one."""
    return [line for line in text.splitlines() if line.strip()]


def _tidy(line: str) -> str:
    return " ".join(line.split()).lstrip("*•- ").strip()


def _is_sentence(line: str) -> bool:
    return len(line.split()) >= MIN_PARAGRAPH_WORDS


def _is_legal(line: str) -> bool:
    return _is_sentence(line) and len(LEGAL_WORDS.findall(line)) >= MIN_LEGAL_WORDS
