"""A test alert (发送测试): one, at once, by the very connector that warnings go out by; what became of it, in words for the page."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from yichuang.audit.service import Audit
from yichuang.errors import ConnectorError, ConnectorRefused, InputRefused
from yichuang.exchange.targets import Target
from yichuang.outbox.message import WARNING
from yichuang.ports import SHANGHAI, Actor, Clock, Connector, Parcel

log = structlog.get_logger()
DELIVERED, REFUSED, CERTIFICATE, UNREACHABLE, FAILED = "delivered", "refused", "certificate", "unreachable", "failed"
OUTCOMES = {DELIVERED: "已送达", REFUSED: "没有被接受", CERTIFICATE: "证书不符，没有发出", UNREACHABLE: "连不上", FAILED: "没有送到"}
NEXT = {
    REFUSED: "对方收到了但不接受，请按上面的说明核对收件人、账号或接口约定。",
    CERTIFICATE: "请核对连接里的主机名；对方用自建证书机构的，请运维人员用 SSL_CERT_FILE 指明它的根证书。",
    UNREACHABLE: "请核对连接里的地址和端口，以及两边的网络和防火墙。",
    FAILED: "请按上面的说明核对；对方恢复后可以再试。",
}
MOST_ANSWER = 500
WORDS = "这是从“数据交换”发出的一条测试，收到即说明预警能送到，不必处理。"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`words`: what the connector said, or the receiver's reference. `answer`: what the other side said; to a test, so nothing personal."""

    outcome: str
    words: str
    answer: str = ""

    @property
    def delivered(self) -> bool:
        return self.outcome == DELIVERED

    @property
    def title(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def next(self) -> str:
        return NEXT.get(self.outcome, "")


@dataclass(frozen=True, slots=True)
class Rehearsals:
    """`connector`: how to reach a target; `base_url`: where the pages are."""

    connector: Callable[[Target], Connector]
    audit: Audit
    clock: Clock
    base_url: str

    def send(self, target: Target, actor: Actor) -> Rehearsal:
        """Noted, whatever becomes of it. Lasts at most the target's budget. Raises `InputRefused` for a target that is told no warnings."""
        if not target.alerted:
            raise InputRefused("只有预警接口和预警邮件可以发送测试")
        found = self._tried(target)
        self.audit.note(actor, "target.tested", "target", target.code, detail=found.title)
        return found

    def _tried(self, target: Target) -> Rehearsal:
        try:
            return Rehearsal(DELIVERED, self.connector(target).hand(self._parcel(target)).reference)
        except ConnectorRefused as error:
            return Rehearsal(REFUSED, str(error), _answer(error))
        except ConnectorError as error:
            kind = str(error.extra.get("reason", "")).rpartition("/")[2]
            return Rehearsal(kind if kind in (CERTIFICATE, UNREACHABLE) else FAILED, str(error), _answer(error))
        except Exception as error:
            log.error("rehearsal.broken", target=target.code, exc_info=error)
            return Rehearsal(FAILED, f"推送程序出错（{type(error).__name__}）")

    def _parcel(self, target: Target) -> Parcel:
        """As a warning's, and marked as a test."""
        key, now = str(uuid.uuid4()), self.clock.now()
        told = {
            "id": key, "rule": "test", "title": "发送测试", "words": WORDS, "level": "提示", "at": f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "url": f"{self.base_url}/admin/exchange/{target.code}", "test": True,
        }  # fmt: skip
        number = f"T{key[:8]}"
        return Parcel(key, f"{number}+{WARNING}+{int(now.timestamp())}@{target.code}", number, "", "", WARNING, 1, {"warning": told}, target.code)


def _answer(error: ConnectorError) -> str:
    return str(error.extra.get("answer", ""))[:MOST_ANSWER]
