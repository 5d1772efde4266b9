// rANS as the equations say it, on one BigInt stack of words: slow, and written without a look at the kernel.

/** A message of the textbook: state in [2^32, 2^64), words of 32 bits, seed words below the bottom. */
export class OracleMessage {
  state = 1n << 32n;
  readonly words: bigint[] = [];
  seeds = 0;
  readonly #seedWord: (n: number) => bigint;

  constructor(seedWord: (n: number) => bigint) {
    this.#seedWord = seedWord;
  }

  push(start: bigint, frequency: bigint, precision: bigint): void {
    while (this.state >= frequency << (64n - precision)) {
      this.words.push(this.state & 0xffffffffn);
      this.state >>= 32n;
    }
    this.state = ((this.state / frequency) << precision) + start + (this.state % frequency);
  }

  peek(precision: bigint): bigint {
    return this.state % (1n << precision);
  }

  pop(start: bigint, frequency: bigint, precision: bigint): void {
    this.state = frequency * (this.state >> precision) + this.peek(precision) - start;
    while (this.state < 1n << 32n) {
      this.state = (this.state << 32n) | (this.words.pop() ?? this.#seedWord(this.seeds++));
    }
  }
}

/** splitmix64, its (n + 1)-th output's high half. */
export function oracleSeedWord(n: number): bigint {
  const u64 = (x: bigint) => BigInt.asUintN(64, x);
  let z = u64(BigInt(n + 1) * 0x9e3779b97f4a7c15n);
  z = u64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return (z ^ (z >> 31n)) >> 32n;
}
