"""Merging: the layers of a document over those of the documents that it extends.

A layer is known by its outputs. What a document writes about a layer that is there replaces its
``action`` and ``src``, and its settings member by member; ``{"$replace": value}`` replaces an
object as a whole, ``{"$delete": true}`` removes a member. Other layers follow behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dtl_engine.errors import did_you_mean
from dtl_engine.graph.dialect import generation_of
from dtl_engine.graph.findings import Findings
from dtl_engine.graph.form import strings_of
from dtl_engine.graph.names import outputs_of
from dtl_engine.graph.place import Written

REPLACE = "$replace"
DELETE = "$delete"


class Merge:
    """Merges documents; what does not fit is reported."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def layers(self, before: Sequence[Written], document: Written) -> list[Written]:
        """Return the layers ``before``, changed and followed by those of ``document``."""
        merged = self._kept(before, document)
        changed: dict[int, Written] = {}
        targets = tuple(merged)
        listed = document if isinstance(document.value, list) else document.members.get("layers")
        for layer in listed.items if listed else ():
            shared = _sharing(layer, targets)
            if not shared:
                merged.append(layer)
            elif self._fits(layer, shared, targets, changed):
                merged[shared[0]] = self._layer(targets[shared[0]], layer)
                changed[shared[0]] = layer
        return merged

    def _kept(self, before: Sequence[Written], document: Written) -> list[Written]:
        """Return the layers that the document does not remove."""
        removed: set[str] = set()
        for name in strings_of(document, "remove", self._findings):
            known = [output for layer in before for output in outputs_of(layer) if output]
            if name.value in known:
                removed.add(name.value)
            else:
                message = f"there is no layer with the output '{name.value}' to remove"
                help = did_you_mean(name.value, known)
                self._findings.report("E125", message, name.place, value=name.value, help=help)
        return [layer for layer in before if not removed & set(outputs_of(layer))]

    def _fits(
        self,
        layer: Written,
        shared: Sequence[int],
        targets: Sequence[Written],
        changed: dict[int, Written],
    ) -> bool:
        """Whether ``layer`` changes one layer, under its own outputs, for the first time."""
        dst = layer.members["dst"]
        wanted, there = outputs_of(layer), outputs_of(targets[shared[0]])
        help = ""
        if len(shared) > 1:
            message = f"{len(shared)} layers that could be changed have such an output"
            help = "remove them by their outputs, and write them anew"
        elif isinstance(dst.value, list) and wanted != there:
            names = ", ".join(f"'{name}'" if name else "null" for name in there)
            message = f"the layer that this one changes has the outputs {names}"
            help = "write them in this order, or one of them alone"
        elif (version := generation_of(targets[shared[0]].place)) != generation_of(dst.place):
            message = f"the layer that this one changes is written in version {version}"
            help = "'dtl migrate' rewrites a document in version 1"
        elif shared[0] in changed:
            line = changed[shared[0]].place.locate().line
            message = f"the layer that this one changes is changed in line {line} already"
            help = "write all changes of a layer in one place"
        else:
            return True
        self._findings.lose("E125", message, dst.place, value=dst.plain, help=help)
        return False

    def _layer(self, base: Written, over: Written) -> Written:
        """Return ``base`` with what ``over`` says; other actions have other settings."""
        members, new = base.members, over.members
        action = new.get("action", members.get("action"))
        before = members.get("action")
        if action and before and action.value != before.value:
            members.pop("settings", None)
        for key, member in new.items():
            if key == "settings":
                merged = self._value(members.get(key), member)
                if merged is None:
                    message = "the settings of a layer cannot be deleted"
                    help = f'write {{"{REPLACE}": {{}}}} to leave none'
                    self._findings.report("E125", message, member.place, help=help)
                else:
                    members[key] = merged
            elif key != "dst":
                members[key] = member
        return Written(members, over.place, composed=True)

    def _value(self, base: Written | None, over: Written) -> Written | None:
        """Return one value over another, ``None`` for none."""
        members = over.members
        if REPLACE in members or DELETE in members:
            return self._directed(base, over)
        if not isinstance(over.value, dict):
            return over
        merged = base.members if base else {}
        for key, member in members.items():
            value = self._value(merged.get(key), member)
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = value
        return over.with_content(merged)

    def _directed(self, base: Written | None, over: Written) -> Written | None:
        """Do what ``$replace`` or ``$delete`` says."""
        members = over.members
        directive = REPLACE if REPLACE in members else DELETE
        argument = members[directive]
        message = ""
        if len(members) > 1:
            message = f"'{directive}' stands alone in its object"
        elif directive == DELETE and argument.value is not True:
            message = f"'{DELETE}' is true, or is not there"
        elif directive == DELETE and base is None:
            message = "there is nothing to delete here"
        if message:
            self._findings.report("E125", message, argument.place, key=True)
            return base
        if directive == DELETE:
            return None
        return replace(argument, place=replace(argument.place, holder=over.place))


def _sharing(layer: Written, targets: Sequence[Written]) -> list[int]:
    """Return which layers have an output of ``layer``."""
    names = {name for name in outputs_of(layer) if name}
    return [at for at, target in enumerate(targets) if names & set(outputs_of(target))]
