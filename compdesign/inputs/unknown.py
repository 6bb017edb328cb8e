"""What stands in an input where a value has a fault of its own, so that the rest can still be checked in combination."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from compdesign.errors import Problem

Terms = ParamSpec("Terms")
Value = TypeVar("Value")


class NotKnown(Exception):
    """A check has come to a part that has a fault of its own."""


class Unknown:
    """Stands for a faulty value: whoever asks anything of it, but whether it is None, stops there."""

    def _stop(self, *_: Any) -> NoReturn:
        raise NotKnown

    __getattr__ = __iter__ = __len__ = __bool__ = __contains__ = __getitem__ = __hash__ = __format__ = __str__ = _stop
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _stop
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __mod__ = __rmod__ = _stop
    __neg__ = __int__ = __float__ = __index__ = _stop


UNKNOWN = Unknown()


def as_far_as_known(check: Callable[Terms, Iterator[Problem]]) -> Callable[Terms, Iterator[Problem]]:
    """A check that finds what it can, and ends where it comes to a part that is unknown: no fault follows from another's."""

    @wraps(check)
    def found(*args: Terms.args, **kwargs: Terms.kwargs) -> Iterator[Problem]:
        try:
            yield from check(*args, **kwargs)
        except NotKnown:
            return

    return found


def known(values: Iterable[Value]) -> Iterator[Value]:
    """Those that are not unknown."""
    return (value for value in values if not isinstance(value, Unknown))
