// The subset of regular expressions that both languages read alike, matched by following positions. The twin of
// yichuang.rules.patterns; the source has passed the gate, what can't be read throws and then never matches.

const DIGITS = [[48, 57]], WORDS = [[48, 57], [65, 90], [95, 95], [97, 122]], SPACES = [[9, 13], [32, 32], [160, 160], [0x3000, 0x3000]];
const NAMED = { d: DIGITS, w: WORDS, s: SPACES, t: [[9, 9]], n: [[10, 10]] };
const SPECIAL = "\\^$.|?*+()[]{}", MARKS = SPECIAL + "-/ ";
const MAX_LENGTH = 200, MAX_POSITIONS = 400, KEPT = 4096;
const one = (c) => [[c.codePointAt(0), c.codePointAt(0)]];

export class Pattern {
  constructor(source) {
    const tree = read(source);
    this.positions = tree.positions;
    this.follow = [tree.first, ...tree.follow];
    this.accepting = new Set(tree.last.map((p) => p + 1));
    if (tree.empty) this.accepting.add(0);
    this.states = new Map();
    this.start = this.state([0]);
  }

  matches(text) {
    let state = this.start;
    for (const character of text) {
      state = state.steps.get(character) ?? this.step(state, character);
      if (!state.members.length) return false;
    }
    return state.members.some((p) => this.accepting.has(p));
  }

  step(state, character) {
    const code = character.codePointAt(0), reach = new Set();
    for (const s of state.members) for (const p of this.follow[s]) if (has(this.positions[p], code)) reach.add(p + 1);
    const following = this.state([...reach].sort((a, b) => a - b));
    if (state.steps.size >= KEPT) state.steps.clear();
    state.steps.set(character, following);
    return following;
  }

  state(members) {
    const key = members.join();
    if (this.states.size >= KEPT) this.states.clear();
    if (!this.states.has(key)) this.states.set(key, { members, steps: new Map() });
    return this.states.get(key);
  }
}

const has = ({ ranges, inverse }, code) => ranges.some(([low, high]) => low <= code && code <= high) !== inverse;

function read(source) {
  const characters = Array.from(source);
  if (characters.length > MAX_LENGTH) throw new RangeError("pattern");
  const reader = new Reader(characters), tree = reader.alternatives(0);
  if (reader.at < characters.length) throw new RangeError("pattern");
  return tree;
}

class Reader {
  constructor(characters) { Object.assign(this, { characters, at: 0, made: 0 }); }
  peek() { return this.characters[this.at] ?? ""; }
  take() { const c = this.peek(); if (!c) throw new RangeError("pattern"); this.at++; return c; }

  alternatives(depth) {
    if (depth > 10) throw new RangeError("pattern");
    const branches = [this.sequence(depth)];
    while (this.peek() === "|") { this.at++; branches.push(this.sequence(depth)); }
    return branches.length === 1 ? branches[0] : either(branches);
  }

  sequence(depth) {
    let tree = nothing();
    while (this.peek() && !"|)".includes(this.peek())) tree = joined(tree, this.repeated(depth));
    return tree;
  }

  repeated(depth) {
    const start = this.at, atom = this.atom(depth), bounds = this.bounds();
    if (!bounds) return atom;
    if (this.peek() && "?*+{".includes(this.peek())) throw new RangeError("pattern");
    return this.times(start, bounds, depth);
  }

  bounds() {
    const mark = this.peek();
    if (mark && "?*+".includes(mark)) { this.at++; return { "?": [0, 1], "*": [0, null], "+": [1, null] }[mark]; }
    if (mark !== "{") return null;
    const close = this.characters.indexOf("}", this.at);
    const found = close < 0 ? null : /^([0-9]{1,3})(?:(,)([0-9]{1,3})?)?$/.exec(this.characters.slice(this.at + 1, close).join(""));
    if (!found) throw new RangeError("pattern");
    this.at = close + 1;
    const least = +found[1], most = found[2] ? (found[3] ? +found[3] : null) : least;
    if (most !== null && (most < least || most === 0)) throw new RangeError("pattern");
    return [least, most];
  }

