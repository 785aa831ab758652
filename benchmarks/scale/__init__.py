"""Growth on paper: what a thousand, ten thousand and a million pages come to, derived from what was measured."""
