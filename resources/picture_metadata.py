"""What a published file says in XMP, where search engines and picture programs look.

Belongs here: the packet. Does not belong here: signing (`content_credentials.py`, which covers it)
and the label's words (`disclosure.py`).
"""

from functools import cache
from importlib.metadata import version
from xml.sax.saxutils import escape, quoteattr

from resources.disclosure import IPTC_SOURCE_TYPES, Label, SourceType


@cache  # looking it up takes a millisecond, as long as signing
def garnish_version() -> str:
    """The version that a file is said to be made by."""
    return version("garnish")


def xmp_packet(source_type: SourceType, model: str, revision: str, label: Label | None) -> bytes:
    """An XMP packet: IPTC's digital source type and AI system, and the label as description.

    Fields: IPTC Photo Metadata Standard 2025.1 (`DigitalSourceType`, `AISystemUsed`,
    `AISystemVersionUsed`), Dublin Core and XMP Basic.

    Args:
        source_type: How the picture came about.
        model: The model that drew it.
        revision: Hash of its weights.
        label: What guests are told, with its language; None = nothing.
    """
    described = ""
    if label:
        described = (
            f"<dc:description><rdf:Alt>"
            f'<rdf:li xml:lang="x-default">{escape(label.text)}</rdf:li>'
            f"<rdf:li xml:lang={quoteattr(label.language)}>{escape(label.text)}</rdf:li>"
            f"</rdf:Alt></dc:description>"
        )
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f" xmp:CreatorTool={quoteattr('Garnish ' + garnish_version())}"
        f" Iptc4xmpExt:DigitalSourceType={quoteattr(IPTC_SOURCE_TYPES + source_type)}"
        f" Iptc4xmpExt:AISystemUsed={quoteattr(model)}"
        f" Iptc4xmpExt:AISystemVersionUsed={quoteattr(revision)}>"
        f"{described}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    )
    return packet.encode()
