"""Flows: the states of a case and the actions between them, as a definition. Pure: values in, values out."""

from yichuang.flows.compiled import CompiledFlow, compile_flow, compile_item_flow
from yichuang.flows.inputs import checked
from yichuang.flows.machine import Action, Guard, Input, Offer, State

__all__ = ["Action", "CompiledFlow", "Guard", "Input", "Offer", "State", "checked", "compile_flow", "compile_item_flow"]
