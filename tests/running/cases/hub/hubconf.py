"""A hub repository whose entries fail in different ways, for the pages beside it."""

import megengine as mge
from megengine import hub, module


class Net(module.Linear):
    def forward(self, x):
        if x.shape[1] != 2:
            raise TypeError(f"two columns wanted, {x.shape[1]} given")
        return super().forward(x)


def sound():
    return Net(2, 3)


@hub.pretrained("https://weights.example/gone.pkl")
def without_weights():
    return Net(2, 3)


def misspelled():
    return Nett(2, 3)


def outdated():
    return mge.functional.no_such_function(1)


def configured(**options):
    return Net(2, 3, **options)


def configured_wrongly(pretrained=False, **options):
    return Net(2, 3, pretrained=pretrained, **options)


def measured(picture):
    return Net(picture.shape[2], 3)


number = 5
