"""The folder to ship with models, as files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.core.grouping import group_pairs
from audit.publish.bom.contents import BomContents
from audit.publish.notices.duties import ProjectDuties
from audit.publish.notices.notice_file import render_notice
from audit.publish.notices.texts import ShippedText
from audit.publish.notices.to_do_file import render_to_do

NOTICE_FILE, TO_DO_FILE, TEXTS_FOLDER = "NOTICE", "TO-DO.md", "LICENSES"


@dataclass(frozen=True)
class NoticesBundle:
    """What is shipped, before it is written."""

    contents: BomContents
    duties: ProjectDuties
    texts: tuple[ShippedText, ...]
    use_words: tuple[str, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Models whose terms nobody can tell from the records."""
        return tuple(each.name for each in self.contents.models if each.model is None)

    @property
    def is_complete(self) -> bool:
        """Whether the terms of every model are known and grant the uses."""
        return not self.unknown and not self.duties.obstacles

    def render_files(self) -> Mapping[str, bytes]:
        """Content by path within the folder."""
        return dict(self._list_files())

    def _list_files(self) -> Iterator[tuple[str, bytes]]:
        notice = render_notice(self.contents, self.duties, self._name_texts())
        data = self.contents.used_datasets
        to_do = render_to_do(self.duties, self.texts, self.unknown, self.use_words, data)
        yield NOTICE_FILE, notice.encode()
        yield TO_DO_FILE, to_do.encode()
        yield from ((_name_file(text), _fill_file(text)) for text in self.texts)

    def _name_texts(self) -> Mapping[str, Sequence[str]]:
        """Files by license."""
        return group_pairs((text.license.id, _name_file(text)) for text in self.texts)


def _name_file(text: ShippedText) -> str:
    return f"{TEXTS_FOLDER}/{text.file_name}"


def _fill_file(text: ShippedText) -> bytes:
    """The text, or where it is."""
    if text.content is not None:
        return text.content
    return f"{text.url or 'No record says where this text is.'}\n".encode()
