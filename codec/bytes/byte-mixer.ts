// What the next bit of a text or of a header is: counters of seven contexts and the longest match, mixed in the
// logistic domain as in Mahoney's lpaq. Whole numbers alone, so that it is the same on every engine.

/** Probabilities are of 4096; two bits of them never come up, so that both bits can be coded. */
const ONE = 4096;
/** Bytes before, of contexts of so many bytes; then a word, and the two bytes before the last one. */
const ORDERS = [0, 1, 2, 3, 4] as const;
const CONTEXTS = ORDERS.length + 2;
const INPUTS = CONTEXTS + 1;
const SLOT_BITS = 18;
/** To copy all slots takes longer than to put back those that so many bytes change. */
const MOST_BORROWED_BYTES = 2 ** 13;
/** A slot: a probability in the upper 12 bits, how often it was met in the lower 4. */
const COUNT = 15;
const UNMET = (ONE / 2) << 4;
const MOST_MET = 12;
/** 65536 / (n + 1.2): how far a counter that was met n times goes to what it meets. */
const RATES = [54613, 29789, 20480, 15603, 12603, 10570, 9102, 7992, 7123, 6425, 5851, 5371, 4964];

/** Weights are of 65536. A set of them for each number of orders met before, and kind of match. */
const FIRST_WEIGHT = 2 ** 14;
const MOST_WEIGHT = 2 ** 20;
const LEARNING = 3;
const MATCH_KINDS = 4;
const SETS = (ORDERS.length + 1) * MATCH_KINDS;

/** Bytes that a match begins with, and those after which it counts as the longest. */
const MATCH_BYTES = 4;
const LONGEST = 15;
const MATCH_SLOTS = 2 ** 16;
const MATCH_SHIFT = 6;

/** 4096 / (1 + exp(-x / 256)) for x = -2048, -1920, ..., 2048: what lies between is on a line. */
const LOGISTIC = [
  1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785,
  3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
];
const LIMIT = 2047;

function squash(x: number): number {
  const [step, part] = [(x >> 7) + 16, x & 127];
  return (LOGISTIC[step] * (128 - part) + LOGISTIC[step + 1] * part + 64) >> 7;
}

/** The least x that `squash` takes to at least p. */
const STRETCH = Int16Array.from({ length: ONE }, () => LIMIT);
for (let x = LIMIT; x >= -LIMIT; x--) STRETCH.fill(x, 0, squash(x) + 1);

/** Bytes one after the other, bit by bit from the highest: `predict`, then `learn`. */
export class ByteMixer {
  private readonly slots: Uint16Array;
  /** Places of slots and what was in them, where the slots are those of another mixer; null where they are not. */
  private readonly changes: Int32Array | null;
  private changed = 0;
  /** The same of matches. */
  private readonly matchChanges: Int32Array | null;
  private matchesChanged = 0;
  private readonly weights: Int32Array;
  private readonly matches: Int32Array;
  private readonly matchHits: Uint16Array;
  private bytes: Uint8Array;
  private count: number;

  private readonly hashes = new Int32Array(CONTEXTS);
  private readonly at = new Int32Array(CONTEXTS);
  private readonly inputs = new Int32Array(INPUTS);
  /** The bits of the byte so far, below a 1. */
  private partial = 1;
  private word: number;
  private matchEnd: number;
  private matchLength: number;
  private matchBit = 0;
  private set = 0;
  private probability = 0;

  /**
   * `before` is what it has learned from already, which is not to be used before `release`; `length` is how many bytes
   * it will learn.
   */
  constructor(length: number, before?: ByteMixer) {
    const borrows = before !== undefined && length <= MOST_BORROWED_BYTES;
    this.changes = borrows ? new Int32Array(2 * CONTEXTS * 8 * length) : null;
    this.matchChanges = borrows ? new Int32Array(2 * length) : null;
    this.slots = borrows
      ? before.slots
      : (before?.slots.slice() ?? new Uint16Array(CONTEXTS << SLOT_BITS).fill(UNMET));
    this.weights = before?.weights.slice() ?? new Int32Array(SETS * INPUTS).fill(FIRST_WEIGHT);
    this.matches = borrows ? before.matches : (before?.matches.slice() ?? new Int32Array(MATCH_SLOTS));
    this.matchHits = before?.matchHits.slice() ?? new Uint16Array(LONGEST + 1).fill(3 << 14);
    this.count = before?.count ?? 0;
    this.bytes = new Uint8Array(this.count + length);
    this.bytes.set(before?.bytes ?? []);
    this.word = before?.word ?? 0;
    this.matchEnd = before?.matchEnd ?? 0;
    this.matchLength = before?.matchLength ?? 0;
    this.beginByte();
  }

  /** Leaves the mixer that it began with as that was; it is not to be used any more. */
  release(): void {
    const { changes, matchChanges } = this;
    if (!changes || !matchChanges) return;
    for (let index = this.changed - 2; index >= 0; index -= 2)
      this.slots[changes[index]] = changes[index + 1];
    for (let index = this.matchesChanged - 2; index >= 0; index -= 2)
      this.matches[matchChanges[index]] = matchChanges[index + 1];
  }

