"""The one place where a number that a person reads gets its unit."""

from __future__ import annotations


def millimetres(value: float) -> str:
    """A length, to a tenth of a millimetre: what the scale of a video can bear."""
    return f"{_unsigned_zero(value, 1)} mm"


def fine_millimetres(value: float) -> str:
    """A noise level, to a hundredth of a millimetre."""
    return f"{_unsigned_zero(value, 2)} mm"


def plain_millimetres(value: float) -> str:
    """A length that somebody chose, as it was chosen."""
    return f"{value:g} mm"


def between_millimetres(low: float, high: float) -> str:
    """A range of lengths."""
    return f"{between_coarse(low, high)} mm"


def between_coarse(low: float, high: float) -> str:
    """A range beside a length that has its unit already."""
    return f"{_unsigned_zero(low, 1)} to {_unsigned_zero(high, 1)}"


def seconds(value: float) -> str:
    """A time, to a tenth of a second."""
    return f"{_unsigned_zero(value, 1)} s"


def fine_seconds(value: float) -> str:
    """A lag, to a hundredth of a second."""
    return f"{_unsigned_zero(value, 2)} s"


def rate(value: float) -> str:
    """A frame rate."""
    return f"{_unsigned_zero(value, 1)} frames/s"


def percent(share: float) -> str:
    """A share of 1, as a whole percentage."""
    return f"{_unsigned_zero(100.0 * share, 0)} %"


def between_percentages(low: float, high: float) -> str:
    """A range of shares beside a percentage."""
    return f"{_unsigned_zero(100.0 * low, 0)} to {_unsigned_zero(100.0 * high, 0)}"


def points(value: float) -> str:
    """A score, to a whole number: finer than that no scale is."""
    return _unsigned_zero(value, 0)


def tenths(value: float) -> str:
    """A length or an angle in a table whose first column holds the unit."""
    return _unsigned_zero(value, 1)


def frames(count: int) -> str:
    """A number of frames."""
    return f"{count} frame" if count == 1 else f"{count} frames"


def samples(count: float) -> str:
    """A number of independent samples."""
    return f"{_unsigned_zero(count, 0)} samples"


def comparisons(count: int) -> str:
    """A number of comparisons of two pictures."""
    return f"{count} comparison" if count == 1 else f"{count} comparisons"


def repetitions(count: int) -> str:
    """How often something was done."""
    return "once" if count == 1 else f"{count} repetitions"


def pixels(value: float) -> str:
    """A length on the picture."""
    return f"{_unsigned_zero(value, 0)} pixels"


def coefficient(value: float) -> str:
    """A correlation or ratio, which has no unit."""
    return _unsigned_zero(value, 2)


def between_coefficients(low: float, high: float) -> str:
    """A range of ratios."""
    return f"{coefficient(low)} to {coefficient(high)}"


def fine_coefficient(value: float) -> str:
    """A small dimensionless number."""
    return _unsigned_zero(value, 3)


def _unsigned_zero(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
