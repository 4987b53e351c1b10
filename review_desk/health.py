"""Whether the desk can work: for whoever starts, stops and watches it.

Belongs here: the answer to probes. Does not belong here: pages.
"""

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel

from review_desk.visit import TheDesk

router = APIRouter()


class Health(BaseModel):
    """The desk works."""

    database: str


@router.get("/health", responses={503: {"description": "The database does not answer."}})
def health(desk: TheDesk) -> Health:
    """200 if the database answers, 503 if it does not."""
    with desk.database.reading() as connection:
        connection.execute(sa.select(1))
    return Health(database="answers")
