"""What a document's texts may name: a closed list of fields with Chinese titles and types. Staff pick from it, callers fill it.

A text holds `{case.number}`; a caller gives `{"case.number": "…"}`. Types and the raw values they take:
`text` str; `number` int or decimal string; `date` a date or its ISO form, printed 2026年11月25日; `moment` a datetime or its ISO form, printed
2026年11月25日 9时30分; `lines` a list of str; `rows` a list of mappings by the field's columns; `drawing` strokes of a signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["text", "number", "date", "moment", "lines", "rows", "drawing"]
TYPE_TITLES: Mapping[str, str] = {
    "text": "文字", "number": "数字", "date": "日期", "moment": "时间", "lines": "逐条文字", "rows": "表格", "drawing": "签名",
}  # fmt: skip
SCOPES: Mapping[str, str] = {
    "document": "文书", "case": "办件", "applicant": "申请人", "agent": "代理人", "contact": "联系人", "item": "事项", "department": "部门",
    "hall": "大厅", "window": "窗口", "clerk": "承办人", "dates": "日期", "materials": "材料", "correction": "补正", "refusal": "不予受理",
    "special": "特别程序", "extension": "延期", "decision": "决定", "delivery": "送达", "handover": "交接", "commitment": "告知承诺",
    "payment": "缴费",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentField:
    """`sample` is what a preview shows; `columns` titles of a `rows` field by key. `own`: the platform fills it, callers needn't."""

    path: str
    type: FieldType
    title: str
    sample: object
    own: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        return self.path.split(".", 1)[0]


MATERIAL_COLUMNS: Mapping[str, str] = {
    "number": "序号", "title": "材料名称", "form": "原件或复印件", "count": "份数", "originals": "原件份数", "copies": "复印件份数", "pages": "页数",
    "verified": "核验", "method": "收取方式", "note": "备注", "due": "补交期限", "commitment": "承诺替代",
}  # fmt: skip
POINT_COLUMNS: Mapping[str, str] = {"number": "序号", "title": "材料或栏目", "problem": "存在的问题", "standard": "补正标准"}
ENTRY_COLUMNS: Mapping[str, str] = {
    "number": "序号", "case": "办件编号", "item": "事项", "applicant": "申请人", "materials": "材料", "copies": "份数", "pages": "页数",
    "note": "备注",
}  # fmt: skip

_IDENTITY = "1101071993****001X"
_MATERIALS = [
    {"title": "食品经营许可申请书", "originals": 1, "copies": 0, "pages": 4, "verified": "已核对", "method": "纸质"},
    {"title": "营业执照", "originals": 0, "copies": 1, "pages": 1, "verified": "与原件一致", "method": "纸质"},
    {"title": "经营场所平面图和设备布局图", "originals": 1, "copies": 0, "pages": 3, "verified": "已核对", "method": "纸质"},
    {"title": "食品安全管理制度清单", "form": "电子", "originals": 0, "copies": 1, "pages": 6, "verified": "已核对", "method": "网上提交"},
]
_POINTS = [
    {
        "title": "经营场所使用证明", "problem": "租赁合同没有出租方签字，租期已于2026年10月31日届满。",
        "standard": "提交出租方签字或者盖章、仍在租期内的租赁合同复印件1份，并携带原件核对。",
    },
    {
        "title": "设备布局图", "problem": "没有标明加工操作区与贮存区的分隔位置。",
        "standard": "按比例绘制，标明各功能区名称、面积和食品流向，由申请人签字。",
    },
    {"title": "申请书“联系电话”一栏", "problem": "号码少一位。", "standard": "填写能够联系到申请人的11位手机号码或者带区号的固定电话。"},
]  # fmt: skip
_ENTRIES = [
    {"case": "110107-2026-0000123", "item": "食品经营许可（新办）", "applicant": "测*甲", "materials": "申请书等4件", "copies": 4, "pages": 14},
    {"case": "110107-2026-0000126", "item": "食品经营许可（新办）", "applicant": "某*公司", "materials": "申请书等6件", "copies": 6, "pages": 22},
]
_SIGNATURE = {"width": 300, "height": 100, "strokes": [[[20, 60], [60, 30], [90, 70], [120, 40]], [[150, 30], [152, 80]], [[180, 45], [240, 42]]]}

