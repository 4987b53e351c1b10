"""The tables of gold items: their answers, and who got which.

Belongs here: columns and indexes. Does not belong here: making them (`gold_items.py`) and handing
them out (`review_turns.py`).
"""

import sqlalchemy as sa

from resources.vote_log import VOTES

GOLD = sa.Table(
    "gold_items",
    sa.MetaData(),
    sa.Column("gold_id", sa.String(32), primary_key=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("product_id", sa.String, nullable=False),
    sa.Column("version", sa.String(16), nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),
    sa.Column("accepted", sa.String, nullable=False),  # JSON: candidates, or reasons
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("made_by", sa.String, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("retired_at", sa.DateTime(timezone=True)),
    sa.Index("gold_by_dish", "country", "product_id", "version", unique=True),
)

TURNS = sa.Table(
    "gold_turns",
    sa.MetaData(),
    sa.Column("reviewer", sa.String, primary_key=True),
    sa.Column("gold_id", sa.String(32), primary_key=True),
    # Country and id of the dish that it comes before: asked again, the same is answered.
    sa.Column("before", sa.String, nullable=False),
    sa.Column("lease_id", sa.String(32), nullable=False),
    sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("vote_id", sa.String(32)),
    sa.Column("is_right", sa.Boolean),
    sa.Index("gold_turns_by_place", "reviewer", "before", unique=True),
)

UNANSWERED = sa.or_(TURNS.c.vote_id.is_(None), sa.exists().where(VOTES.c.undoes == TURNS.c.vote_id))
"""Condition on `TURNS`: no vote yet, or it was taken back."""
