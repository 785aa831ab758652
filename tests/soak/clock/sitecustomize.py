"""A clock that goes wrong: Python loads this module by itself in every process that has its folder on PYTHONPATH.

The system's own clock cannot be set where tests run. What hubpages asks for the time is shifted instead, in its process
and in those of its workers and proxy; kernels get no PYTHONPATH and keep the right time, and so do files.
"""

import datetime
import os
import time

_SECONDS = float(os.environ.get("SOAK_CLOCK_AHEAD", "0"))
_TIME, _TIME_NS = time.time, time.time_ns


class _Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "_Datetime":
        return cls.fromtimestamp(time.time(), tz)


class _Date(datetime.date):
    @classmethod
    def today(cls) -> "_Date":
        return cls.fromtimestamp(time.time())


if _SECONDS:
    time.time = lambda: _TIME() + _SECONDS
    time.time_ns = lambda: _TIME_NS() + int(_SECONDS * 1e9)
    datetime.datetime = _Datetime  # type: ignore[misc]
    datetime.date = _Date  # type: ignore[misc]
