"""What is used of numba, which brings no types.

A compiled function gives what it is annotated to give and takes any numbers: numba compiles it
for those it is called with.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

_R = TypeVar("_R")

class Compiled(Generic[_R]):
    py_func: Callable[..., _R]
    def __call__(self, *args: object) -> _R: ...

def njit(
    *,
    nogil: bool = ...,
    error_model: str = ...,
    inline: str = ...,
    forceinline: bool = ...,
    cache: bool = ...,
) -> Callable[[Callable[..., _R]], Compiled[_R]]: ...
def __getattr__(name: str) -> Any: ...  # noqa: ANN401 - the rest of numba
