"""Every name under which people keep an event's files, and ways in which they write it."""

from __future__ import annotations

import unicodedata

from predictor.records import EventRecord

# FastF1's Location, where it is not the circuit's id in words. Source: its schedules 2018-2025.
LOCATIONS = {
    "austin": ("Austin",),
    "bahrain": ("Sakhir",),
    "catalunya": ("Barcelona", "Montmeló"),
    "hockenheimring": ("Hockenheim",),
    "hungaroring": ("Budapest",),
    "interlagos": ("São Paulo",),
    "istanbul": ("Istanbul",),
    "marina-bay": ("Marina Bay", "Singapore"),
    "mexico-city": ("Mexico City",),
    "miami": ("Miami", "Miami Gardens"),
    "monaco": ("Monaco", "Monte Carlo", "Monte-Carlo"),
    "montreal": ("Montréal", "Montreal"),
    "nurburgring": ("Nürburgring", "Nürburg"),
    "paul-ricard": ("Le Castellet",),
    "portimao": ("Portimão",),
    "silverstone": ("Silverstone",),
    "spa-francorchamps": ("Spa-Francorchamps", "Spa"),
    "spielberg": ("Spielberg",),
    "yas-marina": ("Yas Island", "Yas Marina", "Abu Dhabi"),
}
# As buildings and answers of Jolpica have it.
CIRCUITS = {
    "austin": ("Circuit of the Americas", "COTA", "americas"),
    "bahrain": ("Bahrain International Circuit",),
    "baku": ("Baku City Circuit",),
    "catalunya": ("Circuit de Barcelona-Catalunya", "catalunya"),
    "hockenheimring": ("Hockenheimring",),
    "hungaroring": ("Hungaroring",),
    "imola": ("Autodromo Enzo e Dino Ferrari", "Imola"),
    "interlagos": ("Autódromo José Carlos Pace", "Interlagos"),
    "istanbul": ("Istanbul Park", "Intercity Istanbul Park"),
    "jeddah": ("Jeddah Corniche Circuit",),
    "las-vegas": ("Las Vegas Strip Street Circuit", "vegas"),
    "lusail": ("Lusail International Circuit", "losail"),
    "marina-bay": ("Marina Bay Street Circuit", "marina_bay"),
    "melbourne": ("Albert Park Grand Prix Circuit", "albert_park"),
    "mexico-city": ("Autódromo Hermanos Rodríguez", "rodriguez"),
    "miami": ("Miami International Autodrome",),
    "monaco": ("Circuit de Monaco",),
    "montreal": ("Circuit Gilles Villeneuve", "villeneuve"),
    "monza": ("Autodromo Nazionale di Monza", "Autodromo Nazionale Monza"),
    "mugello": ("Autodromo Internazionale del Mugello",),
    "nurburgring": ("Nürburgring",),
    "paul-ricard": ("Circuit Paul Ricard", "ricard"),
    "portimao": ("Algarve International Circuit", "portimao"),
    "shanghai": ("Shanghai International Circuit",),
    "silverstone": ("Silverstone Circuit",),
    "sochi": ("Sochi Autodrom",),
    "spa-francorchamps": ("Circuit de Spa-Francorchamps", "spa"),
    "spielberg": ("Red Bull Ring", "red_bull_ring"),
    "suzuka": ("Suzuka Circuit",),
    "yas-marina": ("Yas Marina Circuit", "yas_marina"),
    "zandvoort": ("Circuit Park Zandvoort", "Circuit Zandvoort"),
}
COUNTRIES = {
    "United Kingdom": ("United Kingdom", "Great Britain", "UK", "England"),
    "United States of America": ("United States", "USA", "US"),
    "United Arab Emirates": ("United Arab Emirates", "UAE"),
    "Netherlands": ("Netherlands", "Holland"),
}
OFFICIAL = {
    "spain": "FORMULA 1 ARAMCO GRAN PREMIO DE ESPAÑA {season}",
    "emilia-romagna": (
        "FORMULA 1 MSC CRUISES GRAN PREMIO DEL MADE IN ITALY E DELL'EMILIA-ROMAGNA {season}"
    ),
    "canada": "FORMULA 1 PIRELLI GRAND PRIX DU CANADA {season}",
    "monaco": "FORMULA 1 GRAND PRIX DE MONACO {season}",
    "italy": "FORMULA 1 PIRELLI GRAN PREMIO D’ITALIA {season}",
    "mexico": "FORMULA 1 GRAN PREMIO DE LA CIUDAD DE MÉXICO {season}",
    "sao-paulo": "FORMULA 1 LENOVO GRANDE PRÊMIO DE SÃO PAULO {season}",
    "brazil": "FORMULA 1 GRANDE PRÊMIO HEINEKEN DO BRASIL {season}",
    "qatar": "FORMULA 1 QATAR AIRWAYS QATAR GRAND PRIX {season}",
    "azerbaijan": "FORMULA 1 QATAR AIRWAYS AZERBAIJAN GRAND PRIX {season}",
    "great-britain": "FORMULA 1 QATAR AIRWAYS BRITISH GRAND PRIX {season}",
    "singapore": "FORMULA 1 SINGAPORE AIRLINES SINGAPORE GRAND PRIX {season}",
    "abu-dhabi": "FORMULA 1 ETIHAD AIRWAYS ABU DHABI GRAND PRIX {season}",
    "bahrain": "FORMULA 1 GULF AIR BAHRAIN GRAND PRIX {season}",
    "70th-anniversary": "EMIRATES FORMULA 1 70TH ANNIVERSARY GRAND PRIX {season}",
    "tuscany": "FORMULA 1 PIRELLI GRAN PREMIO DELLA TOSCANA FERRARI 1000 {season}",
    "eifel": "FORMULA 1 ARAMCO GROSSER PREIS DER EIFEL {season}",
    "styria": "FORMULA 1 BWT GROSSER PREIS DER STEIERMARK {season}",
    "austria": "FORMULA 1 GROSSER PREIS VON ÖSTERREICH {season}",
    "germany": "FORMULA 1 EMIRATES GROSSER PREIS VON DEUTSCHLAND {season}",
    "hungary": "FORMULA 1 ROLEX MAGYAR NAGYDÍJ {season}",
    "portugal": "FORMULA 1 HEINEKEN GRANDE PRÉMIO DE PORTUGAL {season}",
}
SPONSORED = "FORMULA 1 HEINEKEN {name} {season}"


