"""Page to Diagnostics: what a page's author can mend before review."""
