"""From the record of a case to the shape that another system takes: definitions of the kind `mapping`, compiled and run. Pure.

A mapping is total: what can't be mapped comes back as exact faults in Chinese, never as an exception or a guess.
"""

from yichuang.mappings.choosing import mapping_for
from yichuang.mappings.compiled import CompiledMapping, compile_body, compile_mapping
from yichuang.mappings.coverage import Coverage
from yichuang.mappings.drafting import draft_from_schema, request_schemas
from yichuang.mappings.faults import Mapped, MappingFault, Restored
from yichuang.mappings.form_drafting import draft_from_form
from yichuang.mappings.record import amended, filled
from yichuang.mappings.samples import sample_record, sample_step
from yichuang.mappings.sources import SourcePath, source_paths
from yichuang.mappings.suggesting import suggest
from yichuang.mappings.trial import inspect, trial
from yichuang.mappings.words import differences, line_words, transform_words

__all__ = [
    "CompiledMapping", "Coverage", "Mapped", "MappingFault", "Restored", "SourcePath", "amended", "compile_body", "compile_mapping",
    "differences", "draft_from_form", "draft_from_schema", "filled", "inspect", "line_words", "mapping_for", "request_schemas", "sample_record",
    "sample_step", "source_paths", "suggest", "transform_words", "trial",
]  # fmt: skip
