"""Script to ScriptRun: snippets executed in a real kernel."""
