"""References and ids taken apart, the same way everywhere.

A reference is `models/owner/name`: the folder of a record and its id. An id is `owner/name`.
"""


def split_reference(ref: str) -> tuple[str, str]:
    """The folder of a record and its id; the id is empty where the reference names no record."""
    folder, _, id = ref.partition("/")
    return folder, id


def get_record_id(ref: str) -> str:
    """The id of a record, without its folder."""
    return split_reference(ref)[1]


def get_owner(id: str) -> str:
    """The account of an id; of an id without an account, the id."""
    return id.partition("/")[0]


def get_own_name(id: str) -> str:
    """What an id says behind the account; empty where it names none."""
    return id.partition("/")[2]
