"""Documents to the files of a search index, with Pagefind."""
