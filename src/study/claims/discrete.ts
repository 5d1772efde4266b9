// Codes that are functions of the image: a VQ-VAE's entries with their learned prior, and numbers of autoencoders and
// of a VAE's means, cut into bins. The pixels are coded losslessly after them: on disk they compare with bits back.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import {
  type CodedModel,
  type CodedOnDisk,
  codeByCodes,
  decodeRandomCodes,
  logitsOfCodes,
} from '../codes/coder.ts';
import { entriesOf, numbersOf } from '../codes/codes-of.ts';
import { entriesCode } from '../codes/entries.ts';
import { autoencoder, autoencoderShapes, CODES, ENTRIES } from '../codes/model.ts';
import { Quantiser } from '../codes/quantiser.ts';
import { codeDigits } from '../digits/coder.ts';
import { staticDigits } from '../digits/data.ts';
import { posteriorsOf } from '../digits/estimates.ts';
import { digitsShapes, PIXELS } from '../digits/model.ts';
import { sharedModel, sharedNetwork } from '../digits/networks.ts';
import { digitPicture, meansPicture } from '../digits/pictures.ts';
import { logitsOf } from '../digits/sampling.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { estimate } from '../frame/estimate.ts';
import type { Network } from '../frame/network.ts';
import { pictureGrid } from '../frame/pictures.ts';

const IMAGES = 1000;
/** Training images that bins are fitted to. */
const FITTED = 10_000;
/** Of the bins of a number. */
const BITS = [1, 2, 3, 4, 5, 6];
const STEPS = 3000;
/** Share of the pixels that a denoising autoencoder is trained with flipped. */
const FLIPPED = 0.1;
const SHOWN = 12;
const VAE = { neighbours: 0, beta: 1 };
/** Bits that a message has beside net: its state's first 32, and what its last word is not full of. */
const STATE_BITS = 64;

export const discrete: Claim = {
  name: 'discrete',
  claim:
    'A code that is a function of x needs no bits back, but on disk it takes more than one that is drawn.',
  source: 'van den Oord et al. 2017; Vincent et al. 2008; Townsend et al. 2019',
  run,
};

const network = (name: string, options: { discrete: boolean; flipped: number }): Network => ({
  name: `discrete-${name}`,
  recipe: 'codes',
  options,
  steps: STEPS,
});

/** A way to code images: bits an image, and the logits of each image's pixels, given its code. */
interface Way {
  readonly name: string;
  readonly code: number;
  readonly pixels: number;
  readonly net: number;
  readonly logits: readonly Float32Array[];
}

/** Numbers cut into bins, a way for each of BITS. */
interface Cut {
  readonly name: string;
  readonly ways: readonly Way[];
}

async function run(bench: Bench): Promise<Findings> {
  const [vae, vq, plain, denoising] = await bench.weights([
    sharedNetwork(VAE),
    network('vq', { discrete: true, flipped: 0 }),
    network('plain', { discrete: false, flipped: 0 }),
    network('denoising', { discrete: false, flipped: FLIPPED }),
  ]);
  await bench.tensorFlow();
  const digits = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const trained = staticDigits((await bench.digits('train')).data as Uint8Array, FITTED);

  bench.progress('coding by bits back');
  const back = bitsBackWay(vae.tensors, digits);
  bench.progress('coding by entries of the codebook');
  const entries = entriesWay(vq.tensors, digits);
  const samples = decodeRandomCodes(entriesModel(vq.tensors), SHOWN, bench.random(0));
  bench.progress('coding by numbers in bins');
  const cuts = [
    cutOf("VAE's means", vaeNumbers(vae.tensors), digits, trained),
    cutOf('autoencoder', plainNumbers(plain.tensors), digits, trained),
    cutOf('denoising autoencoder', plainNumbers(denoising.tensors), digits, trained),
  ];
  const ways = [back, entries.way, ...cuts.map(best)];
  return {
    setting: {
      unit: 'bits an image of 784 binary pixels, on disk',
      mean: `over the first ${IMAGES} test digits, static binarisation`,
      codes: `${CODES} entries of a codebook of ${ENTRIES}; ${CODES} numbers in 2^b bins`,
      bins: `fitted to ${FITTED} training digits`,
      'samples of z': '1, popped, by bits back; none else',
    },
    tables: [waysTable(ways, digits), cutsTable(cuts)],
    plots: [planePlot(back, entries.way, cuts), await picturesGrid(ways, samples, digits)],
    checks: checksOf(back, entries, cuts),
  };
}

