"""The same hub built here, with Hugo, with Zensical and with MkDocs Material, in turns, on this machine."""
