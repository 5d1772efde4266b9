// What does a single image pay that one of many does not? Chains of the model of digits that ships, from one image on.

import { VaezipError } from '../../../codec/error.ts';
import { chooseModel } from '../../../models/models.ts';
import type { Bench } from '../frame/bench.ts';
import { atMost, within } from '../frame/check.ts';
import type { Claim, Findings } from '../frame/claim.ts';

/** Images in a chain. */
const CHAINS = [1, 10, 50, 100, 1000, 10_000];
/** Bits per dimension of chains of so many images, with eight layers of latents. */
const PUBLISHED = {
  'Bit-Swap': new Map([
    [1, 3.35],
    [50, 1.31],
    [100, 1.293],
  ]),
  'BB-ANS': new Map([
    [1, 21.9],
    [50, 1.68],
    [100, 1.479],
  ]),
};
/** From so many images on, net is to be -ELBO but for this share: what is drawn for fewer differs by luck. */
const MANY = 1000;
const EXCESS = 1e-3;
/** Bits that luck may add to the depth of a message. */
const LUCK = 96;

export const chains: Claim = {
  name: 'chains',
  claim: 'In a chain only the first image pays for what its latents borrow.',
  source: 'Townsend et al. 2019, section 2.5; Kingma et al. 2019, figure 4',
  ofDigits: true,
  run,
};

interface Chain {
  readonly images: number;
  /** Bits per dimension. */
  readonly net: number;
  readonly negElbo: number;
  /** Of the message, all that is in it. */
  readonly whole: number;
  /** Bits of the chain. */
  readonly initial: number;
}

async function run(bench: Bench): Promise<Findings> {
  const digits = await bench.digits('test');
  const choice = await chooseModel(digits, undefined, digits);
  if (!choice?.accepts) throw new VaezipError('unknown-model', 'the model of digits is not here');
  const { model } = choice;
  const { width, height, channels } = digits;
  const dims = width * height * channels;
  const coded: Chain[] = [];
  for (const images of CHAINS.filter((count) => count <= digits.images)) {
    bench.progress(`coding a chain of ${images}`);
    const session = model.open({ ...digits, images }, { threads: 1, signal: bench.signal });
    const { lengths } = await session.encode(digits.data.slice(0, images * dims));
    const { likelihood, kl, net, initial } = lengths;
    const perDim = (bits: number) => bits / (images * dims);
    coded.push({
      images,
      net: perDim(net),
      negElbo: perDim(likelihood + kl),
      whole: perDim(net + initial),
      initial,
    });
  }
  const [first] = coded;
  return {
    setting: {
      unit: 'bits per dimension',
      images: 'the first test digits, 28 x 28 levels, in one message',
      model: `${model.name}, with two layers of latents and a likelihood that sees neighbours`,
      'Bit-Swap, BB-ANS': 'published, with eight layers of latents and a likelihood that sees none',
    },
    tables: [
      {
        title: 'Images in a chain',
        columns: [
          { title: 'images', digits: 0 },
          { title: '-ELBO', digits: 4 },
          { title: 'net', digits: 4 },
          { title: 'with initial bits', digits: 4 },
          { title: 'initial bits an image', digits: 2 },
          ...Object.keys(PUBLISHED).map((title) => ({ title, digits: 3 })),
        ],
        rows: coded.map(({ images, negElbo, net, whole, initial }) => [
          images,
          negElbo,
          net,
          whole,
          initial / images,
          ...Object.values(PUBLISHED).map((rates) => rates.get(images) ?? null),
        ]),
      },
    ],
    plots: [curves(model.name, coded)],
    checks: [
      ...coded
        .filter(({ images }) => images >= MANY)
        .map(({ images, net, negElbo }) =>
          atMost(`net / -ELBO, ${images} images`, net / negElbo, 1 + EXCESS),
        ),
      ...coded
        .slice(1)
        .map(({ images, initial }) =>
          within(`initial bits of ${images} images are those of one`, initial, first.initial, LUCK),
        ),
    ],
  };
}

function curves(name: string, coded: readonly Chain[]) {
  const values = [
    ...coded.map(({ images, whole }) => ({ images, bits: whole, what: name })),
    ...Object.entries(PUBLISHED).flatMap(([what, rates]) =>
      [...rates].map(([images, bits]) => ({ images, bits, what })),
    ),
  ];
  return {
    title: 'Bits per dimension of a chain, initial bits included',
    width: 380,
    height: 220,
    data: { values },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'images', type: 'quantitative', title: 'images in the chain', scale: { type: 'log' } },
      y: { field: 'bits', type: 'quantitative', title: 'bits per dimension', scale: { type: 'log' } },
      color: { field: 'what', type: 'nominal', title: null },
    },
  };
}
