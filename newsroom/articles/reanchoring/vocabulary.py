"""English words that a statement's truth hangs on, by what they do in it."""

from __future__ import annotations

from decimal import Decimal


def words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = words_in(
    "not no never none nobody nothing nowhere nor neither without hardly barely scarcely deny "
    "denies denied denying refuse refuses refused refusing fail fails failed failing false "
    "falsely untrue lack lacks lacked despite unless except dispute disputes disputed denial "
    "denials reject rejects rejected rejecting contradict contradicts contradicted retract "
    "retracts retracted wrong wrongly incorrect incorrectly mistaken lied lying myth hoax "
    "baseless unfounded"
)
MODALS = words_in(
    "will would shall should can could may might must ought cannot allegedly reportedly "
    "apparently probably possibly perhaps likely unlikely potentially if whether plans "
    "planned expects expected proposed"
)
DATES = words_in(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec monday tuesday wednesday thursday "
    "friday saturday sunday spring summer autumn winter"
)
"""Capitalised; the seasons in any case."""
SEASONS = words_in("spring summer autumn winter")
MONTHS = {
    "jan": "january",
    "feb": "february",
    "mar": "march",
    "apr": "april",
    "jun": "june",
    "jul": "july",
    "aug": "august",
    "sep": "september",
    "sept": "september",
    "oct": "october",
    "nov": "november",
    "dec": "december",
}
DAYS = words_in(
    "today yesterday tomorrow tonight overnight weekly monthly yearly annual annually daily "
    "second seconds minute minutes hour hours day days week weeks month months quarter year "
    "years decade decades century ago last next since until before after"
)
UNITS = {
    "%": "percent",
    "percent": "percent",
    "pct": "percent",
    "‰": "permille",
    "$": "dollar",
    "dollar": "dollar",
    "dollars": "dollar",
    "usd": "dollar",
    "€": "euro",
    "euro": "euro",
    "euros": "euro",
    "eur": "euro",
    "£": "pound",
    "pound": "pound",
    "pounds": "pound",
    "¥": "yen",
    "yen": "yen",
    "₹": "rupee",
    "₽": "rouble",
    "₺": "lira",
    "₴": "hryvnia",
    "cent": "cent",
    "cents": "cent",
    "°": "degree",
    "degree": "degree",
    "degrees": "degree",
    "point": "point",
    "points": "point",
    "percentage": "percentage",
    "basis": "basis",
} | {
    form: unit
    for unit, forms in {
        "kilometre": "km kilometre kilometres kilometer kilometers",
        "metre": "m metre metres meter meters",
        "mile": "mile miles",
        "foot": "foot feet ft",
        "acre": "acre acres",
        "hectare": "hectare hectares ha",
        "tonne": "tonne tonnes",
        "ton": "ton tons",
        "kilogram": "kg kilo kilos kilogram kilograms",
        "gram": "gram grams",
        "litre": "litre litres liter liters",
        "gallon": "gallon gallons",
        "barrel": "barrel barrels",
        "megawatt": "mw megawatt megawatts",
        "gigawatt": "gw gigawatt gigawatts",
        "celsius": "celsius",
        "fahrenheit": "fahrenheit",
        "kilowatt": "kw kilowatt kilowatts",
        "crown": "crown crowns",
        "krone": "krone kroner",
        "krona": "krona kronor",
        "rupee": "rupee rupees",
        "rouble": "rouble roubles ruble rubles",
        "lira": "lira liras",
        "hryvnia": "hryvnia hryvnias",
    }.items()
    for form in forms.split()
}
COMPARATIVES = words_in(
    "more less fewer most least higher lower highest lowest larger smaller largest smallest "
    "bigger biggest greater greatest better worse best worst longer shorter older younger "
    "oldest youngest faster slower above below over under exceed exceeds exceeded up down "
    "than double doubled triple tripled twice rise rises rose risen rising fall falls fell "
    "fallen falling increase increases increased increasing decrease decreases decreased "
    "decreasing grew grow grown growing shrank shrink shrunk dropped drop declined decline"
)
APPROXIMATIONS = words_in("just about around roughly approximately at")
QUANTIFIERS = APPROXIMATIONS | words_in(
    "all every each some any many few several both either half third quarter thirds quarters "
    "only almost nearly majority minority most always often sometimes rarely usually frequently "
    "everybody everyone somebody someone dozen dozens hundred hundreds thousand thousands million "
    "millions billion billions trillion trillions entire whole partly first second fourth fifth "
    "sixth seventh eighth ninth tenth"
)
ARTICLES = words_in("a an the")
LIGHT = ARTICLES | words_in("that which said says also")
"""Words whose coming and going changes nothing that can be checked."""

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
DIGITS: dict[str, int] = {
    **{word: value for value, word in enumerate(_SMALL.split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), start=2)},
}
SCALES: dict[str, Decimal] = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "k": Decimal(1000),
    "million": Decimal(10**6),
    "m": Decimal(10**6),
    "mn": Decimal(10**6),
    "billion": Decimal(10**9),
    "bn": Decimal(10**9),
    "trillion": Decimal(10**12),
    "tn": Decimal(10**12),
    "dozen": Decimal(12),
}
ONLY_AFTER_FIGURES = words_in("k m mn bn tn")
NUMBER_SIGNS = words_in("- + ± < > ≤ ≥ ≈ ~")

CONTRACTIONS: dict[str, tuple[str, ...]] = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "it's": ("it", "is"),
    "he's": ("he", "is"),
    "she's": ("she", "is"),
    "that's": ("that", "is"),
    "there's": ("there", "is"),
    "let's": ("let", "us"),
}
ENDINGS = {"n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}
