"""A page of the gallery as a test reads it.

Belongs here: parsing. Does not belong here: assertions (`test_gallery.py`).
"""

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """The text of each dish, the filters that show it, and the addresses on a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.dishes: dict[str, str] = {}
        self.filters: dict[str, set[str]] = {}
        self.addresses: list[str] = []
        self.attributes: dict[str, list[dict[str, str | None]]] = {}
        self._dish = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.attributes.setdefault(tag, []).append(values)
        self.addresses += [values[name] or "" for name in ("href", "src") if name in values]
        if tag == "article":
            self._dish = values["id"] or ""
            self.filters[self._dish] = set((values["data-through"] or "").split())

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._dish = ""

    def handle_data(self, data: str) -> None:
        text = f"{self.dishes.get(self._dish, '')} {data}"
        self.dishes[self._dish] = " ".join(text.split())
