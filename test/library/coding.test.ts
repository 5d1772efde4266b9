// A codec of one's own, as vaezip/coding lets one build it: rows of pixels, black or white, each of a latent kind. The
// posterior is exact, so that bits back costs the evidence log p(x), not more.
import { expect, it } from 'vitest';
import {
  Arena,
  bernoulli,
  bitsBack,
  type Codec,
  categorical,
  chain,
  instantiateKernel,
  kernelMemory,
  Message,
  sequence,
} from '../../library/coding.ts';
import { randomNumbers } from '../codec/kernel/fixture.ts';

type Row = boolean[];

const PRIOR = [0.5, 0.3, 0.2];
/** The probability that a pixel is white, by kind and place. */
const WHITE = [
  [0.95, 0.95, 0.95, 0.95, 0.05, 0.05, 0.05, 0.05],
  [0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9],
  [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
];
const ROWS = 2000;

/** p(z, x) for each kind z. */
const joint = (row: Row): number[] =>
  PRIOR.map((prior, kind) =>
    row.reduce((product, white, at) => product * (white ? WHITE[kind][at] : 1 - WHITE[kind][at]), prior),
  );

const likelihoods = WHITE.map((pixels) => sequence<Row>(...pixels.map((white) => bernoulli(white))));
const rows: Codec<Row> = bitsBack({
  prior: categorical(PRIOR),
  likelihood: (kind: number) => likelihoods[kind],
  posterior: (row: Row) => categorical(joint(row)),
});

/** Rows that follow the model. */
function sample(): Row[] {
  const random = randomNumbers(1);
  return Array.from({ length: ROWS }, () => {
    const place = random();
    const kind = place < PRIOR[0] ? 0 : place < PRIOR[0] + PRIOR[1] ? 1 : 2;
    return WHITE[kind].map((white) => random() < white);
  });
}

it('a latent variable model codes by bits back, at the cost of its evidence, and comes back', () => {
  const data = sample();
  const kernel = instantiateKernel(kernelMemory(2 ** 20));
  const codec = chain(rows, ROWS);

  const message = Message.create(kernel, new Arena(kernel));
  codec.push(message, data);
  const bytes = message.toBytes();
  const evidence = data.reduce((sum, row) => sum - Math.log2(joint(row).reduce((a, b) => a + b)), 0);
  expect(message.netBits).toBeGreaterThan(evidence - 1);
  expect(message.netBits).toBeLessThan(evidence + 1);
  expect(bytes.length).toBeLessThan(evidence / 8 + 16);

  const received = Message.fromBytes(kernel, new Arena(kernel), bytes);
  expect(codec.pop(received)).toEqual(data);
  received.assertRestored();
});
