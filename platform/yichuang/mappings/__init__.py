"""From the record of a case to the shape that another system takes: definitions of the kind `mapping`, compiled and run. Pure.

A mapping is total: what can't be mapped comes back as exact faults in Chinese, never as an exception or a guess.
"""

from yichuang.mappings.choosing import mapping_for
from yichuang.mappings.compiled import CompiledMapping, compile_body, compile_mapping
from yichuang.mappings.coverage import Coverage
from yichuang.mappings.faults import Mapped, MappingFault, Restored
from yichuang.mappings.record import amended, filled
from yichuang.mappings.sources import SourcePath, source_paths
from yichuang.mappings.trial import inspect, trial

__all__ = [
    "CompiledMapping", "Coverage", "Mapped", "MappingFault", "Restored", "SourcePath", "amended", "compile_body", "compile_mapping",
    "filled", "inspect", "mapping_for", "source_paths", "trial",
]  # fmt: skip
