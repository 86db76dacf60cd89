"""Facts in words: dates with their weekday, times with their zone, each as its language has it."""

from datetime import date, datetime

from babel.dates import format_date, format_time, get_timezone_location, get_timezone_name

from notices.facts import Both, Language, Moment

LOCALES = {"en": "en_CA", "fr": "fr_CA"}

# The locale data says "Saint John's", which is another city to Canadians.
CITIES = {"America/St_Johns": "St. John’s"}


def say(value: object, language: Language) -> object:
    """What people read in place of a fact."""
    match value:
        case Both():
            return value.said(language)
        case Moment():
            return say_moment(value, language)
        case date():
            return say_day(value, language)
        case _:
            return value


def say_moment(moment: Moment, language: Language) -> str:
    """Thursday, 3 December 2026, 9:00 a.m., Toronto time (Eastern)."""
    day, time = say_day(moment.local.date(), language), say_time(moment.local, language)
    return f"{day}, {time}, {say_zone(moment, language)}"


def say_day(day: date, language: Language) -> str:
    """Thursday, 3 December 2026; jeudi 3 décembre 2026."""
    pattern = "EEEE, d MMMM y" if language == "en" else "EEEE d MMMM y"
    if language == "fr" and day.day == 1:
        pattern = "EEEE d'er' MMMM y"
    return format_date(day, pattern, locale=LOCALES[language])


def say_time(local: datetime, language: Language) -> str:
    """9:00 a.m.; 9 h, or 9 h 05, as French writes it in Canada."""
    if language == "en":
        return format_time(local, "h:mm\N{NO-BREAK SPACE}a", locale="en_CA")
    hour = f"{local.hour}\N{NO-BREAK SPACE}h"
    return f"{hour}\N{NO-BREAK SPACE}{local.minute:02}" if local.minute else hour


def say_zone(moment: Moment, language: Language) -> str:
    """Toronto time (Eastern); heure de Toronto (heure de l'Est)."""
    locale = LOCALES[language]
    zone = moment.local.tzinfo
    city = CITIES.get(moment.zone) or get_timezone_location(zone, locale=locale, return_city=True)
    name = get_timezone_name(zone, width="long", zone_variant="generic", locale=locale)
    if language == "en":
        return f"{city} time ({name.removesuffix(' Time')})"
    return f"heure de {city} ({name})"
