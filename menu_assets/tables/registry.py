"""All tables, in the order of the flow."""

from menu_assets.tables.calibration import CALIBRATION, JUDGEMENTS
from menu_assets.tables.costs import GENERATION_COSTS
from menu_assets.tables.images import CANDIDATE_IMAGES, PROMPTS, VENDOR_PHOTOS
from menu_assets.tables.menu import ENGLISH_MENU, IMAGE_COVERAGE, PRODUCTS, REJECTED_PRODUCTS
from menu_assets.tables.publication import CATALOGUE_FEED, PUBLISHED_CATALOGUE, PUBLISHED_FILES
from menu_assets.tables.review import APPROVED_IMAGES, REVIEW_DECISIONS, REVIEW_QUEUE, SHORTLIST
from menu_assets.tables.scores import LOOK_ALIKES, QUALITY_SCORES, SAFETY_SCORES
from resources.table_schema import Table

TABLES: tuple[Table, ...] = (
    PRODUCTS,
    REJECTED_PRODUCTS,
    IMAGE_COVERAGE,
    ENGLISH_MENU,
    VENDOR_PHOTOS,
    PROMPTS,
    CANDIDATE_IMAGES,
    SAFETY_SCORES,
    QUALITY_SCORES,
    LOOK_ALIKES,
    SHORTLIST,
    JUDGEMENTS,
    CALIBRATION,
    REVIEW_DECISIONS,
    APPROVED_IMAGES,
    REVIEW_QUEUE,
    PUBLISHED_FILES,
    PUBLISHED_CATALOGUE,
    CATALOGUE_FEED,
    GENERATION_COSTS,
)
