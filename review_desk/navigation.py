"""The desk's main pages, as everybody sees them at the top.

Belongs here: their names, addresses, and who may see them. Does not belong here: the pages.
"""

from dataclasses import dataclass

from review_desk.accounts import Account, Role


@dataclass(frozen=True)
class Link:
    """A link at the top: its words, its path, and the role that it needs."""

    words: str
    path: str
    role: Role = "reviewer"


LINKS: tuple[Link, ...] = (
    Link("Queue", "/queue"),
    Link("Review", "/review"),
    Link("Grid", "/grid"),
    Link("Disputes", "/disputes", "lead"),
    Link("Reports", "/reports", "lead"),
    Link("Audit", "/audit", "lead"),
    Link("Owners", "/owner-links", "lead"),
    Link("Rollout", "/rollout", "admin"),
    Link("Accounts", "/accounts", "admin"),
)
"""In the order shown; the first that a person may see is where signing in leads."""


def links_for(account: Account | None) -> tuple[Link, ...]:
    """The links that a person may see."""
    return tuple(link for link in LINKS if account is not None and account.may(link.role))
