"""Addresses of other sites."""

from urllib.parse import quote, unquote, urlsplit, urlunsplit


def asked_address(url: str) -> str:
    """A link to another site as its host is asked for it: in ASCII, without what stands behind #.

    However the link is written, in a page or as an HTML attribute, this is the same: answers are kept under it. What
    is no address comes back as it is.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except ValueError:
        return url
    path, query = (quote(part, safe="/%:@!$&'()*+,;=~?[]") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host.lower(), path, query, ""))


def path_of(url: str) -> str:
    """The path of an address, as people write it; empty for what is no address."""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""
