"""Text to Page, with every mistake of its author as a Diagnostic."""
