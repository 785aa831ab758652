"""The rules, one topic a file."""

from generator.checking.registry import Rule
from generator.checking.rules import (
    agreement,
    arrays,
    claims,
    code,
    figures,
    front_matter,
    github,
    hub_calls,
    language,
    links,
    placeholders,
    python2,
    raw_html,
    safety,
    secrets,
    structure,
    summaries,
    tables,
    values,
    whitespace,
)

RULES: tuple[Rule, ...] = (
    *front_matter.RULES,
    *summaries.RULES,
    *placeholders.RULES,
    *structure.RULES,
    *tables.RULES,
    *whitespace.RULES,
    *agreement.RULES,
    *values.RULES,
    *code.RULES,
    *python2.RULES,
    *arrays.RULES,
    *hub_calls.RULES,
    *claims.RULES,
    *figures.RULES,
    *language.RULES,
    *links.RULES,
    *github.RULES,
    *raw_html.RULES,
    *safety.RULES,
    *secrets.RULES,
)
"""Every rule, in the order in which `hubpages rules` lists them."""
