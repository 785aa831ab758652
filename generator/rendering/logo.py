"""The room that a hub's logo takes, so that nothing moves when it comes."""

import io
import re

HEIGHT = 24
"""Of a logo, in pixels, whatever is its own."""

_VIEW_BOX = re.compile(r"""<svg\b[^>]*\bviewBox\s*=\s*["'][\d.eE+-]+[\s,]+[\d.eE+-]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")


def logo_width(data: bytes, name: str) -> int:
    """How wide a picture is at that height, in pixels; as wide as high where it does not tell. Raises OSError."""
    if name.lower().endswith(".svg"):
        found = _VIEW_BOX.search(data.decode("utf-8", "replace"))
        width, height = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
    else:
        from PIL import Image  # only where a logo is one of pixels

        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    return max(1, round(HEIGHT * width / height)) if height else HEIGHT
