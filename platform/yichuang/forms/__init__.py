"""Answers against a form: visible, required, computed, valid. Pure functions."""

from yichuang.forms.compiled import CompiledForm, compile_form
from yichuang.forms.decision import Decision

__all__ = ["CompiledForm", "Decision", "compile_form"]
