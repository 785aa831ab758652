"""hubpages: reads a hub's pages, runs their snippets, renders their cards."""

__version__ = "0.1.0"
