"""Query parameters, read and checked."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime


def whole_number(text: str) -> int | None:
    """Return the number that a text of digits means, None for any other text and for endless ones."""
    return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else None


class InvalidParameter(ValueError):
    """A query parameter has a value that the endpoint does not take."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Invalid {name}: {reason}")
        self.name = name


class Parameters:
    """The parameters of one request; an empty value counts as absent."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def without(self, *names: str) -> list[tuple[str, str]]:
        """Return all parameters but those named."""
        return [(name, value) for name, value in self._values.items() if name not in names]

    def text(self, name: str) -> str | None:
        """Return a parameter as it came."""
        return self._values.get(name) or None

    def required(self, name: str) -> str:
        """Return a parameter that must be there."""
        value = self.text(name)
        if value is None:
            raise InvalidParameter(name, "the parameter is required")
        return value

    def words(self, name: str, allowed: Iterable[str] | None = None) -> list[str]:
        """Return a comma list without repeats."""
        words = list(dict.fromkeys(word.strip() for word in (self.text(name) or "").split(",") if word.strip()))
        if allowed is not None:
            allowed = tuple(allowed)
            for word in words:
                if word not in allowed:
                    raise InvalidParameter(name, f"{word!r} is not one of {', '.join(allowed)}")
        return words

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        """Return one of the allowed words."""
        words = self.words(name, allowed)
        if len(words) > 1:
            raise InvalidParameter(name, "only one value is taken")
        return words[0] if words else default

    def regions(self, name: str = "regions") -> list[str]:
        """Return a comma list of country codes in capitals."""
        codes = [word.upper() for word in self.words(name)]
        for code in codes:
            if not re.fullmatch("[A-Z]{2}", code):
                raise InvalidParameter(name, f"{code!r} is not a country code of two letters")
        return codes

    def numbers(self, name: str) -> list[int]:
        """Return a comma list of whole numbers."""
        return [self._whole(name, word) for word in self.words(name)]

    def integer(self, name: str, low: int, high: int, default: int) -> int:
        """Return a whole number between two bounds."""
        value = self.text(name)
        number = default if value is None else self._whole(name, value)
        if not low <= number <= high:
            raise InvalidParameter(name, f"must be between {low} and {high}")
        return number

    def decimal(self, name: str, low: float, high: float) -> float | None:
        """Return a number between two bounds, or None."""
        value = self.text(name)
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            raise InvalidParameter(name, f"{value!r} is not a number") from None
        if not low <= number <= high:
            raise InvalidParameter(name, f"must be between {low:g} and {high:g}")
        return number

    def day(self, name: str) -> date | None:
        """Return a `YYYYMMDD` date, or None."""
        moment = self.moment(name)
        if moment and len(self.required(name)) != 8:
            raise InvalidParameter(name, "must be a date as YYYYMMDD")
        return moment.date() if moment else None

    def moment(self, name: str) -> datetime | None:
        """Return a `YYYYMMDD` or `YYYYMMDDHHMMSS` moment, or None."""
        value = self.text(name)
        if value is None:
            return None
        formats = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}
        try:
            return datetime.strptime(value, formats.get(len(value), "")) if value.isdigit() else self._no_date(name)
        except ValueError:
            return self._no_date(name)

    @staticmethod
    def _no_date(name: str) -> datetime:
        raise InvalidParameter(name, "must be a date as YYYYMMDD or YYYYMMDDHHMMSS") from None

    @staticmethod
    def _whole(name: str, value: str) -> int:
        if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
            raise InvalidParameter(name, f"{value!r} is not a whole number")
        return int(value)
