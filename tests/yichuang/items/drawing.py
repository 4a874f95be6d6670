"""Draws random items with forms, conditions, calculations, and answers to them, garbage included."""

import random
from typing import Any

TYPES = [
    "text",
    "textarea",
    "number",
    "money",
    "date",
    "date_range",
    "time",
    "boolean",
    "choice",
    "choices",
    "id_number",
    "credit_code",
    "phone",
    "email",
    "address",
    "person",
    "organisation",
    "group",
    "attachment",
    "static",
]
TEXTS = [
    "",
    " ",
    "本人",
    "外地",
    "a",
    "ab",
    "abc12",
    "A1",
    "👍",
    "𠮷野家",
    "\ud800",
    "x\udc00y",
    "ｆｕｌｌ１２",
    "5",
    "12.50",
    "-0",
    "0.1",
    "1e5",
    "0" * 40,
    "9" * 25,
    "9" * 31,
    "0.0000001",
    "123456789012345678.123456",
    "-3",
    "+7",
    "1,234.5",
    "￥12",
    "12元",
    "2025-02-29",
    "2024-02-29",
    "2026-01-31",
    "2026/9/30",
    "2025年10月1日",
    "20241012",
    "1799-12-31",
    "9999-12-31",
    "09:30",
    "9:05",
    "24:00",
    "１２：３０",
    "11010719900307001X",
    "11010719900307001x",
    "110107199902300018",
    "110107200002290016",
    "830000199002140 02X",
    "91350100M000100Y43",
    "91350100M000100Y4A",
    "138 0013 8000",
    "+86-13800138000",
    "010-68607000",
    "0311 8660123",
    "me@example.cn",
    "no@@x",
    "111",
    "414",
    "110107",
    "d3",
    "1",
    "2",
    "k",
    "\x00null",
    "a\nb",
    "tab\tb",
    "\u3000宽\u3000",
    "true",
    "none",
    "zz\U0010ffff",
    "\uffff",
    "重复" * 120,
]
GARBAGE: list[Any] = [
    None,
    True,
    False,
    0,
    5,
    -1,
    2**60,
    [],
    {},
    [1],
    [None],
    ["a", 3],
    {"x": 1},
    [[]],
    [{}],
    {"name": 5},
    [{"name": "a.pdf", "size": 3}],
]
PATTERNS = [
    "[0-9]+",
    "[一-龥]{1,3}",
    "(a|b)*c?1?2?",
    r"\w{2,}",
    ".{1,3}",
    "[^a]*",
    r"\d{3,4}-?\d*",
    "(ab?){1,3}c*",
    "👍|𠮷.*",
]
OUTER = {
    "applicant.kind": ["1", "2"],
    "org.hall": ["h1", "h2"],
    "org.window": ["w1"],
    "date.today": ["2026-11-24", "2024-02-29", "2026-09-30"],
}
CALENDAR = {
    "code": "cn",
    "years": [
        {
            "year": 2025,
            "holidays": [{"date": "2025-10-01"}, {"date": "2025-10-02"}],
            "workdays": [{"date": "2025-09-28"}],
        },
        {"year": 2026, "holidays": [{"date": "2026-10-01"}], "workdays": [{"date": "2026-10-10"}]},
    ],
}


class View:
    def __init__(self, bodies: dict[tuple[str, str], Any]) -> None:
        self.bodies = bodies

    def find(self, kind: str, code: str) -> Any:
        return self.bodies.get((kind, code))

    def codes(self, kind: str) -> list[str]:
        return sorted(code for k, code in self.bodies if k == kind)


