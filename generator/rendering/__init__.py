"""Page and runs to RenderedFile: the only home of Jinja and HTML."""
