"""HTML pages: the one way in which templates are read.

Belongs here: escaping and strictness of all templates. Does not belong here: what a page says
(`gallery.py`, `picture_report.py`), and how pages look (`page_style.css.jinja`).
"""

from pathlib import Path

import jinja2

from resources.picture_marks import marks_svg


def page_templates() -> jinja2.Environment:
    """The templates of this folder.

    They escape whatever comes from a menu, a file name or a person; a name that a template does not
    know raises.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["marks_svg"] = marks_svg
    return templates