  /** The probability that the next bit is 1, of 4096. */
  predict(): number {
    const { hashes, slots, inputs, weights } = this;
    const partial = Math.imul(this.partial, 0x9e3779b1);
    let orders = 0;
    for (let context = 0; context < CONTEXTS; context++) {
      let hash = Math.imul(hashes[context] + partial, 0x85ebca6b);
      hash ^= hash >>> 13;
      const at = (context << SLOT_BITS) + (hash >>> (32 - SLOT_BITS));
      const slot = slots[at];
      this.at[context] = at;
      inputs[context] = slot & COUNT ? STRETCH[slot >> 4] : 0;
      if (slot & COUNT && context < ORDERS.length) orders++;
    }
    const set = (orders * MATCH_KINDS + this.predictMatch()) * INPUTS;
    this.set = set;
    let sum = 0;
    for (let input = 0; input < INPUTS; input++) sum += inputs[input] * weights[set + input];
    const mixed = Math.floor(sum / 65536);
    this.probability = squash(Math.max(-LIMIT, Math.min(LIMIT, mixed)));
    return this.probability;
  }

  learn(bit: number): void {
    const { slots, inputs, weights, set, changes } = this;
    const error = (bit * ONE - this.probability) * LEARNING;
    for (let input = 0; input < INPUTS; input++) {
      const weight = weights[set + input] + ((inputs[input] * error + 0x2000) >> 14);
      weights[set + input] = Math.max(-MOST_WEIGHT, Math.min(MOST_WEIGHT, weight));
    }
    const target = bit ? ONE - 1 : 0;
    for (let context = 0; context < CONTEXTS; context++) {
      const at = this.at[context];
      const slot = slots[at];
      const probability = slot >> 4;
      const met = slot & COUNT;
      const step = Math.trunc(((target - probability) * RATES[met]) / 65536);
      if (changes) {
        changes[this.changed++] = at;
        changes[this.changed++] = slot;
      }
      slots[at] = ((probability + step) << 4) | Math.min(met + 1, MOST_MET);
    }
    if (this.matchLength > 0) this.learnMatch(bit);
    this.partial = this.partial * 2 + bit;
    if (this.partial >= 256) this.endByte(this.partial & 255);
  }

  /** Sets the last input; the kind of match: none, short, long, longest. */
  private predictMatch(): number {
    this.inputs[CONTEXTS] = 0;
    if (this.matchLength === 0) return 0;
    const done = 31 - Math.clz32(this.partial);
    this.matchBit = (this.bytes[this.matchEnd] >> (7 - done)) & 1;
    const length = Math.min(this.matchLength, LONGEST);
    const sure = STRETCH[this.matchHits[length] >> 4];
    this.inputs[CONTEXTS] = this.matchBit ? sure : -sure;
    return length < 8 ? 1 : length < LONGEST ? 2 : 3;
  }

  private learnMatch(bit: number): void {
    const length = Math.min(this.matchLength, LONGEST);
    const hits = this.matchHits[length];
    if (bit === this.matchBit) this.matchHits[length] += (0xffff - hits) >> MATCH_SHIFT;
    else {
      this.matchHits[length] -= hits >> MATCH_SHIFT;
      this.matchLength = 0;
    }
  }

  private endByte(byte: number): void {
    this.matchLength = this.matchLength > 0 ? this.matchLength + 1 : 0;
    this.matchEnd++;
    this.bytes[this.count++] = byte;
    const isLetter = (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte >= 128;
    this.word = isLetter ? Math.imul(this.word + (byte | 32) + 1, 0x2f0b4c47) : 0;
    this.findMatch();
    this.beginByte();
  }

  private findMatch(): void {
    if (this.count < MATCH_BYTES) return;
    let hash = 0;
    for (let back = 1; back <= MATCH_BYTES; back++) hash = Math.imul(hash + this.back(back) + 1, 0x2c9277b5);
    const at = hash >>> 16;
    if (this.matchLength === 0) {
      this.matchEnd = this.matches[at];
      while (
        this.matchLength < 2 * LONGEST &&
        this.matchLength < this.matchEnd &&
        this.bytes[this.matchEnd - 1 - this.matchLength] === this.back(1 + this.matchLength)
      )
        this.matchLength++;
    }
    if (this.matchChanges) {
      this.matchChanges[this.matchesChanged++] = at;
      this.matchChanges[this.matchesChanged++] = this.matches[at];
    }
    this.matches[at] = this.count;
  }

  private beginByte(): void {
    this.partial = 1;
    let hash = 0;
    for (const order of ORDERS) {
      if (order > 0) hash = Math.imul(hash + this.back(order) + 1, 0x2c9277b5);
      this.hashes[order] = Math.imul(hash ^ (hash >>> 15), 0x5f356495) + order;
    }
    this.hashes[ORDERS.length] = this.word;
    this.hashes[ORDERS.length + 1] = Math.imul(this.back(2) * 256 + this.back(3) + 1, 0x3d4d51cb);
  }

  /** The byte so many places before the next one. */
  private back(places: number): number {
    return places <= this.count ? this.bytes[this.count - places] : 0;
  }
}
