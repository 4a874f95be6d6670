"""What desk and phone ask of notification-and-commitment, for a draft or a case: offers, notice, letter, signature, withdrawal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from yichuang.commitment.records import Commitment
from yichuang.commitment.signature import signature_of
from yichuang.errors import CommitmentRefused, InputRefused, NotFound
from yichuang.ports import Actor, Application
from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.json import json_body, json_response


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose application, and who asks.

    `hands`: as whom one may sign here, code → title. `closed` says why nobody may choose here; `late`: the case is accepted, so that
    nothing more is offered. `reading`: nothing may be changed.
    """

    application: Application
    actor: Actor
    hands: Mapping[str, str]
    closed: str = ""
    late: bool = False
    reading: bool = False


Find = Callable[[Mapping[str, Any], bool], Asked]
"""From `{draft}` or `{case}` and whether something is to be written. Raises when it isn't theirs."""

WRITES = "60/minute"
NOT_HERS = "承诺须由申请人本人签署；网上签署的，登录人须与申请表中的申请人（可以代签的，与代理人）一致"


def install(pages: Blueprint, services: Services, prefix: str, find: Find) -> None:
    """Routes under `prefix` (`/desk/api/commitments`)."""
    _reading(pages, services, prefix, find)
    _choosing(pages, services, prefix, find)
    _signing(pages, services, prefix, find)


def _reading(pages: Blueprint, services: Services, prefix: str, find: Find) -> None:
    @pages.get(prefix, endpoint="commitments")
    @limiter.limit("600/minute")
    def commitments() -> Response:
        return json_response(standing(services, find(request.args, False)))

    @pages.get(f"{prefix}/<key>", endpoint="commitment_snapshot")
    def snapshot(key: str) -> Response:
        """Texts and signature as they were; personal, the reading is noted."""
        asked = find(request.args, False)
        own(services, asked, key)
        return json_response(services.commitments.snapshot(key, asked.actor))


def _choosing(pages: Blueprint, services: Services, prefix: str, find: Find) -> None:
    room = services.commitments

    @pages.post(f"{prefix}/offer", endpoint="commitment_offer")
    @limiter.limit(WRITES)
    def offer() -> Response:
        """Tell: the notice is recorded; what would be signed comes along."""
        body = json_body()
        asked = in_time(find(body, True))
        code = str(body.get("code", ""))
        found = room.offer(asked.application, code, asked.actor)
        notice = room.snapshot(found.id, asked.actor)["notice"]
        letter, letter_hash = room.letter(asked.application, code)
        told = {"commitment": found.as_dict(), "notice": notice, "letter": letter, "letter_hash": letter_hash, "signers": signers(asked, found)}
        return json_response(told, 201)

    @pages.post(f"{prefix}/<key>/decline", endpoint="commitment_decline")
    @limiter.limit(WRITES)
    def decline(key: str) -> Response:
        asked = find(json_body(), True)
        own(services, asked, key)
        room.decline(key, asked.actor)
        return json_response(standing(services, asked))


def _signing(pages: Blueprint, services: Services, prefix: str, find: Find) -> None:
    room = services.commitments

    @pages.post(f"{prefix}/<key>/sign", endpoint="commitment_sign")
    @limiter.limit(WRITES)
    def sign(key: str) -> Response:
        body = json_body()
        asked = in_time(find(body, True))
        found = own(services, asked, key)
        signer = str(body.get("signer", "applicant"))
        if signer not in signers(asked, found):
            raise InputRefused(NOT_HERS, problems=[{"field": "signer", "message": NOT_HERS}])
        signature = signature_of(body.get("signature"))
        room.sign(key, asked.application, signature, asked.actor, letter_hash=str(body.get("letter_hash", "")), signer=signer)
        return json_response(standing(services, asked))

    @pages.post(f"{prefix}/<key>/withdraw", endpoint="commitment_withdraw")
    @limiter.limit(WRITES)
    def withdraw(key: str) -> Response:
        body = json_body()
        asked = find(body, True)
        own(services, asked, key)
        room.withdraw(key, asked.actor, str(body.get("reason", ""))[:500])
        return json_response(standing(services, asked))


def signers(asked: Asked, found: Commitment) -> dict[str, str]:
    """Who may sign this one: a proof only the applicant, an agent only where there is one."""
    alone = found.terms.get("own_hands_only", False) or asked.application.agent is None
    return {code: title for code, title in asked.hands.items() if code == "applicant" or not alone}


def in_time(asked: Asked) -> Asked:
    """Raises `CommitmentRefused` once the case is accepted."""
    if asked.late:
        raise CommitmentRefused(reasons=[{"message": "办件已受理，不能再选择告知承诺", "remedy": "请按受理时的方式办理"}])
    return asked


def own(services: Services, asked: Asked, key: str) -> Commitment:
    """The commitment, when it belongs to this draft or case. Raises `NotFound`."""
    found = services.commitments.get(key)
    if found.case_id != asked.application.id:
        raise NotFound("没有找到这份承诺，请刷新页面")
    return found


def standing(services: Services, asked: Asked) -> dict[str, Any]:
    """All a panel shows: offers with reasons, what was chosen, and what that does to the materials."""
    room, application = services.commitments, asked.application
    return {
        "offers": [offer.as_dict() for offer in room.offers(application)],
        "commitments": [found.as_dict() for found in room.of_case(application.id)],
        "effective": room.effective(application.id).as_dict(),
        "unfit": [reason.as_dict() for reason in room.unfit(application)],
        "closed": asked.closed,
        "late": asked.late,
        "reading": asked.reading,
    }