function bitsBackWay(tensors: NamedArrays, digits: readonly Uint8Array[]): Way {
  const model = sharedModel(VAE.neighbours);
  const { kl, likelihood, net } = codeDigits(model, tensors, digits);
  const logits = logitsOf(model, tensors, posteriorsOf(model, tensors, digits).means);
  return {
    name: 'VAE, bits back',
    code: kl / IMAGES,
    pixels: likelihood / IMAGES,
    net: net / IMAGES,
    logits: digits.map((_, i) => logits.subarray(i * PIXELS, (i + 1) * PIXELS)),
  };
}

function entriesModel(tensors: NamedArrays): CodedModel {
  const { decoder, prior, ...rest } = autoencoder(true);
  if (!prior) throw new Error('a discrete code has a prior');
  const shapes = autoencoderShapes({ decoder, prior, ...rest });
  return { decoder, tensors, shapes, code: (engine) => entriesCode(engine, prior, tensors) };
}

/** Also what the file has beside net, of all images together, and how many entries of the codebook are in use. */
function entriesWay(tensors: NamedArrays, digits: readonly Uint8Array[]) {
  const model = entriesModel(tensors);
  const codes = entriesOf(autoencoder(true), tensors, digits);
  const disk = codeByCodes(model, digits, codes);
  return {
    way: wayOf('VQ-VAE', disk, logitsOfCodes(model, codes)),
    besideNet: disk.file - disk.net,
    used: new Set(codes.flatMap((code) => [...code])).size,
  };
}

function wayOf(name: string, { codes, pixels, net }: CodedOnDisk, logits: readonly Float32Array[]): Way {
  return { name, code: codes / IMAGES, pixels: pixels / IMAGES, net: net / IMAGES, logits };
}

/** A decoder, and the numbers that it is to have of images. */
interface Numbers extends Omit<CodedModel, 'code'> {
  of(images: readonly Uint8Array[]): Float32Array[];
}

function vaeNumbers(tensors: NamedArrays): Numbers {
  const model = sharedModel(VAE.neighbours);
  const { latents } = model.sizes;
  return {
    ...{ decoder: model.decoder, tensors, shapes: digitsShapes(model) },
    of(images) {
      const { means } = posteriorsOf(model, tensors, images);
      return images.map((_, i) => means.subarray(i * latents, (i + 1) * latents));
    },
  };
}

function plainNumbers(tensors: NamedArrays): Numbers {
  const model = autoencoder(false);
  return {
    ...{ decoder: model.decoder, tensors, shapes: autoencoderShapes(model) },
    of: (images) => numbersOf(model, tensors, images),
  };
}

function cutOf(
  name: string,
  { of, ...model }: Numbers,
  digits: readonly Uint8Array[],
  trained: readonly Uint8Array[],
): Cut {
  const [numbers, fitted] = [digits, trained].map(of);
  return {
    name,
    ways: BITS.map((bits) => {
      const quantiser = new Quantiser(bits, fitted);
      const coded = { ...model, code: () => quantiser };
      const codes = numbers.map((row) => quantiser.codeOf(row));
      return wayOf(`${name}, b = ${bits}`, codeByCodes(coded, digits, codes), logitsOfCodes(coded, codes));
    }),
  };
}

function best({ ways }: Cut): Way {
  return ways.reduce((a, b) => (b.net < a.net ? b : a));
}

