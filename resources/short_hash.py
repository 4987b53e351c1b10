"""The hash that ids, versions and fingerprints are made of.

Belongs here: its length and algorithm. Does not belong here: what is hashed; pictures have the
whole SHA-256 for a name (`picture_store.py`).
"""

import hashlib


def short_hash(text: str) -> str:
    """16 hex digits of SHA-256: an id that says what it stands for is unchanged."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
