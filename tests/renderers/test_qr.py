"""QR codes, read by a decoder that knows nothing of ours."""

import cv2
import numpy
import pytest

from renderers import qr

URL = "https://hall.example.gov.cn/n/k7m3p9q2w5x8c4v6b"


def decoded(image: numpy.ndarray) -> list[str]:
    texts, _ = cv2.wechat_qrcode.WeChatQRCode().detectAndDecode(image)
    return list(texts)


@pytest.mark.parametrize("scale", [3, 8])
def test_another_program_reads_the_address(scale: int) -> None:
    image = cv2.imdecode(numpy.frombuffer(qr.png(URL, scale), numpy.uint8), cv2.IMREAD_COLOR)
    assert decoded(image) == [URL]


def test_a_blurred_picture_is_still_read() -> None:
    image = cv2.imdecode(numpy.frombuffer(qr.png(URL, 8), numpy.uint8), cv2.IMREAD_COLOR)
    assert decoded(cv2.GaussianBlur(image, (11, 11), 4)) == [URL]


def test_the_vector_one_is_small_scalable_and_titled() -> None:
    image = qr.svg(URL, title="食品经营许可")
    assert image.startswith("<svg")
    assert "viewBox" in image
    assert "<title>食品经营许可</title>" in image
    assert len(image) < 6_000
