"""A text as a QR code that a telephone reads from the screen."""

from markupsafe import Markup


def qr_picture(text: str) -> Markup:
    """Return a QR code as SVG of one path, dark on light in either colour scheme, with its quiet zone of four modules.

    Source: ISO/IEC 18004; error correction M.
    """
    import segno  # noqa: PLC0415  loaded when a picture is drawn: most processes never draw one

    code = segno.make_qr(text, error="m", boost_error=False)
    side = code.symbol_size(border=4)[0]
    rows = enumerate(code.matrix_iter(border=4))
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in rows for x, module in enumerate(row) if module)
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}" aria-hidden="true"><path d="{1}"/></svg>').format(side, dark)
