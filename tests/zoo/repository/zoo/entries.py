"""The entry functions of a family, made from its table."""

from megengine import hub

WEIGHTS = "https://data.megengine.org.cn/models/weights"
RESEARCH = "https://data.megengine.org.cn/research/multimodality"


def entry(name, file, build, doc, folder=WEIGHTS):
    """An entry function as hubconf exports them: ``name(pretrained=False, **kwargs)`` returns ``build(**kwargs)``.

    With ``pretrained=True`` it downloads ``file`` from a folder of weights and loads it strictly.
    """

    def function(**kwargs):
        return build(**kwargs)

    # hub.help shows the docstring, and tracebacks the name.
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return hub.pretrained(f"{folder}/{file}")(function)
