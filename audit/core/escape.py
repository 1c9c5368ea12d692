"""Text from elsewhere inside an issue: it can be read and does nothing.

GitHub looks for mentions, references and closing words in the rendered text, so that neither escaping nor character
references stop them; inside code they are never looked for. Everything upstream therefore stands in code.
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

MAX_VALUE_CHARACTERS = 300
MAX_LINE_CHARACTERS = 400
CUT_MARK = "… (cut)"


def sanitize_line(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """One line without control, bidi, zero-width and unassigned characters, cut aloud. It cannot pass for one of our hidden lines."""
    kept = "".join(" " if _is_invisible(each) else each for each in value[: 4 * limit])
    line = re.sub(r"\s+", " ", kept).strip().replace("<!--", "<!- -")
    return line if len(line) <= limit and len(value) <= 4 * limit else line[:limit] + CUT_MARK


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def format_code_span(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """A code span that the value cannot leave."""
    line = sanitize_line(value, limit) or "(empty)"
    ticks = "`" * (_measure_longest_run(line, "`") + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def format_code_block(lines: Iterable[str], language: str = "") -> str:
    """A fenced block that its lines cannot end."""
    safe = [sanitize_line(line, MAX_LINE_CHARACTERS) for line in lines]
    ticks = "`" * max(3, max((_measure_longest_run(line, "`") for line in safe), default=0) + 1)
    return "\n".join([f"{ticks}{language}", *safe, ticks])


def _measure_longest_run(text: str, character: str) -> int:
    return max((len(each) for each in re.findall(f"{re.escape(character)}+", text)), default=0)


def format_safe_link(label: str, url: str) -> str:
    """A link with a label of ours; an address that could break out stands as code."""
    parts = urlsplit(url)
    safe = (
        parts.scheme in ("https", "http")
        and bool(parts.hostname)
        and re.fullmatch(r"[A-Za-z0-9:/._~%?&=+#@,-]+", url)
    )
    return f"[{label}]({url})" if safe else format_code_span(url)


def defang_line(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """One line for places without any markup of their own, such as a mail, a chat or a log: no address, mention, reference or tag is left in it."""
    line = re.sub(r"(?i)(\w):(?=//)", r"\1[:]", sanitize_line(value, limit))
    line = re.sub(r"(?i)\b(www|mailto|xmpp|javascript|data)([.:])", r"\1[\2]", line)
    line = re.sub(r"(?<=\w)\.(?=[A-Za-z]{2})", "[.]", line)
    line = re.sub(r"&(?=[A-Za-z#])", "& ", line)
    line = line.replace("@", "[at]").replace("<", "‹").replace(">", "›").replace("`", "'")
    line = re.sub(r"[\[\]]\(", "(", re.sub(r"#(?=\d)", "no. ", line))
    return re.sub(r"^(?=::|##\[)", "- ", line)