/** Pixels of an image that are not what is more probable of them. */
function wrongPixels({ logits }: Way, digits: readonly Uint8Array[]): number {
  const wrong = digits.map((digit, i) =>
    digit.reduce((sum, bit, pixel) => sum + (logits[i][pixel] > 0 === (bit === 1) ? 0 : 1), 0),
  );
  return estimate(wrong).mean;
}

function waysTable(ways: readonly Way[], digits: readonly Uint8Array[]): FigureTable {
  return {
    title: 'Bits an image; of numbers, with the b that takes the fewest',
    columns: [
      { title: 'code' },
      { title: 'bits of the code', digits: 1 },
      { title: 'of the pixels', digits: 1 },
      { title: 'net on disk', digits: 1 },
      { title: 'bits/dim', digits: 4 },
      { title: 'wrong pixels', digits: 1 },
    ],
    rows: ways.map((way) => [
      way.name,
      way.code,
      way.pixels,
      way.net,
      way.net / PIXELS,
      wrongPixels(way, digits),
    ]),
  };
}

function cutsTable(cuts: readonly Cut[]): FigureTable {
  return {
    title: 'Numbers in 2^b bins: bits of the code, and net on disk',
    columns: [
      { title: 'b', digits: 0 },
      ...cuts.flatMap(({ name }) => [
        { title: `${name}: code`, digits: 1 },
        { title: 'net', digits: 1 },
      ]),
    ],
    rows: BITS.map((bits, i) => [bits, ...cuts.flatMap(({ ways }) => [ways[i].code, ways[i].net])]),
  };
}

function checksOf(
  back: Way,
  { way, besideNet, used }: ReturnType<typeof entriesWay>,
  cuts: readonly Cut[],
): Check[] {
  const uniform = CODES * Math.log2(ENTRIES);
  return [
    atMost('VQ-VAE: bits of the file beside net, all images together', besideNet, STATE_BITS),
    atMost('VQ-VAE: bits of a code by the prior, against equal probabilities', way.code, uniform),
    atLeast('VQ-VAE: entries in use', used, ENTRIES / 2),
    atMost('net, VAE by bits back against VQ-VAE', back.net, way.net),
    ...cuts.map((cut) => atMost(`net, VQ-VAE against ${best(cut).name}`, way.net, best(cut).net)),
  ];
}

function planePlot(back: Way, entries: Way, cuts: readonly Cut[]): Plot {
  const point = (name: string, label: string, { code, pixels }: Way) => ({ name, label, code, pixels });
  const values = [
    point('VAE, bits back', '', back),
    point('VQ-VAE', '', entries),
    ...cuts.flatMap(({ name, ways }) => ways.map((way, i) => point(name, `${BITS[i]}`, way))),
  ];
  return {
    title: 'Bits of the code and of the pixels; labels: b',
    width: 420,
    height: 280,
    data: { values },
    encoding: {
      x: { field: 'code', type: 'quantitative', title: 'bits of the code' },
      y: { field: 'pixels', type: 'quantitative', title: 'bits of the pixels', scale: { zero: false } },
      color: { field: 'name', type: 'nominal', title: null, sort: null },
    },
    layer: [
      { mark: { type: 'line' }, encoding: { order: { field: 'code' } } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 } },
      { mark: { type: 'text', dx: 7, dy: -6 }, encoding: { text: { field: 'label' } } },
    ],
  };
}

function picturesGrid(
  ways: readonly Way[],
  samples: readonly Uint8Array[],
  digits: readonly Uint8Array[],
): Promise<Plot> {
  return pictureGrid({
    title: 'What the codes say of the pixels',
    rows: ['test digits', ...ways.map(({ name }) => name), 'VQ-VAE: samples'],
    columns: new Array<string>(SHOWN).fill(''),
    pictures: [
      ...digits.slice(0, SHOWN).map(digitPicture),
      ...ways.flatMap(({ logits }) => logits.slice(0, SHOWN).map((row) => meansPicture(row))),
      ...samples.map(digitPicture),
    ],
    cell: { width: 36, height: 36 },
  });
}