class Drawing:
    """Draws definitions and answers. Facts are drawn from what the form declares, sometimes from nowhere."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.facts: list[tuple[str, str]] = []

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def item(self) -> tuple[View, Any]:
        pick = self.random
        codes = [f"f{n}" for n in range(pick.randint(2, 9))]
        types = [pick.choice(TYPES) for _ in codes]
        self.facts = [
            ("situation.q0", "single"),
            ("situation.q1", "multiple"),
            ("applicant.kind", "kind"),
            ("date.today", "date"),
        ]
        shapes = []
        for code, kind in zip(codes, types, strict=True):
            columns = (
                [(f"c{n}", pick.choice([t for t in TYPES if t != "group"])) for n in range(pick.randint(1, 4))]
                if kind == "group"
                else []
            )
            shapes.append((code, kind, columns))
            self.declare(f"form.{code}", kind)
            for column, inner in columns:
                self.declare(f"form.{code}[].{column}", inner)
        fields = [self.field(code, kind, columns) for code, kind, columns in shapes]
        cut = pick.randint(0, len(fields) - 1)
        sections = [
            {"code": "s0", "title": "甲", "fields": fields[: cut + 1]},
            {"code": "s1", "title": "乙", "fields": fields[cut + 1 :]},
        ]
        if self.chance(0.3):
            sections[1]["visible_when"] = self.condition(2)
        checks = [
            {
                "code": f"k{n}",
                "require": self.condition(2),
                "message": "两栏不一致",
                "fields": pick.sample(codes, 1),
                "severity": "warning",
            }
            | ({"when": self.condition(1)} if self.chance(0.5) else {})
            for n in range(pick.randint(0, 2))
        ]
        form = {"code": "form", "title": "申请表", "sections": sections, "checks": checks}
        item = {
            "code": "item",
            "title": "事项",
            "case_type": "1",
            "form": "form",
            "calendar": "cn",
            "situations": self.situations(),
        }
        item["materials"] = [self.material(n) for n in range(4)]
        item["tips"] = [{"code": "t0", "text": "一", "tone": "info", "from": "2026-01-01", "to": "2026-10-01"}]
        item["tips"] += [{"code": "t1", "text": "二", "tone": "info", "when": self.condition(1)}]
        bodies = {("item", "item"): item, ("form", "form"): form, ("calendar", "cn"): CALENDAR}
        bodies[("code_table", "division")] = {
            "code": "division",
            "entries": [{"code": f"d{n}", "title": f"街道{n}"} for n in range(70)],
        }
        bodies[("code_table", "id_type")] = {
            "code": "id_type",
            "entries": [{"code": "111", "title": "居民身份证"}, {"code": "414", "title": "护照"}],
        }
        bodies[("code_table", "target_type")] = {
            "code": "target_type",
            "entries": [{"code": "1", "title": "自然人"}, {"code": "2", "title": "企业法人"}],
        }
        return View(bodies), item

    def declare(self, path: str, kind: str) -> None:
        parts = {
            "date_range": ["from", "to"],
            "address": ["division", "detail"],
            "person": ["name", "id_type", "id_no"],
            "organisation": ["name", "credit_code"],
        }
        for part in parts.get(kind, [""]):
            if kind != "static":
                self.facts.append((f"{path}.{part}" if part else path, "date" if kind == "date_range" else kind))

    def field(self, code: str, kind: str, columns: list[tuple[str, str]], row: str = "") -> dict[str, Any]:
        pick, spec = self.random, {"code": code, "type": kind, "title": f"栏{code}"}
        spec["required"] = self.chance(0.4)
        extra: dict[str, dict[str, Any]] = {
            "text": {"min_length": 2, "max_length": 5, "pattern": pick.choice(PATTERNS)},
            "textarea": {"max_length": 3},
            "number": {"min": pick.choice([0, 0.1, -5]), "max": 100.5, "scale": pick.randint(0, 6), "unit": "㎡"},
            "money": {"min": 0},
            "date": {"earliest": "2020-01-01", "latest": "today"},
            "date_range": {"earliest": "today"},
            "attachment": {"accept": ["pdf", "jpg"], "max_files": 1, "max_megabytes": 1},
            "group": {"min_rows": pick.randint(0, 2), "max_rows": 3},
        }
        for key, value in extra.get(kind, {}).items():
            if self.chance(0.5):
                spec[key] = value
        if kind in ("choice", "choices"):
            spec |= (
                {"code_table": "division"}
                if self.chance(0.3)
                else {"options": [{"code": c, "title": f"选项{c}"} for c in "12k"]}
            )
        if self.chance(0.3):
            spec["visible_when"] = self.condition(2, row)
        if self.chance(0.2):
            spec["required_when"] = self.condition(1, row)
        if self.chance(0.3) and kind not in ("group", "attachment", "static"):
            spec["compute"] = self.expression(3, row)
        self.start(spec)
        if kind == "group":
            names = [f"row.{c}|{t}" for c, t in columns]
            spec["fields"] = [self.field(c, t, [], ",".join(names)) for c, t in columns]
        return spec

    def start(self, spec: dict[str, Any]) -> None:
        pick, kind = self.random, spec["type"]
        if self.chance(0.2) and kind not in ("group", "static"):
            spec["default"] = pick.choice(["1", "x", 5, 2.5, True, "2026-01-31"])
        if self.chance(0.1):
            spec["default_from"] = pick.choice(["date.today", "applicant.kind", "situation.q1"])
        if kind == "id_number":
            spec["fills"] = {"sex": pick.choice(["f0", "f1", "c0"]), "birth_date": pick.choice(["f2", "f3", "c1"])}

    def fact(self, row: str) -> tuple[str, str]:
        own = [tuple(name.split("|")) for name in row.split(",")] if row else []
        if self.chance(0.03):
            return "form.nowhere", "text"
        return self.random.choice([*self.facts, *own, *own])  # type: ignore[return-value]

    def condition(self, depth: int, row: str = "") -> dict[str, Any]:
        pick = self.random
        if depth and self.chance(0.5):
            key = pick.choice(["all", "any", "not"])
            return (
                {"not": self.condition(depth - 1, row)}
                if key == "not"
                else {key: [self.condition(depth - 1, row) for _ in range(pick.randint(1, 3))]}
            )
        path, kind = self.fact(row)
        op = pick.choice(
            [
                "eq",
                "ne",
                "lt",
                "lte",
                "gt",
                "gte",
                "in",
                "not_in",
                "contains",
                "contains_any",
                "matches",
                "exists",
                "missing",
            ]
        )
        if kind in ("choices", "multiple") and self.chance(0.8):
            op = pick.choice(["contains", "contains_any"])
        if op in ("exists", "missing"):
            return {"fact": path, "op": op}
        if op not in ("in", "not_in", "contains", "contains_any", "matches") and self.chance(0.2):
            return {"fact": path, "op": op, "other": self.fact(row)[0]}
        if op == "matches":
            return {"fact": path, "op": op, "value": pick.choice(PATTERNS)}
        several = op in ("in", "not_in", "contains_any")
        return {
            "fact": path,
            "op": op,
            "value": [self.literal(kind) for _ in range(pick.randint(1, 10))] if several else self.literal(kind),
        }

    def literal(self, kind: str) -> Any:
        pick = self.random
        if self.chance(0.05):
            return pick.choice(["x", 1, True])
        if kind in ("number", "money"):
            return pick.choice([0, 1, 5, 12.5, 0.1, -3, 1e21, 100])
        if kind == "boolean":
            return self.chance(0.5)
        closed = {
            "date": ["2024-02-29", "2026-01-31"],
            "time": ["09:30"],
            "single": ["a", "b"],
            "multiple": ["a", "b", "c"],
            "kind": ["1", "2"],
        }
        closed |= {"choice": ["1", "2", "k"], "choices": ["1", "2", "k", "d3"]}
        return pick.choice(closed.get(kind, TEXTS))

    def expression(self, depth: int, row: str) -> dict[str, Any]:
        pick = self.random
        if depth == 0 or self.chance(0.3):
            return (
                {"fact": self.fact(row)[0]}
                if self.chance(0.75)
                else {"value": pick.choice([0, 1, 2.5, -7, "文", "2026-03-02", True, 3])}
            )
        if self.chance(0.15):
            branches = {"then": self.expression(depth - 1, row)} | (
                {"else": self.expression(depth - 1, row)} if self.chance(0.7) else {}
            )
            return {"if": self.condition(1, row), **branches}
        name = pick.choice(list(ARITY))
        unit = (
            {"unit": pick.choice(["day", "working_day", "month", "year"])} if "date" in name or "days" in name else {}
        )
        args = [self.argument(name, n, depth, row) for n in range(ARITY[name] or pick.randint(1, 3))]
        return {
            "fn": name,
            "args": args,
            **unit,
            **({"scale": pick.randint(0, 6)} if self.chance(0.5) else {}),
            **({"separator": "、"} if self.chance(0.5) else {}),
        }

    def argument(self, name: str, n: int, depth: int, row: str) -> dict[str, Any]:
        """Mostly of a type that fits, or hardly any calculation would have a value."""
        wanted = {
            "add": "number",
            "sub": "number",
            "mul": "number",
            "div": "number",
            "round": "number",
            "sum": "number",
            "age": "date",
        }.get(name)
        wanted = wanted or {
            "date_add": ["date", "number"][min(n, 1)],
            "days_between": "date",
            "id_sex": "id_number",
            "id_birth_date": "id_number",
        }.get(name)
        own = [tuple(x.split("|")) for x in row.split(",")] if row else []
        fitting = [
            p
            for p, k in [*self.facts, *own]
            if wanted and (k == wanted or (wanted == "number" and k == "money")) and ("[]" not in p or name in ("sum",))
        ]
        if wanted == "number" and self.chance(0.3):
            return {"value": self.random.choice([2, 0.5, -1, 10, 3, 0, 1e15])}
        return (
            {"fact": self.random.choice(fitting)} if fitting and self.chance(0.8) else self.expression(depth - 1, row)
        )

    def situations(self) -> list[dict[str, Any]]:
        def options(codes: str) -> list[dict[str, Any]]:
            return [{"code": c, "title": f"答{c}"} for c in codes]

        nested = {"code": "q2", "title": "再问", "kind": "single", "options": options("ab")}
        first = options("ab")
        first[0]["questions"] = [nested]
        first[1]["stop"] = "不能办理"
        second = {"code": "q1", "title": "第二问", "kind": "multiple", "options": options("abc")}
        if self.chance(0.3):
            second["visible_when"] = {"fact": "situation.q0", "op": "eq", "value": "a"}
        return [{"code": "q0", "title": "第一问", "kind": "single", "options": first}, second]

    def material(self, n: int) -> dict[str, Any]:
        body = {
            "code": f"m{n}",
            "title": "材料",
            "necessity": self.random.choice(["required", "optional"]),
            "source_type": "applicant",
        }
        if n:
            body["needed_when"] = self.condition(3)
        if self.chance(0.4):
            body["commitment"] = {"available": True, "when": self.condition(1)}
        return body

    def answers(self, fields: list[dict[str, Any]]) -> Any:
        return {f["code"]: self.answer(f) for f in fields if self.chance(0.8)}

    def answer(self, spec: dict[str, Any]) -> Any:
        pick, kind = self.random, spec["type"]
        if self.chance(0.08):
            return pick.choice(GARBAGE)
        if kind == "group":
            return [self.answers(spec["fields"]) for _ in range(pick.randint(0, 4))]
        if kind == "attachment":
            names = ["a.pdf", "b.JPEG", "c.exe"]
            return [
                {"name": pick.choice(names), "size": pick.choice([0, 5, 2 * 2**20]), "digest": "d"}
                for _ in range(pick.randint(0, 2))
            ]
        parts = {
            "date_range": ["from", "to"],
            "address": ["division", "detail"],
            "person": ["name", "id_type", "id_no", "phone"],
            "organisation": ["name", "credit_code", "legal_rep", "phone"],
        }
        if kind in parts:
            return {
                part: pick.choice(GARBAGE) if self.chance(0.05) else self.text(part)
                for part in parts[kind]
                if self.chance(0.8)
            }
        if kind == "choices":
            return [pick.choice(["1", "2", "k", "zz", "d3", ""]) for _ in range(pick.randint(0, 4))]
        return self.chance(0.5) if kind == "boolean" else self.text(kind)

    def text(self, kind: str) -> str:
        number = [t for t in TEXTS if t and t[0] in "0123456789-+￥"]
        near = {
            "number": number,
            "money": number,
            "date": DAYS,
            "from": DAYS,
            "to": DAYS,
            "choice": ["1", "2", "k"],
            "id_type": ["111", "414"],
        }
        return self.random.choice(near[kind] if kind in near and self.chance(0.7) else TEXTS)

    def situation(self) -> Any:
        pick = self.random
        drawn = {
            "q0": pick.choice(["a", "b", "c", None, 5, ["a"]]),
            "q1": pick.choice([["a"], ["a", "c"], [], "a", ["zz"], None]),
            "q2": pick.choice(["a", "b", ""]),
        }
        return pick.choice(GARBAGE) if self.chance(0.03) else {k: v for k, v in drawn.items() if self.chance(0.85)}

    def case(self, form: dict[str, Any]) -> dict[str, Any]:
        fields = [f for s in form["sections"] for f in s["fields"]]
        outer = {path: self.random.choice(values) for path, values in OUTER.items() if self.chance(0.85)}
        answers = self.random.choice(GARBAGE) if self.chance(0.02) else self.answers(fields)
        paths = [f["code"] for f in fields] + [f"{f['code']}/1/{c['code']}" for f in fields for c in f.get("fields", ())]
        fills = [(path, self.random.choice(["11010719900307001x", "110107199001010021", "x", None])) for path in paths]
        return {"situation": self.situation(), "answers": answers, "outer": outer, "fills": fills}


ARITY = {
    "sum": 0,
    "count": 0,
    "min": 0,
    "max": 0,
    "join": 0,
    "coalesce": 0,
    "add": 2,
    "sub": 2,
    "mul": 2,
    "div": 2,
    "round": 1,
    "date_add": 2,
    "days_between": 2,
    "age": 1,
    "id_birth_date": 1,
    "id_sex": 1,
}
DAYS = [
    "2025-02-29",
    "2024-02-29",
    "2026-01-31",
    "2026/9/30",
    "2025年10月1日",
    "20241012",
    "1799-12-31",
    "9999-12-31",
    "2025-09-28",
]
