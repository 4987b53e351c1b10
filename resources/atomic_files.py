"""Files that appear whole or not at all.

Belongs here: writing beside and renaming, on a disk and on any fsspec store. Does not belong here:
what is written.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from fsspec.implementations.local import LocalFileSystem
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
        if isinstance(path.fs, LocalFileSystem):
            path.fs.mv(beside.path, path.path)
        else:  # whose mv takes a name with brackets, as mapped steps have, for a pattern
            path.fs.cp_file(beside.path, path.path)
            path.fs.rm_file(beside.path)
    except BaseException:
        if beside.exists():
            path.fs.rm_file(beside.path)
        raise
