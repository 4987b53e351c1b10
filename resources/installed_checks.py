"""The checks that every picture goes through, with the models that this machine has for them.

Belongs here: putting them together. Does not belong here: any check (`resources/checks/`), and
running them (`picture_checks.py`).
"""

from resources.checks.collage import CollageCheck
from resources.checks.colour import ColourCheck
from resources.checks.content import ContentCheck
from resources.checks.layout import LayoutCheck
from resources.checks.logos import LogoCheck
from resources.checks.menu_truth import MenuTruthCheck
from resources.checks.nudity import NudityCheck
from resources.checks.people_and_animals import PeopleAndAnimalsCheck
from resources.checks.text import TextCheck
from resources.picture_checks import PictureChecks
from resources.places import REPOSITORY, SHIPPED_MODELS, model_cache, optional_model


def installed_checks(device: str) -> PictureChecks:
    """All checks; a model that is not installed leaves its check `unchecked`."""
    content = ContentCheck(
        SHIPPED_MODELS / "small-clip", SHIPPED_MODELS / "small" / "kinds.json", device
    )
    checks = (
        LayoutCheck(optional_model("grounding-dino"), device),
        ColourCheck(),
        content,
        MenuTruthCheck(
            content,
            optional_model("tagger"),
            optional_model("vlm"),
            model_cache(),
            device,
        ),
        PeopleAndAnimalsCheck(
            SHIPPED_MODELS / "small-tagger",
            optional_model("tagger"),
            optional_model("grounding-dino"),
            model_cache(),
            device,
        ),
        NudityCheck(optional_model("nsfw"), device),
        TextCheck(
            REPOSITORY / "resources" / "glossary.csv",
            optional_model("easyocr"),
            device,
        ),
        LogoCheck(optional_model("grounding-dino"), device),
        CollageCheck(),
    )
    return PictureChecks(checks, content, batch_size=64)
