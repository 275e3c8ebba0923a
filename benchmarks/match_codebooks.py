"""Codebooks of the match benchmark, written as YAML: 300 terms, 3,000 terms, and richer rules."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

_THEMES = """
travel: railway*, coach, bus route*, timetabl*, fare, platform, rush hour*, tram, \
rail replacement, travel card*, commuter*, underground, late running, ticket office*, interchange
waiting: wait*, waiting room*, queue*, backlog*, referral*, long delay*, postpone*, cancelled, \
weeks on end, on hold, appointment, triage, urgent care, waiting list, callback
manners: rude*, kind*, listen*, bedside manner, reception desk*, helpful, patient with, \
polite, talked down to, dignity, respect*, good humour*, dismissive, smil*, abrupt
homes: tenant, council flat, landlord*, affordable hom*, rent arrears, damp, mould*, \
leaseholder*, eviction, spare room, housing benefit*, overcrowd*, shared ownership, homeless*, \
empty propert*
roads: pothole*, resurfac*, traffic light, road hump, congestion, gritting, junction, \
speed camera*, one way street*, lorries, bypass, rat run*, pavement*, kerb*, roundabout
parking: parking, car park*, parking permit*, blue badge*, ticket machine, double parked, \
residents bay, charging point, wheel clamp*, enforcement, multi storey, drop off, pay and display, \
garage, motorist*
cycling: cyclist*, cycle lane*, bike shed*, helmet, cycle path, bike, bikes, pedestrian*, \
shared path, towpath, e-bike*, footbridge, walking route*, tandem, bridleway*
learning: school*, teacher*, class size*, after school club*, head teacher, exam*, homework, \
pupil, nurser*, special needs, sixth form, apprentice*, catchment*, school meal*, governor
green: recycl*, air quality, climate change, woodland*, net zero, carbon, wildlife, pollut*, \
tree planting, solar panel, flood*, river bank, hedgerow*, heat pump, meadow
streets: litter*, fly tip*, street clean, dog mess, graffiti, overflowing bin*, rubbish, \
refuse collect*, weeds, garden waste*, bulky item, landfill, food caddy, wheelie bin, dumped
calm: nois*, loud music, barking, night time*, neighbour*, fireworks, building work*, siren, \
peace and quiet, sleepless*, low flying, disturb*, decibel*, generator, vibration*
crime: burglar*, police patrol, knife crime, vandal*, street lighting, unsafe, shoplift*, \
anti social*, drug deal, mugg*, cctv, feel safe*, arson, domestic abuse, warden
money: council tax*, cost of living, expens*, budget*, value for money, energy bill*, \
pension credit*, afford*, cutback, price rise, benefit*, food bank, means test*, charge*, debt*
online: website*, log in, password, online form, broadband, app, crash*, web chat*, \
digital service*, error message*, upload*, smartphone, paper form, email*, mobile signal
ability: wheelchair*, step free, hearing loop, easy read, sign language, disab*, ramp, \
blind, large print, carer*, accessib*, guide dog, interpreter*, autis*, handrail*
doctor: doctor*, nurse*, family doctor*, hospital*, prescription*, blood test, ward, \
mental health, dentist*, side effect, diagnos*, ambulance*, second opinion, physio*, discharge*
elder: pensioner*, care home, older people, lonel*, meals on wheels, dementia, home visit, \
day centre, bus pass, winter fuel, frail*, respite, grandparent*, sheltered hous*, falls clinic
leisure: librar*, swimming pool*, museum, youth club, playground*, football pitch, park, parks, \
leisure centre, theatre*, allotment*, public toilet*, community hall*, festival, gym
work: job cent*, zero hours, wage*, minimum wage, recruit*, small business, high street, \
unemploy*, redundan*, staff shortage*, self employed, training course, career*, empty shop*, \
overtime
say: consultation*, leading question*, petition, public meeting*, ignored, foregone conclusion*, \
councillor*, survey*, have a say, tick box*, transparen*, town hall, minister, feedback, \
planning notice*
"""
THEMES = {
    name: [term.strip() for term in terms.split(",")]
    for name, terms in (line.split(": ") for line in _THEMES.strip().splitlines())
}
NEAR = ["more", "need*", "should", "not", "must", "help*", "time*", "better", "use*", "change*"]
NOT_NEAR = ["example*", "if", "only", "without any", "optional*", "default*"]

Theme = dict[str, Any]
VARIANTS: dict[str, dict[str, Any]] = {
    "sentence": {"with": NEAR, "within": "sentence"},
    "words5": {"with": NEAR, "within": 5},
    "unless": {"unless": NOT_NEAR},
    "negated": {"negated": "skip"},
    "lemma": {"lemma": True},
    "fuzzy": {"fuzzy": 1},
}
"""What half of the themes of the 300 terms ask for, one codebook each."""
OF_A_RULE = ("with", "within", "unless")


def many_terms(words: list[str]) -> dict[str, list[str]]:
    """20 themes of 150 terms each out of the corpus: words, pairs of neighbours, wildcards."""
    rng = np.random.default_rng(3000)
    ranked = [word for word, _ in Counter(words).most_common(16_000) if word.isalpha()]
    middle = {word for word in ranked[1_500:] if len(word) > 3}
    chosen: dict[str, None] = {}
    for at in rng.permutation(len(words) - 1).tolist():
        word, share = words[at], len(chosen) % 20
        if word not in middle:
            continue
        if share < 6:
            word = f"{word} {words[at + 1]}"
        if share in (4, 5, 6, 7, 8) and len(word.split()[-1]) > 3:
            word = f"{word[:-1]}*"
        if word.replace("*", "").replace(" ", "").isalpha():
            chosen[word] = None
        if len(chosen) == 3_000:
            break
    terms = list(chosen)
    return {name: terms[150 * number : 150 * (number + 1)] for number, name in enumerate(THEMES)}


def write_codebooks(folder: Path, words: list[str]) -> dict[str, dict[str, list[str]]]:
    """NAME.yaml for each codebook; the terms of each by theme."""
    terms = {"300": THEMES, "3000": many_terms(words), **dict.fromkeys(VARIANTS, THEMES)}
    for name, by_theme in terms.items():
        themes = {theme: _theme(found) for theme, found in by_theme.items()}
        for theme in [*themes][::2] if name in VARIANTS else ():
            themes[theme] = _theme(by_theme[theme], **VARIANTS[name])
        _write(folder / f"{name}.yaml", name, themes)
    kinds = list(VARIANTS.values())
    rich = {
        theme: _theme(found, **(kinds[number % 6] | kinds[(number // 2 + 2) % 6]))
        for number, (theme, found) in enumerate(THEMES.items())
    }
    plain = {theme: _theme(found) for theme, found in THEMES.items()}
    _write(folder / "rich.yaml", "rich", rich | dict([*plain.items()][1::2]))
    terms["rich"] = THEMES
    (folder / "terms.json").write_text(json.dumps(terms), encoding="utf-8")
    return terms


def _theme(terms: list[str], **features: Any) -> Theme:
    rule = {"any": terms, **{key: features[key] for key in OF_A_RULE if key in features}}
    rest = {key: value for key, value in features.items() if key not in OF_A_RULE}
    return {**rest, "rules": [rule]}


def _write(path: Path, name: str, themes: dict[str, Theme]) -> None:
    """JSON is YAML, but only one entry a line is what people write."""
    lines = [f"codebook: match-{name}", "version: 1", "language: en", "themes:"]
    for theme, keys in themes.items():
        lines.append(f"  {theme}:")
        lines += [f"    {key}: {json.dumps(value)}" for key, value in keys.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
