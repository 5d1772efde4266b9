// Random numbers for training as a function of a key: whoever knows (seed, step, ...) has the same numbers,
// so no generator's state needs to be kept in a checkpoint. Generator: sfc32 (Chris Doty-Humphrey, PractRand).

/** A generator that is determined by the integers of its key. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare: number | undefined;

  constructor(...key: readonly number[]) {
    let hash = 0x9e3779b9;
    for (const part of key) {
      hash = mix(hash ^ (part | 0));
      hash = mix(hash + Math.floor(part / 2 ** 32));
    }
    this.#a = hash;
    this.#b = mix(hash + 1);
    this.#c = mix(hash + 2);
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 random bits, as a number from 0 to 2^32 - 1. */
  word(): number {
    const t = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** `n` standard normals. */
  normals(n: number): Float32Array {
    return Float32Array.from({ length: n }, () => this.normal());
  }

  /** 0 .. n - 1 in random order. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }
}

/** A bijective hash of 32 bits (MurmurHash3's finaliser). */
function mix(hash: number): number {
  let h = hash | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
