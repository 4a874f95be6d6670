"""The error tree. Every leaf has a stable `code`, an HTTP `status` and a Chinese `title` that tells a person what to do.

    YichuangError
    ├── InputRefused            400  what was sent is not what was asked for; `.problems` names the fields
    │   ├── MalformedInput      400  not readable at all (bad JSON, bad YAML, too large)
    │   ├── AnswersInvalid      422  a form's answers do not pass
    │   └── ReviewRefused       422  a review says too little, too much, or what doesn't fit together
    ├── NotAllowed              403  signed in, but not for this
    │   ├── OutOfReach          403  the role may do this, but not here: another street, hall or department
    │   ├── KeyRefused          401  a system's key is missing, unknown, expired or disabled
    │   └── SignInNeeded        401
    ├── NotFound                404
    │   ├── DefinitionMissing   404  no such definition in this release
    │   ├── ReleaseMissing      404
    │   ├── DraftMissing        404
    │   ├── CaseMissing         404
    │   ├── DocumentMissing     404
    │   ├── DeliveryMissing     404
    │   ├── HandoverMissing     404
    │   ├── ClientMissing       404
    │   ├── ReviewLinkUnknown   404  nobody was given this link, or it was copied wrongly
    │   └── NoticeMissing       404
    ├── Conflict                409  somebody was faster
    │   ├── DraftOutdated       409  saved elsewhere since it was read; `.current` is what stands there now
    │   ├── CaseOutdated        409  somebody acted on the case since it was read; `.current` says what stands
    │   ├── CaseHeld            409  another clerk has the case in hand; `holder` says who
    │   ├── ReviewGiven         409  this service has its review
    │   └── ChangeSetOutdated   409
    ├── GateClosed              422  a change set may not be published; `.findings` says why
    ├── ActionRefused           422  the case's flow doesn't permit this now; `reasons` say why and what to do
    ├── EntrustmentRefused      422  no authority to act for the department here; `way_out` says where to go instead
    ├── CommitmentRefused       422  notification-and-commitment isn't open to this application; `reasons` say why
    ├── ReviewDelayed           503  a review couldn't be written although there is none: sent again it will be
    ├── ItemNotOpen             422  the item may not be applied for now; the way out is in the message
    ├── CalendarMissing         422  a year without a published calendar was asked for
    ├── Unmapped                422  what was recorded can't be put into a receiver's form; `.problems` say what and why
    ├── ReviewLate              410  the days in which this service could be reviewed are over
    ├── TooManyRequests         429
    ├── ConfigurationRefused    500  the process must not start like this
    └── ConnectorError          502
        ├── ConnectorFailed     502  try again
        └── ConnectorRefused    502  don't try again
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class YichuangError(Exception):
    """Base of all errors the platform raises on purpose."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "系统出现问题，请稍后再试"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra: Mapping[str, Any] = extra


class InputRefused(YichuangError):
    """What was sent is not what was asked for. `problems` holds `{"field", "message"}` per fault."""

    code = "input_refused"
    status = 400
    title = "提交的内容有误，请按提示修改"

    def __init__(self, detail: str = "", problems: Sequence[Mapping[str, str]] = (), **extra: Any) -> None:
        super().__init__(detail, problems=list(problems), **extra)
        self.problems = tuple(problems)


class MalformedInput(InputRefused):
    code = "malformed_input"
    title = "无法读取提交的内容，请检查格式"


class AnswersInvalid(InputRefused):
    code = "answers_invalid"
    status = 422
    title = "表单还有问题，请按提示修改"


class ReviewRefused(InputRefused):
    code = "review_refused"
    status = 422
    title = "评价还不能提交，请按提示补充或修改"


class NotAllowed(YichuangError):
    code = "not_allowed"
    status = 403
    title = "您的角色不能进行此操作，如需办理请联系管理员"


class SignInNeeded(NotAllowed):
    code = "sign_in_needed"
    status = 401
    title = "登录已失效，请重新登录，已填内容不会丢失"


class KeyRefused(NotAllowed):
    code = "key_refused"
    status = 401
    title = "接口密钥缺失、不对、已过期或已停用，请联系接口管理员"


class OutOfReach(NotAllowed):
    code = "out_of_reach"
    title = "不在您的管辖范围内"


class NotFound(YichuangError):
    code = "not_found"
    status = 404
    title = "没有找到，请检查编号或返回重新查找"


class DefinitionMissing(NotFound):
    code = "definition_missing"
    title = "当前版本中没有这一定义"


class ReleaseMissing(NotFound):
    code = "release_missing"
    title = "没有这一发布版本"


class DraftMissing(NotFound):
    code = "draft_missing"
    title = "没有找到这份填报，可能已被清理"


class CaseMissing(NotFound):
    """Also for a case out of reach: that it exists is nobody else's business."""

    code = "case_missing"
    title = "没有找到这个办件，或不在您的办理范围内"


class DocumentMissing(NotFound):
    code = "document_missing"
    title = "没有找到这份文书，请核对编号"


class DeliveryMissing(NotFound):
    """Also for a delivery to another department."""

    code = "delivery_missing"
    title = "没有找到这条推送，或不属于您的部门"


