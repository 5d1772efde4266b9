// Real-valued distributions by JavaScript's Math, by other formulas than the kernel's; and what integer tables lose on them.

/** P(N(0,1) <= x) by its Taylor series near 0 and its continued fraction in the tails. */
export function normalCdf(x: number): number {
  const y = Math.abs(x);
  const density = Math.exp((-y * y) / 2) / Math.sqrt(2 * Math.PI);
  let tail = 0;
  if (y < 4) {
    let sum = y;
    for (let i = 1, term = y; i < 120; i++) {
      term *= (y * y) / (2 * i + 1);
      sum += term;
    }
    tail = 0.5 - sum * density;
  } else {
    let fraction = 0;
    for (let n = 300; n > 0; n--) fraction = n / (y + fraction);
    tail = density / (y + fraction);
  }
  return x > 0 ? 1 - tail : tail;
}

/** P(a < N(0,1) <= b) without cancellation in the tails. */
export function normalMass(a: number, b: number): number {
  return a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a);
}

/** P(a < logistic(0, 1) <= b) without cancellation. */
export function logisticMass(a: number, b: number): number {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  return sigmoid(b) * sigmoid(-a) * -Math.expm1(a - b);
}

/** Frequencies of cumulatives that start at 0; throws unless each is at least 1 and they sum to 2^28. */
export function frequencies(cumulatives: readonly number[]): number[] {
  const result = cumulatives.slice(1).map((c, i) => c - cumulatives[i]);
  if (cumulatives[0] !== 0 || cumulatives.at(-1) !== 2 ** 28)
    throw new Error('frequencies do not sum to 2^28');
  const bad = result.findIndex((frequency) => !(frequency >= 1));
  if (bad >= 0) throw new Error(`symbol ${bad} has frequency ${result[bad]}`);
  return result;
}

/** Entropy of the real-valued probabilities, and the bits a symbol that coding by the frequencies costs beyond it. */
export function excess(probabilities: readonly number[], frequencies: readonly number[]) {
  const total = probabilities.reduce((a, b) => a + b);
  let entropy = 0;
  let excess = 0;
  probabilities.forEach((p, i) => {
    // Not p === 0: the smallest weights vanish when they are divided.
    const share = p / total;
    if (share === 0) return;
    entropy -= share * Math.log2(share);
    excess += share * Math.log2(share / (frequencies[i] / 2 ** 28));
  });
  return { entropy, excess };
}

/** The bound: 0.1 % of the entropy, or 0.001 bit where the entropy itself tends to 0. */
export function allowedExcess(entropy: number): number {
  return Math.max(0.001 * entropy, 0.001);
}
