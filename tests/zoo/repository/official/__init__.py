"""Modules that pages import after they have loaded a model, where the real repository has them."""
