"""The closed list of transforms. A new one is a function, a line here, and a name in the schema of the kind `mapping`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yichuang.mappings.transforms import addresses, codes, empties, files, identities, moments, numbers, texts
from yichuang.mappings.transforms.transform import ANY, PLAIN, TEXT, Context, Spec, Transform, misconfigured

__all__ = ["TRANSFORMS", "Context", "Transform", "Use", "compile_transform"]

Kinds = frozenset[str]
_SAME = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One of the list: Chinese title, maker, what it takes, what it gives (empty: what it took), its options."""

    title: str
    make: Callable[[Spec, Context], Transform]
    takes: Kinds
    gives: str
    options: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def _options(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CODES = PLAIN | {"texts"}
_PLACE = TEXT | {"object", "texts"}
TRANSFORMS: Mapping[str, Use] = {
    "code": Use("代码对照", codes.code, _CODES, _SAME, _options("table from_table to_table strip unknown")),
    "date": Use("日期时间格式", moments.date, PLAIN, "text", _options("from to time"), _options("to")),
    "number": Use("数字格式", numbers.number, PLAIN, "text", _options("decimals scale round as")),
    "money": Use("金额换算", numbers.money, PLAIN, "text", _options("from to decimals round as"), _options("to")),
    "substring": Use("截取", texts.substring, TEXT, "text", _options("start length"), _options("start")),
    "join": Use("连接", texts.join, _CODES, "text", _options("with skip_empty")),
    "first": Use("取第一个有值的", texts.first, ANY, _SAME),
    "split": Use("分开", texts.split, TEXT, "texts", _options("by pick"), _options("by")),
    "address": Use("地址", addresses.address, _PLACE, "text", _options("part table skipped"), _options("part")),
    "id_number": Use("身份证号", identities.id_number, TEXT, "text", _options("part"), _options("part")),
    "credit_code": Use("统一社会信用代码", identities.credit_code, TEXT, "text", _options("part dash"), _options("part")),
    "name": Use("姓名规范", identities.name, TEXT, "text", _options("dot")),
    "phone": Use("电话号码", identities.phone, TEXT, "text", _options("mobile country dash")),
    "width": Use("全角转半角", texts.width, TEXT, "text"),
    "division": Use("行政区划", addresses.division, TEXT, "text", _options("digits as table")),
    "boolean": Use("是／否", codes.boolean, frozenset({"boolean"}), "text", _options("true false")),
    "default": Use("空时取固定值", empties.default, ANY, _SAME, _options("value"), _options("value")),
    "omit_empty": Use("空时不写", empties.omit_empty, ANY, _SAME),
    "empty": Use("空值写法", empties.as_empty, ANY, _SAME, _options("as words")),
    "upper": Use("转大写", texts.upper, TEXT, "text"),
    "lower": Use("转小写", texts.lower, TEXT, "text"),
    "prefix": Use("加（去）前缀", texts.prefix, TEXT, "text", _options("text remove"), _options("text")),
    "suffix": Use("加（去）后缀", texts.suffix, TEXT, "text", _options("text remove"), _options("text")),
    "pua_check": Use("生僻字检查", texts.pua_check, TEXT, "text", _options("charset")),
    "material_code": Use("材料代码对照", codes.material_code, TEXT, "text", _options("table"), _options("table")),
    "file": Use("附件", files.file, frozenset({"object", "files", "rows"}), "text", _options("by most_bytes"), _options("by")),
}


def compile_transform(spec: Spec, context: Context) -> Transform:
    """Never raises: what makes no sense refuses every value."""
    use = TRANSFORMS.get(str(spec.get("use", "")))
    if use is None:
        return misconfigured(str(spec.get("use", "")), "没有这一种转换")
    try:
        return use.make(spec, context)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return misconfigured(str(spec["use"]), "转换的设置不完整")
