"""Files that appear whole or not at all.

Belongs here: writing beside and renaming, on a disk and on any fsspec store. Does not belong here:
what is written.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from upath import UPath


@contextmanager
def replacing(path: UPath) -> Iterator[UPath]:
    """A path beside `path` to write to; renamed over it when the block ends well, else removed.

    A reader sees the old file or the new one. Object stores put files whole; there the rename is a
    copy within the store.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        yield beside
        beside.fs.mv(beside.path, path.path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
