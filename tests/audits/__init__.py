"""The built site before its judges: axe-core, html-validate, Lighthouse, and its own budgets."""
