import pytest

from predictor.season.likeness import Likeness, likeness


@pytest.mark.parametrize(
    ("said", "name", "expected"),
    [
        ("Verstappen, Max", "max-verstappen", Likeness.FULL),
        ("VERSTAPPEN Max", "Max Verstappen", Likeness.FULL),
        ("S?rgio P?rez", "Sergio Pérez", Likeness.FULL),
        ("S\N{REPLACEMENT CHARACTER}rgio P\N{REPLACEMENT CHARACTER}rez", "sergio-perez", 3),
        ("leclerc", "charles-leclerc", Likeness.SURNAME),
        ("C. Leclerc", "charles-leclerc", Likeness.SURNAME),
        ("Albon, Alex", "alexander-albon", Likeness.SURNAME),
        ("carlos-sainz", "carlos-sainz-jr", Likeness.SURNAME),
        ("sainz", "carlos-sainz-jr", Likeness.SURNAME),
        ("andrea-kimi-antonelli", "kimi-antonelli", Likeness.SURNAME),
        ("de_vries", "nyck-de-vries", Likeness.SURNAME),
        ("lando-noris", "lando-norris", Likeness.NEAR),
        ("arthur-leclerc", "charles-leclerc", Likeness.NONE),
        ("ralf-schumacher", "michael-schumacher", Likeness.NONE),
        ("kimi-raikkonen", "kimi-antonelli", Likeness.NONE),
        ("charles", "charles-leclerc", Likeness.NONE),
        ("?", "charles-leclerc", Likeness.NONE),
        ("", "charles-leclerc", Likeness.NONE),
    ],
)
def test_likeness__tells_other_spellings_from_other_people(said, name, expected):
    assert likeness(said, name) == expected