PATTERNS = (
    "{season}_{name}_R.csv",
    "{season}_{round:02d}_{name}_race.csv",
    "{round:02d}-{name}/race.csv",
    "{season}/{name}/race.csv",
    "{name}/{season}/race_results.csv",
    "{name} GP {season} - Race.csv",
    "{name}_{season}_race copy.csv",
    "{season}/{round:02d} {name}/race (1).csv",
    "downloads/{season}-{name}-race_final_v2.csv",
)


def all_names(line: EventRecord, season: int) -> tuple[list[str], list[str]]:
    """Give what an event is called by, and what its country is called."""
    event, circuit = line.event, line.circuit
    assert event.event_id is not None
    assert event.name is not None
    assert circuit is not None
    slug = event.event_id.removeprefix(f"{season}-")
    first = event.name.removesuffix(" Grand Prix")
    official = OFFICIAL.get(slug, SPONSORED).format(name=event.name.upper(), season=season)
    names = [slug, event.event_id, event.name, first, official]
    names += [unicodedata.normalize(form, event.name) for form in ("NFC", "NFD")]
    places = [circuit.circuit_id, *LOCATIONS.get(circuit.circuit_id, ())]
    places += CIRCUITS.get(circuit.circuit_id, ())
    if circuit.circuit_id != "bahrain":  # Bahrain is the name of one of its two races of 2020
        names += [*places, *(unicodedata.normalize("NFD", place) for place in places)]
    else:
        names += ["Sakhir", "Bahrain International Circuit"]
    country = circuit.country or ""
    return [*dict.fromkeys(names)], [*COUNTRIES.get(country, (country,))]
