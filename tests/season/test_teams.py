import pytest

from predictor.season import resolve_team


@pytest.mark.parametrize(
    ("name", "season", "team_id", "lineage"),
    [
        ("Toro Rosso", 2019, "toro-rosso", "toro-rosso"),
        ("AlphaTauri", 2023, "alphatauri", "toro-rosso"),
        ("RB F1 Team", 2024, "rb", "toro-rosso"),
        ("RB F1 Team", 2025, "racing-bulls", "toro-rosso"),  # Jolpica keeps the old name
        ("Racing Bulls", 2025, "racing-bulls", "toro-rosso"),
        ("Sauber", 2024, "kick-sauber", "sauber"),
        ("Stake F1 Team Kick Sauber", 2025, "kick-sauber", "sauber"),
        ("Alfa Romeo Racing", 2019, "alfa-romeo", "sauber"),
        ("Audi", 2026, "audi", "sauber"),
        ("Racing Point", 2020, "racing-point", "force-india"),
        ("Aston Martin", 2025, "aston-martin", "force-india"),
        ("Renault", 2010, "renault", "lotus-f1"),
        ("Lotus", 2011, "lotus-racing", "caterham"),
        ("Lotus F1", 2013, "lotus-f1", "lotus-f1"),
        ("Renault", 2018, "renault", "lotus-f1"),
        ("Alpine F1 Team", 2025, "alpine", "lotus-f1"),
        ("Manor Marussia", 2015, "marussia", "virgin"),
        ("Red Bull Racing", 2025, "red-bull", "red-bull"),
        ("McLaren-Mercedes", 2025, "mclaren", "mclaren"),
        ("Haas F1 Team", 2025, "haas", "haas"),
    ],
)
def test_resolve_team__spellings_lead_to_one_team_and_lineage(name, season, team_id, lineage):
    team = resolve_team(name, season)
    assert (team.team_id, team.lineage) == (team_id, lineage)


def test_resolve_team__unknown_team_is_its_own_lineage_and_keeps_its_name():
    team = resolve_team("Andretti Élan", 2027)
    assert (team.team_id, team.name, team.lineage) == (
        "andretti-elan",
        "Andretti Élan",
        "andretti-elan",
    )
