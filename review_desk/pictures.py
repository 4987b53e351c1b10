"""Pictures of the store, for people who are signed in.

Belongs here: answering a picture's bytes. Does not belong here: pages that show them, and pictures
for owners, who see their own products only.
"""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import Response

from resources.picture_store import DamagedPicture, PictureStore
from review_desk.visit import SignedIn, TheDesk

router = APIRouter(include_in_schema=False)

ImageHash = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.get("/pictures/{image_hash}")
def picture(image_hash: ImageHash, desk: TheDesk, _: SignedIn) -> Response:
    """A picture of the store."""
    return picture_answer(desk.pictures, image_hash)


def picture_answer(pictures: PictureStore, image_hash: str) -> Response:
    """The file of a hash; browsers keep it, caches on the way do not.

    Raises:
        HTTPException: 404, it is gone or damaged.
    """
    try:
        data = pictures.read_bytes(image_hash)
    except DamagedPicture as error:
        raise HTTPException(
            404, "This picture is gone or damaged. The next run makes it again."
        ) from error
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(data, media_type="image/webp", headers=headers)
