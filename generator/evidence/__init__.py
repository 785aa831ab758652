"""What came of scripts: the verdicts, kept, found again, and no longer than they hold."""
