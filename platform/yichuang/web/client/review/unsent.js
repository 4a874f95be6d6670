// Reviews that are written and not yet taken: kept in the browser with their pictures, sent when there is a network, each under one key.

import { Offline, Problem, call } from "../ui/net.js";
import { all, forget, keep } from "../ui/store.js";

const OWNER = "review", RETRY = [2000, 4000, 8000, 15000];

// Not worth trying again: the server has answered.
const final = (error) => error instanceof Problem && error.status < 500 && error.status !== 429;

// By the key that sent it, this browser proves later that the review was its own. Not on shared ones: `remember` says.
const STORED = "reviewed:";
export function keyOf(path) { try { return localStorage.getItem(STORED + path); } catch { return null; } }
// The first one stays: of two sendings the first counts.
function remember({ path, review, shared }) { if (!shared && !keyOf(path)) try { localStorage.setItem(STORED + path, review.key); } catch { /* private mode */ } }

export async function send(record) {
  const { path, review, pictures } = record;
  if (pictures.length) {
    const form = new FormData();
    form.append("review", JSON.stringify(review));
    pictures.forEach((picture, index) => form.append("picture", picture, `${index + 1}.jpg`));
    await call("POST", path, form);
  } else await call("POST", path, review);
  remember(record);
}

// Kept first, sent then; resolves with "sent" or "kept", rejects with what the server has against it.
export async function give(record) {
  const kept = { id: `review${record.path}`, owner: OWNER, ...record };
  const safe = await keep(kept).then(() => true, () => false);
  try {
    await send(kept);
  } catch (error) {
    // Where the browser keeps nothing, the form stays as it is.
    if ((error instanceof Offline || !final(error)) && safe) return "kept";
    await forget(kept.id).catch(() => {});
    throw error;
  }
  await forget(kept.id).catch(() => {});
  return "sent";
}

// All that is kept is tried until it is gone. `told(path, error|null)` for each that was settled.
export class Unsent {
  constructor(told) {
    Object.assign(this, { told, tries: 0, running: false });
    addEventListener("online", () => { this.tries = 0; this.flush(); });
  }

  async waiting() { return (await all().catch(() => [])).filter((record) => record.owner === OWNER); }

  async flush() {
    if (this.running) return;
    this.running = true;
    clearTimeout(this.timer);
    let left = 0;
    for (const record of await this.waiting()) {
      try {
        await send(record);
        await this.settled(record, null);
      } catch (error) {
        if (final(error)) await this.settled(record, error); else left += 1;
      }
    }
    this.running = false;
    if (left) this.timer = setTimeout(() => this.flush(), RETRY[Math.min(this.tries++, RETRY.length - 1)]);
  }

  async settled(record, error) {
    await forget(record.id).catch(() => {});
    this.told(record.path, error);
  }
}