class HandoverMissing(NotFound):
    """Also for a sheet out of reach."""

    code = "handover_missing"
    title = "没有找到这张交接单，或不在您的办理范围内"


class ClientMissing(NotFound):
    code = "client_missing"
    title = "没有找到这个接口客户端"


class ReviewLinkUnknown(NotFound):
    code = "review_link_unknown"
    title = "没有找到这次服务：链接不完整，或不是本平台发出的，请重新扫码"


class NoticeMissing(NotFound):
    code = "notice_missing"
    title = "没有找到这张告知单，请重新获取"


class Conflict(YichuangError):
    code = "conflict"
    status = 409
    title = "内容已被他人更新，请核对后再试"


class DraftOutdated(Conflict):
    """`extra["current"]` is what stands there now; nothing of what was sent is thrown away by the client."""

    code = "draft_outdated"
    title = "这份填报已在别处保存过，请核对后继续"


class CaseOutdated(Conflict):
    """`extra["current"]`: `{state, state_title, revision, by, at}` as it stands now."""

    code = "case_outdated"
    title = "办件刚被他人办理过，请核对最新状态"


class CaseHeld(Conflict):  # `extra["holder"]` is the name of who has it, `extra["until"]` until when
    code = "case_held"
    title = "办件正由他人办理"


class ReviewDelayed(YichuangError):
    code = "review_delayed"
    status = 503
    title = "评价暂时没有提交成功，请稍后再试"


class ReviewGiven(Conflict):
    code = "review_given"
    title = "本次服务已存在评价，请勿重复评价"


class ChangeSetOutdated(Conflict):
    code = "change_set_outdated"
    title = "变更单已被他人修改，请刷新后继续"


class GateClosed(YichuangError):
    """A change set may not be published. `findings` is a sequence of `ports.Finding`."""

    code = "gate_closed"
    status = 422
    title = "变更单未通过发布检查，请按检查结果修改"

    def __init__(self, detail: str = "", findings: Sequence[Any] = ()) -> None:
        super().__init__(detail, findings=[f.as_dict() for f in findings])
        self.findings = tuple(findings)


class ActionRefused(YichuangError):
    """`reasons`: `{"message", "remedy"}` each, in Chinese."""

    code = "action_refused"
    status = 422
    title = "现在不能进行这一步"

    def __init__(self, detail: str = "", reasons: Sequence[Mapping[str, str]] = (), **extra: Any) -> None:
        super().__init__(detail or "；".join(reason["message"] for reason in reasons), reasons=list(reasons), **extra)
        self.reasons = tuple(reasons)


class EntrustmentRefused(YichuangError):
    """`way_out`: what to tell the applicant, where to go instead."""

    code = "entrustment_refused"
    status = 422
    title = "本窗口没有受理该事项的委托"

    def __init__(self, detail: str = "", way_out: str = "", **extra: Any) -> None:
        super().__init__(detail, way_out=way_out, **extra)
        self.way_out = way_out


class CommitmentRefused(YichuangError):
    code = "commitment_refused"
    status = 422
    title = "不能以告知承诺方式办理"

    def __init__(self, detail: str = "", reasons: Sequence[Mapping[str, str]] = (), **extra: Any) -> None:
        super().__init__(detail or "；".join(reason["message"] for reason in reasons), reasons=list(reasons), **extra)
        self.reasons = tuple(reasons)


class ItemNotOpen(YichuangError):
    code = "item_not_open"
    status = 422
    title = "该事项目前不能申办"


class CalendarMissing(YichuangError):
    code = "calendar_missing"
    status = 422
    title = "缺少该年份的工作日历，无法计算期限，请先发布日历"


class Unmapped(YichuangError):
    """`problems`: `{"to", "source", "kind", "value_class", "message", "remedy"}` each, in Chinese, without the value. `cause`: a short word."""

    code = "unmapped"
    status = 422
    title = "内容不能转换为对方要求的格式，请按说明修改内容或映射"

    def __init__(self, detail: str = "", problems: Sequence[Mapping[str, Any]] = (), cause: str = "") -> None:
        super().__init__(detail or "；".join(str(problem["message"]) for problem in problems[:3]), problems=list(problems))
        self.problems = tuple(problems)
        self.cause = cause


class ReviewLate(YichuangError):
    code = "review_late"
    status = 410
    title = "已过评价期限，如有意见请拨打 12345"


class TooManyRequests(YichuangError):  # `extra["retry_after"]`: seconds to wait, where known
    code = "too_many_requests"
    status = 429
    title = "操作过于频繁，请稍后再试"


class ConfigurationRefused(YichuangError):
    code = "configuration_refused"
    title = "配置不安全或不完整，拒绝启动"


class ConnectorError(YichuangError):
    """`reason`: a short word for grouping; `answer`: what the other side said, raw; `after`: the seconds it asked to wait."""

    code = "connector_error"
    status = 502
    title = "外部系统暂时不可用，内容已保存，将自动重试"


class ConnectorFailed(ConnectorError):
    code = "connector_failed"


class ConnectorRefused(ConnectorError):
    code = "connector_refused"
    title = "外部系统拒绝了请求，请按说明处理"
