"""What a served advertisement says of where it came from: the attribute `data-ad-creative-source` of its markup.

Source: DemandChain 1.0, "Ad Creative Source": `ver,dsp_domain,buyer_seat_id,creative_id,ext`, each URL-encoded.
"""

from urllib.parse import quote


def creative_source(dsp: str, seat: str = "", crid: str = "", ext: str = "") -> str:
    """Return the attribute for the outermost tag, or a comment, of markup that is served.

    `dsp` is the domain whose buyers.json lists the seat; what is not known is "". With the id of a decision or of a
    reason as `ext`, anyone who sees the advertisement can name the decision that let it pass.

    >>> creative_source("dsp.example", "512", "a,b", "d-1")
    'data-ad-creative-source="1.0,dsp.example,512,a%2Cb,d-1"'
    >>> creative_source("dsp.example", crid="7")
    'data-ad-creative-source="1.0,dsp.example,,7"'
    """
    # INVARIANT: only `A-Z a-z 0-9 - . _ ~ % ,` is left, so nothing can end the attribute or a comment around it.
    fields = ",".join(quote(each, safe="") for each in (dsp, seat, crid, ext))
    return f'data-ad-creative-source="1.0,{fields.rstrip(",")}"'
