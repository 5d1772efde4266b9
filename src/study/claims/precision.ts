// How fine must the integers be? Latents, frequencies and chains, each from too coarse to fine enough.

import { bernoullisLog2Probability } from '../../../codec/distributions/bernoulli-vector.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { codeDigits } from '../digits/coder.ts';
import { staticDigits } from '../digits/data.ts';
import { type DigitsModel, digitsShapes, PIXELS } from '../digits/model.ts';
import { sharedModel, sharedNetwork } from '../digits/networks.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { codeChain, type OnDisk } from '../mlp/coder.ts';
import { coarseBernoullis } from '../precision/coarse-bernoulli.ts';

const IMAGES = 2000;
/** Bits of a latent's bins. */
const LATENT_BITS = [2, 4, 6, 8, 10, 12, 14, 16];
/** Bits of a pixel's frequencies. */
const CODER_BITS = [2, 4, 6, 8, 12, 16, 20, 24, 28];
/** Images in a chain. */
const CHAINS = [1, 2, 5, 10, 100, 1000];
/** Share of -ELBO by which net may differ where precision is enough. */
const PLATEAU = 1e-3;
/** Bits that the words of a message may round, and that luck may add to its depth. */
const LUCK = 96;

export const precision: Claim = {
  name: 'precision',
  claim:
    'Ten bits a latent and sixteen a probability are as good as real numbers; initial bits are paid once a chain.',
  source: 'Townsend et al. 2019, section 2.5; Kingma et al. 2019, figure 4',
  ofDigits: true,
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const [{ tensors }] = await bench.weights([sharedNetwork({ neighbours: 0, beta: 1 })]);
  const model = sharedModel(0);
  const images = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);

  bench.progress('coding with coarse latents');
  const latents = LATENT_BITS.map((bits) => codeDigits(model, tensors, images, bits));
  bench.progress('coding with coarse frequencies');
  const coder = CODER_BITS.map((bits) => codeCoarsely(model, tensors, images, bits));
  bench.progress('coding in short chains');
  const chains = CHAINS.map((length) => codeDigits(model, tensors, images.slice(0, length)));

  const at = (bits: readonly number[], codings: readonly OnDisk[], wanted: number) =>
    codings[bits.indexOf(wanted)];
  const initial = chains.map(({ file, net }) => file - net);
  return {
    setting: {
      unit: 'bits per pixel',
      mean: `over the first ${IMAGES} test digits, binarised once, in one chain but for the last table`,
      '-ELBO': 'of the real-valued model at the latents that were drawn, which are others in each row',
    },
    tables: [
      precisionTable('Bits a latent', LATENT_BITS, latents),
      precisionTable('Bits of a frequency', CODER_BITS, coder),
      {
        title: 'Images in a chain',
        columns: [
          { title: 'images', digits: 0 },
          { title: 'net', digits: 4 },
          { title: 'file', digits: 4 },
          { title: 'initial bits an image', digits: 2 },
        ],
        rows: CHAINS.map((length, i) => [
          length,
          perPixel(chains[i].net, length),
          perPixel(chains[i].file, length),
          initial[i] / length,
        ]),
      },
    ],
    plots: [
      curve(
        'Bits a latent',
        LATENT_BITS,
        latents.map(({ net }) => perPixel(net)),
      ),
      curve(
        'Bits of a frequency',
        CODER_BITS,
        coder.map(({ net }) => perPixel(net)),
      ),
      curve(
        'Images in a chain, initial bits included',
        CHAINS,
        chains.map(({ file }, i) => perPixel(file, CHAINS[i])),
        {
          type: 'log',
        },
      ),
    ],
    checks: [
      ...[8, 10, 12, 14].map((bits) =>
        within(`net / -ELBO, ${bits} bits a latent`, excess(at(LATENT_BITS, latents, bits)), 1, PLATEAU),
      ),
      atLeast('net with 2 bits a latent against 16', latents[0].net / at(LATENT_BITS, latents, 16).net, 1.1),
      ...[16, 20, 24, 28].map((bits) =>
        within(`net / -ELBO, frequencies of ${bits} bits`, excess(at(CODER_BITS, coder, bits)), 1, PLATEAU),
      ),
      atLeast('net / -ELBO, frequencies of 4 bits', excess(at(CODER_BITS, coder, 4)), 1.1),
      ...CHAINS.slice(1).map((length, i) =>
        within(`initial bits of ${length} images are those of one`, initial[i + 1], initial[0], LUCK),
      ),
    ],
  };
}

function perPixel(bits: number, images = IMAGES): number {
  return bits / (images * PIXELS);
}

/** net / -ELBO. */
function excess({ net, likelihood, kl }: OnDisk): number {
  return net / (likelihood + kl);
}

function precisionTable(title: string, bits: readonly number[], codings: readonly OnDisk[]): FigureTable {
  return {
    title,
    columns: [
      { title: 'bits', digits: 0 },
      { title: 'net on disk', digits: 5 },
      { title: '-ELBO', digits: 5 },
      { title: 'net over -ELBO, %', digits: 3 },
    ],
    rows: bits.map((count, i) => {
      const { net, likelihood, kl } = codings[i];
      return [count, perPixel(net), perPixel(likelihood + kl), 100 * (excess(codings[i]) - 1)];
    }),
  };
}

function codeCoarsely(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  frequencyBits: number,
): OnDisk {
  const { encoder, decoder } = model;
  return codeChain(
    {
      ...{ tensors, shapes: digitsShapes(model), encoder, decoder },
      inputs: (image: Uint8Array) => Float32Array.from(image),
      likelihood: () => (logits: Float32Array) => ({
        ...coarseBernoullis(logits, frequencyBits),
        log2Probability: (message, image) => bernoullisLog2Probability(message, image, logits),
      }),
    },
    images,
  );
}

function curve(title: string, x: readonly number[], bits: readonly number[], scale: object = {}): Plot {
  return {
    title,
    width: 380,
    height: 160,
    data: { values: x.map((value, i) => ({ value, bits: bits[i] })) },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'value', type: 'quantitative', title: null, scale },
      y: { field: 'bits', type: 'quantitative', title: 'bits per pixel', scale: { zero: false } },
    },
  };
}