  times(start, [low, high], depth) {
    const after = this.at;
    let tree = nothing();
    for (let n = 0; n < (high ?? Math.max(low, 1)); n++) {
      this.at = start;
      const copy = this.atom(depth);
      if (high === null && n >= low - 1) loop(copy);
      if (n >= low) copy.empty = true;
      tree = joined(tree, copy);
    }
    this.at = after;
    return tree;
  }

  atom(depth) {
    const c = this.take();
    if (c === "(") return this.group(depth);
    if (c === "[") return this.single(this.bracket());
    if (c === ".") return this.single({ ranges: [[10, 10], [13, 13]], inverse: true });
    if (c === "\\") return this.single({ ranges: this.escape(), inverse: false });
    if (SPECIAL.includes(c)) throw new RangeError("pattern");
    return this.single({ ranges: one(c), inverse: false });
  }

  group(depth) {
    if (this.peek() === "?") {
      if (this.characters[this.at + 1] !== ":") throw new RangeError("pattern");
      this.at += 2;
    }
    const tree = this.alternatives(depth + 1);
    if (this.take() !== ")") throw new RangeError("pattern");
    return tree;
  }

  single(position) {
    if (++this.made > MAX_POSITIONS) throw new RangeError("pattern");
    return { empty: false, first: [0], last: [0], positions: [position], follow: [[]] };
  }

  escape() {
    const c = this.take();
    if (Object.hasOwn(NAMED, c)) return NAMED[c];
    if (MARKS.includes(c)) return one(c);
    throw new RangeError("pattern");
  }

  bracket() {
    const inverse = this.peek() === "^", ranges = [];
    if (inverse) this.at++;
    while (this.peek() !== "]") ranges.push(...this.member());
    this.at++;
    if (!ranges.length) throw new RangeError("pattern");
    return { ranges, inverse };
  }

  member() {
    const low = this.end(), next = this.characters[this.at + 1];
    if (this.peek() !== "-" || next === "]" || next === undefined) return low;
    this.at++;
    const high = this.end(), single = (r) => r.length === 1 && r[0][0] === r[0][1];
    if (!single(low) || !single(high) || low[0][0] > high[0][0]) throw new RangeError("pattern");
    return [[low[0][0], high[0][0]]];
  }

  end() {
    const c = this.take();
    if (c === "\\") return this.escape();
    if (c === "[") throw new RangeError("pattern");
    return one(c);
  }
}

const nothing = () => ({ empty: true, first: [], last: [], positions: [], follow: [] });
const merged = (a, b) => [...a, ...b.filter((p) => !a.includes(p))];
const shifted = (tree, by) => ({
  ...tree, first: tree.first.map((p) => p + by), last: tree.last.map((p) => p + by), follow: tree.follow.map((f) => f.map((p) => p + by)),
});

function joined(a, right) {
  const b = shifted(right, a.positions.length), follow = [...a.follow, ...b.follow];
  for (const p of a.last) follow[p] = merged(follow[p], b.first);
  return {
    empty: a.empty && b.empty, first: a.empty ? merged(a.first, b.first) : a.first, last: b.empty ? merged(a.last, b.last) : b.last,
    positions: [...a.positions, ...b.positions], follow,
  };
}

function either(branches) {
  const whole = { ...nothing(), empty: branches.some((b) => b.empty) };
  for (const branch of branches) {
    const moved = shifted(branch, whole.positions.length);
    whole.first.push(...moved.first);
    whole.last.push(...moved.last);
    whole.positions.push(...moved.positions);
    whole.follow.push(...moved.follow);
  }
  return whole;
}

function loop(tree) {
  for (const p of tree.last) tree.follow[p] = merged(tree.follow[p], tree.first);
}