_TEXTS: Mapping[str, tuple[str, str]] = {
    "case.number": ("办件编号", "110107-2026-0000123"),
    "case.query_code": ("查询码", "7K3M"),
    "case.situation": ("所选情形", "餐饮服务；经营场所为租赁"),
    "case.channel_title": ("申请方式", "窗口申请"),
    "applicant.name": ("申请人", "北京某某餐饮有限公司"),
    "applicant.kind": ("申请人类型", "企业法人"),
    "applicant.id_type": ("证件类型", "统一社会信用代码"),
    "applicant.id_no": ("证件号码（部分遮盖）", _IDENTITY),
    "applicant.phone": ("申请人电话", "13800000000"),
    "applicant.address": ("申请人地址", "北京市石景山区演示路1号"),
    "applicant.legal_rep": ("法定代表人", "测试甲"),
    "agent.name": ("代理人", "测试乙"),
    "agent.id_no": ("代理人证件号码（部分遮盖）", _IDENTITY),
    "agent.phone": ("代理人电话", "13900000000"),
    "contact.name": ("联系人", "测试乙"),
    "contact.phone": ("联系电话", "13900000000"),
    "clerk.name": ("承办人", "演示受理员"),
    "correction.reason": ("再次补正的理由", "补正后提交的租赁合同缺少附件。"),
    "correction.method": ("补正方式", "到原受理窗口提交，或者登录网上办事大厅逐项补正"),
    "refusal.reason": ("不予受理的理由", "申请的经营场所位于居民住宅楼内，不属于可以申请食品经营许可的场所。"),
    "refusal.basis": ("不予受理的依据", "《中华人民共和国行政许可法》第三十二条第一款"),
    "refusal.where": ("应向何处申请", "北京市市场监督管理局"),
    "special.name": ("特别程序名称", "专家评审"),
    "special.reason": ("启动特别程序的理由", "申请项目涉及集体用餐配送，需要组织专家对工艺流程进行评审。"),
    "special.basis": ("特别程序依据", "《中华人民共和国行政许可法》第四十五条"),
    "special.term": ("特别程序所需时间", "20个工作日"),
    "extension.reason": ("延期理由", "现场核查发现需要进一步核实设备参数。"),
    "extension.basis": ("延期依据", "《中华人民共和国行政许可法》第四十二条"),
    "extension.approver": ("批准人", "演示负责人"),
    "decision.content": ("决定内容", "准予从事餐饮服务（热食类食品制售、冷食类食品制售）。"),
    "decision.reason": ("不予办理的理由", "现场核查结果为不符合，且未在规定期限内整改到位。"),
    "decision.basis": ("决定依据", "《中华人民共和国食品安全法》第三十五条"),
    "decision.result": ("结果名称", "食品经营许可证"),
    "decision.result_number": ("证照编号", "JY21101070000001"),
    "decision.validity": ("有效期", "自2026年12月1日至2031年11月30日"),
    "decision.approver": ("决定人", "演示负责人"),
    "delivery.method": ("送达方式", "直接送达"),
    "delivery.recipient": ("受送达人", "北京某某餐饮有限公司"),
    "delivery.place": ("送达地点", "石景山区政务服务中心"),
    "delivery.person": ("送达人", "演示出件员"),
    "delivery.tracking": ("邮寄单号", "EX0000000000CN"),
    "handover.batch": ("交接批次", "20261125-01"),
    "handover.from": ("移交单位", "石景山区政务服务中心"),
    "handover.to": ("接收单位", "石景山区市场监督管理局"),
    "handover.giver": ("移交人", "演示受理员"),
    "handover.receiver": ("接收人", "演示审批员"),
    "commitment.kind": ("承诺类型", "证明事项告知承诺"),
    "commitment.title": ("承诺事项名称", "场所产权证明告知承诺"),
    "commitment.basis": ("设定依据", "《食品经营许可和备案管理办法》"),
    "commitment.method": ("承诺方式", "书面承诺，申请人应当由本人签署"),
    "commitment.hash": ("承诺书文本校验值", "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069"),
    "commitment.inspection": ("核查方式", "作出决定后2个月内在线核查，必要时现场检查，现场检查人员不少于两名。"),
    "commitment.publicity": ("公开范围与时限", "承诺书不涉及国家秘密、商业秘密和个人隐私的，在政务服务网站公开，公开期限为1年。"),
    "payment.items": ("缴费项目", "特种设备检验费"),
    "payment.amount": ("缴费金额", "300.00元"),
    "payment.basis": ("收费依据", "某某收费文件"),
    "payment.method": ("缴费方式", "扫描缴款码或者到代收银行缴纳"),
}
_OWN_TEXTS: Mapping[str, tuple[str, str]] = {
    "document.title": ("文书名称", "受理通知书"),
    "document.number": ("文书编号", "石市监食许受字〔2026〕第000123号"),
    "document.copies": ("份数与去向", "本文书一式两份，一份交申请人，一份由受理机关留存。"),
    "document.authority": ("落款机关", "石景山区市场监督管理局"),
    "document.seal": ("委托书约定的印章", "石景山区市场监督管理局行政许可受理专用章"),
    "item.title": ("申请事项", "食品经营许可（新办）"),
    "item.type": ("事项类型", "行政许可"),
    "item.legal_basis": ("法律依据", "《中华人民共和国食品安全法》第三十五条"),
    "item.promised": ("承诺时限", "6个工作日"),
    "item.statutory": ("法定时限", "10个工作日"),
    "item.results": ("结果名称", "食品经营许可证"),
    "item.remedy": ("事项的救济渠道", "向北京市石景山区人民政府申请行政复议，或者依法提起行政诉讼"),
    "department.title": ("办理部门", "石景山区市场监督管理局"),
    "department.short_title": ("部门简称", "区市场监管局"),
    "department.phone": ("咨询电话", "010-00001102"),
    "department.supervise_phone": ("监督电话", "010-00001202"),
    "hall.title": ("大厅", "石景山区政务服务中心"),
    "hall.address": ("大厅地址", "北京市石景山区演示路1号"),
    "hall.hours": ("大厅办公时间", "周一至周五 9:00–17:00"),
    "hall.phone": ("大厅电话", "010-00002000"),
    "window.title": ("窗口", "B12 综合窗口"),
    "window.location": ("窗口位置", "二层 B 区"),
}
_NUMBERS: Mapping[str, tuple[str, int]] = {
    "case.round": ("补正次数", 1), "materials.count": ("收到材料件数", 4), "correction.days": ("补正期限（工作日）", 10),
    "special.days": ("特别程序所需工作日", 20), "extension.days": ("延长工作日", 5), "handover.count": ("交接件数", 2),
}  # fmt: skip
_DATES: Mapping[str, tuple[str, str]] = {
    "dates.applied": ("申请日期", "2026-11-24"), "dates.received": ("收件日期", "2026-11-24"), "dates.accepted": ("受理日期", "2026-11-25"),
    "dates.due": ("承诺办结日", "2026-12-03"), "dates.statutory_due": ("法定办结日", "2026-12-09"),
    "dates.answer_due": ("受理答复期限", "2026-12-01"),
    "dates.decided": ("决定日期", "2026-12-02"), "correction.due": ("补正期限", "2026-12-09"), "special.start": ("特别程序开始日", "2026-11-26"),
    "special.end": ("特别程序结束日", "2026-12-23"), "extension.old_due": ("原办结日", "2026-12-03"),
    "extension.due": ("延期后的办结日", "2026-12-10"),
    "commitment.signed_on": ("承诺日期", "2026-11-24"), "payment.due": ("缴费期限", "2026-12-09"),
}  # fmt: skip
_MOMENTS: Mapping[str, tuple[str, str]] = {
    "dates.received_at": ("收件时间", "2026-11-24T09:30:00+08:00"),
    "delivery.at": ("送达时间", "2026-12-04T10:20:00+08:00"),
    "handover.at": ("交接时间", "2026-11-25T17:00:00+08:00"),
}
_LINES: Mapping[str, tuple[str, list[str]]] = {
    "delivery.documents": ("送达文书名称", ["准予行政许可决定书（石市监食许准字〔2026〕第000045号）", "食品经营许可证"]),
    "commitment.proof": ("证明名称、内容和用途", ["场所产权证明：证明经营场所的权属，用于确认申请人有权使用该场所。"]),
    "commitment.conditions": ("应当具备的条件和标准", [
        "经营场所在石景山区内，不属于住宅。", "经营场所面积不超过50平方米。", "有权使用该场所的期限不少于1年。",
    ]),
    "commitment.materials": ("应当提交的材料", ["申请书", "营业执照"]),
    "commitment.deferred": ("可以后补的材料和期限", ["设备检验合格证明，自受理之日起20个工作日内补交"]),
    "commitment.replaced": ("以承诺替代的材料", ["场所产权证明"]),
    "commitment.liability": ("不实承诺的责任", [
        "承诺不实的，终止办理；已经作出决定的，责令限期整改，整改不到位的依法撤销决定。",
        "不实承诺信息依法记入信用记录，在信用修复前不再适用告知承诺。",
    ]),
    "commitment.clauses": ("承诺内容", [
        "已经知晓行政机关告知的全部内容。",
        "自身符合行政机关告知的条件、标准和要求。",
        "所填写的信息真实、准确、完整。",
        "愿意承担不实承诺的法律责任。",
        "同意行政机关依法核查，并按要求提供便利。",
        "在约定期限内提交全部后补材料。",
    ]),
}  # fmt: skip
_ROWS: Mapping[str, tuple[str, Mapping[str, str], Sequence[Mapping[str, object]]]] = {
    "materials.received": ("收到的材料", MATERIAL_COLUMNS, _MATERIALS),
    "materials.deferred": ("容缺后补的材料", MATERIAL_COLUMNS, [{"title": "健康证明", "due": "2026年12月9日", "note": "容缺受理"}]),
    "materials.committed": ("以承诺替代的材料", MATERIAL_COLUMNS, [{"title": "场所产权证明", "commitment": "告知承诺"}]),
    "materials.returned": ("退回的材料", MATERIAL_COLUMNS, _MATERIALS[:2]),
    "correction.points": ("补正内容", POINT_COLUMNS, _POINTS),
    "handover.entries": ("交接的办件和材料", ENTRY_COLUMNS, _ENTRIES),
}


def _all() -> list[DocumentField]:
    listed = [DocumentField(path, "text", title, sample) for path, (title, sample) in _TEXTS.items()]
    listed += [DocumentField(path, "text", title, sample, own=True) for path, (title, sample) in _OWN_TEXTS.items()]
    listed += [DocumentField("document.date", "date", "落款日期", "2026-11-25", own=True)]
    listed += [DocumentField(path, "number", title, sample) for path, (title, sample) in _NUMBERS.items()]
    listed += [DocumentField(path, "date", title, sample) for path, (title, sample) in _DATES.items()]
    listed += [DocumentField(path, "moment", title, sample) for path, (title, sample) in _MOMENTS.items()]
    listed += [DocumentField(path, "lines", title, sample) for path, (title, sample) in _LINES.items()]
    listed += [DocumentField(path, "rows", title, sample, columns=columns) for path, (title, columns, sample) in _ROWS.items()]
    return [*listed, DocumentField("commitment.signature", "drawing", "承诺人签名", _SIGNATURE)]


FIELDS: Mapping[str, DocumentField] = {found.path: found for found in _all()}
"""All fields by path."""


def samples() -> dict[str, object]:
    """Invented values for every field, for previews."""
    return {path: found.sample for path, found in FIELDS.items()}
