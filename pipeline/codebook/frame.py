"""What holds between the parts of a codebook: names, nets, parents, exclusive groups, history."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codebook.model import Codebook
from pipeline.errors import near
from pipeline.yamlfile import Place, YamlFile


def check_frame(codebook: Codebook, yaml_file: YamlFile) -> None:
    """Note every reference to what is not there, and every name that means two things."""
    _check_names(codebook, yaml_file)
    _check_nets(codebook, yaml_file)
    _check_parents(codebook, yaml_file)
    _check_exclusive(codebook, yaml_file)
    _check_history(codebook, yaml_file)


def _check_names(codebook: Codebook, yaml_file: YamlFile) -> None:
    """A coded file names a theme by id, code, label or old id: no name may mean two things."""
    owners = dict.fromkeys(codebook.no_theme, "no_theme")
    for name, owner, attribute, place in _names(codebook):
        known = owners.setdefault(name, owner)
        if known != owner:
            what = f"'{name}' is the {attribute} of '{owner}' and also names '{known}'."
            yaml_file.report("E309", place, what, "Give each a name of its own.")
    owners = {}
    for attribute in ("id", "label"):
        for facet in codebook.facets:
            name, owner = getattr(facet, attribute), f"{facet.reading}/{facet.id}"
            known = owners.setdefault(name, owner)
            if known != owner:
                what = f"'{name}' is the {attribute} of '{owner}' and also names '{known}'."
                place = ("facets", facet.reading, facet.id)
                yaml_file.report("E309", place, what, "Give each a name of its own.")


def _names(codebook: Codebook) -> Iterator[tuple[str, str, str, Place]]:
    for attribute in ("id", "code", "label"):
        for theme in codebook.entries:
            if getattr(theme, attribute):
                place = ("themes", theme.id, *(() if attribute == "id" else (attribute,)))
                yield getattr(theme, attribute), theme.id, attribute, place
    for theme in codebook.entries:
        for number, name in enumerate(theme.was):
            yield name, theme.id, "old id", ("themes", theme.id, "was", number)


def _check_nets(codebook: Codebook, yaml_file: YamlFile) -> None:
    ids = [theme.id for theme in codebook.themes]
    for net in codebook.entries:
        for number, member in enumerate(net.net):
            if member not in ids:
                place = ("themes", net.id, "net", number)
                what = f"net '{net.id}' names '{member}', which is not a theme."
                yaml_file.report("E305", place, what, near(member, ids))


def _check_parents(codebook: Codebook, yaml_file: YamlFile) -> None:
    parents = {theme.id: theme.parent for theme in codebook.entries}
    ids = [theme.id for theme in codebook.themes]
    for theme in codebook.entries:
        place = ("themes", theme.id, "parent")
        if theme.parent and theme.net:
            what = f"net '{theme.id}' has a parent."
            yaml_file.report("E311", place, what, "Name its members in a net of their own.")
        elif theme.parent and theme.parent not in ids:
            what = f"the parent '{theme.parent}' of '{theme.id}' is not a theme."
            yaml_file.report("E311", place, what, near(theme.parent, ids))
        elif _goes_round(theme.id, parents):
            what = f"'{theme.id}' is among its own parents."
            yaml_file.report("E311", place, what, "Leave one 'parent:' of the circle out.")


def _goes_round(theme_id: str, parents: dict[str, str]) -> bool:
    seen = set()
    above = parents[theme_id]
    while above and above not in seen:
        if above == theme_id:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _check_exclusive(codebook: Codebook, yaml_file: YamlFile) -> None:
    ids = [theme.id for theme in codebook.themes]
    parents = {theme.parent for theme in codebook.themes}
    goes_first: set[tuple[str, str]] = set()
    for group_number, group in enumerate(codebook.exclusive):
        for number, name in enumerate(group):
            place = ("exclusive", group_number, number)
            if name not in ids:
                what = f"the exclusive group names '{name}', which is not a theme."
                yaml_file.report("E312", place, what, near(name, ids))
            elif name in parents:
                what = f"'{name}' counts the themes under it too, and they are not in the group."
                yaml_file.report("E312", place, what, "Name the themes under it.")
            for before in group[:number]:
                goes_first.add((before, name))
                if (name, before) in goes_first:
                    what = f"'{before}' goes before '{name}' here and after it elsewhere."
                    yaml_file.report("E312", place, what, "Name each pair once.")


def _check_history(codebook: Codebook, yaml_file: YamlFile) -> None:
    known: dict[int, int] = {}
    for number, entry in enumerate(codebook.history):
        place = ("history", number)
        if entry.version > codebook.version:
            what = f"the history tells of version {entry.version}; this is {codebook.version}."
            yaml_file.report("E314", place, what, "Raise 'version:'.")
        if entry.version in known:
            what = f"version {entry.version} has two entries."
            yaml_file.report("E314", place, what, "Merge them.")
        known[entry.version] = number
