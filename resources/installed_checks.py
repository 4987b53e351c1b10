"""The checks that every picture goes through, with the models that this machine has for them.

Belongs here: putting them together. Does not belong here: any check (`resources/checks/`), and
running them (`picture_checks.py`).
"""

from resources.checks import layout, logos, people_and_animals
from resources.checks.collage import CollageCheck
from resources.checks.colour import ColourCheck
from resources.checks.content import ContentCheck
from resources.checks.layout import LayoutCheck
from resources.checks.logos import LogoCheck
from resources.checks.menu_truth import MenuTruthCheck
from resources.checks.nudity import NudityCheck
from resources.checks.people_and_animals import PeopleAndAnimalsCheck
from resources.checks.shared_models import SharedDetector, SharedTagger
from resources.checks.text import TextCheck
from resources.picture_checks import PictureChecks
from resources.places import REPOSITORY, SHIPPED_MODELS, model_cache, optional_model


def installed_checks(device: str) -> PictureChecks:
    """All checks; a model that is not installed leaves its check `unchecked`."""
    content = ContentCheck(
        SHIPPED_MODELS / "small-clip", SHIPPED_MODELS / "small" / "kinds.json", device
    )
    detector = SharedDetector(
        optional_model("grounding-dino"),
        device,
        together=(*layout.PHRASES, *people_and_animals.PHRASES, *logos.PHRASES),
    )
    tagger = SharedTagger(optional_model("tagger"), model_cache(), device)
    checks = (
        LayoutCheck(detector),
        ColourCheck(),
        content,
        MenuTruthCheck(content, tagger, optional_model("vlm"), device),
        PeopleAndAnimalsCheck(SHIPPED_MODELS / "small-tagger", tagger, detector, device),
        NudityCheck(optional_model("nsfw"), device),
        TextCheck(
            REPOSITORY / "resources" / "glossary.csv",
            optional_model("easyocr"),
            device,
        ),
        LogoCheck(detector),
        CollageCheck(),
    )
    return PictureChecks(checks, content, batch_size=64)
