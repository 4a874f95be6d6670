"""Attachments are not copied into a body: a reference, a size, a digest (domain 4.4, no. 12)."""

import re
from typing import Any

from yichuang.mappings.faults import Refused, empty
from yichuang.mappings.transforms.transform import Context, Spec, Transform, misconfigured

PARTS = {"reference": "url_path", "size": "size", "digest": "digest", "name": "name"}
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")


def file(spec: Spec, _context: Context) -> Transform:
    """One file, or each of a list; one without an address is referred to by its digest.

    `most_bytes`: larger ones are refused. The digest must be a SHA-256.
    """
    part, most = PARTS.get(str(spec.get("by", "reference"))), spec.get("most_bytes")
    if part is None:
        return misconfigured("file", "只能取地址、大小、摘要或文件名")

    def one(value: Any) -> Any:
        if type(value) is not dict:
            raise Refused("type", "不是文件", "请改选文件类型的来源")
        size, digest = value.get("size"), value.get("digest")
        if most is not None and (type(size) is not int or size > most):
            raise Refused("file_size", f"超过对方允许的 {most} 字节，或没有大小", "请压缩后重新上传，或改用其他方式送达")
        if type(digest) is not str or not _DIGEST.fullmatch(digest):
            raise Refused("file_digest", "没有有效的 SHA-256 摘要，无法校验", "请重新上传这个文件")
        return value.get(part) or (digest if part == "url_path" else "")

    def apply(value: Any) -> Any:
        if empty(value):
            return value
        return [one(entry) for entry in value] if type(value) is list else one(value)

    return Transform("file", apply)
