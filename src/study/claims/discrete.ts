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
import { autoencoder, autoencoderShapes, CODES } from '../codes/model.ts';
import type { CodesOptions } from '../codes/preset.ts';
import { Quantiser } from '../codes/quantiser.ts';
import { codeDigits } from '../digits/coder.ts';
import { heldOutDigits, staticDigits } from '../digits/data.ts';
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
/** Entries of the codebooks. */
const ENTRIES = [8, 32];
/** Of the bins of a number. */
const BITS = [1, 2, 3, 4, 5, 6];
/** What takes more is off the plot. */
const PLOTTED_BITS = 260;
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
  ofDigits: true,
  run,
};

const network = (name: string, options: CodesOptions): Network => ({
  name: `discrete-${name}`,
  recipe: 'codes',
  options,
  steps: STEPS,
});

/** A way to code images: bits an image, and the logits of each image's pixels, given its code. */
interface Way {
  readonly name: string;
  /** Within its kind. */
  readonly label: string;
  readonly code: number;
  readonly pixels: number;
  readonly net: number;
  readonly logits: readonly Float32Array[];
}

/** Codes of one kind and several sizes. */
interface Kind {
  readonly name: string;
  readonly ways: readonly Way[];
}

/** Numbers cut into bins, a way for each of BITS; `best`: the one that takes the fewest bits for held-out digits. */
interface Cut extends Kind {
  readonly best: Way;
}

/** Training digits: those that bins are fitted to, and those that choose between bins. */
interface Others {
  readonly fitted: readonly Uint8Array[];
  readonly heldOut: readonly Uint8Array[];
}

async function run(bench: Bench): Promise<Findings> {
  const [vae, plain, denoising, ...books] = await bench.weights([
    sharedNetwork(VAE),
    network('plain', { entries: 0, flipped: 0 }),
    network('denoising', { entries: 0, flipped: FLIPPED }),
    ...ENTRIES.map((entries) => network(`vq${entries}`, { entries, flipped: 0 })),
  ]);
  await bench.tensorFlow();
  const digits = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const training = (await bench.digits('train')).data as Uint8Array;
  const others = {
    fitted: staticDigits(training, FITTED),
    heldOut: heldOutDigits(training).bits.slice(0, IMAGES),
  };

  bench.progress('coding by bits back');
  const back = bitsBackWay(vae.tensors, digits);
  bench.progress('coding by entries of the codebook');
  const vqs = books.map(({ tensors }, i) => entriesWay(ENTRIES[i], tensors, digits));
  const samples = books.map(({ tensors }, i) =>
    decodeRandomCodes(entriesModel(ENTRIES[i], tensors), SHOWN, bench.random(0, i)),
  );
  bench.progress('coding by numbers in bins');
  const cuts = [
    cutOf("VAE's means", vaeNumbers(vae.tensors), digits, others),
    cutOf('autoencoder', plainNumbers(plain.tensors), digits, others),
    cutOf('denoising autoencoder', plainNumbers(denoising.tensors), digits, others),
  ];
  const kinds = [{ name: 'VQ-VAE', ways: vqs.map(({ way }) => way) }, ...cuts];
  const ways = [back, ...vqs.map(({ way }) => way), ...cuts.map(({ best }) => best)];
  return {
    setting: {
      unit: 'bits an image of 784 binary pixels, on disk',
      mean: `over the first ${IMAGES} test digits, static binarisation`,
      codes: `${CODES} entries of a codebook of ${ENTRIES.join(' or ')}; ${CODES} numbers in 2^b bins`,
      bins: `fitted to ${FITTED} training digits; b chosen by ${IMAGES} held-out ones`,
      'samples of z': '1, popped, by bits back; none else',
    },
    tables: [waysTable(ways, digits), cutsTable(cuts)],
    plots: [netPlot(back, kinds), await picturesGrid(ways, samples, digits)],
    checks: checksOf(back, vqs, cuts),
  };
}

function bitsBackWay(tensors: NamedArrays, digits: readonly Uint8Array[]): Way {
  const model = sharedModel(VAE.neighbours);
  const { kl, likelihood, net } = codeDigits(model, tensors, digits);
  const logits = logitsOf(model, tensors, posteriorsOf(model, tensors, digits).means);
  return {
    name: 'VAE, bits back',
    label: '',
    code: kl / IMAGES,
    pixels: likelihood / IMAGES,
    net: net / IMAGES,
    logits: digits.map((_, i) => logits.subarray(i * PIXELS, (i + 1) * PIXELS)),
  };
}

function entriesModel(entries: number, tensors: NamedArrays): CodedModel {
  const { decoder, prior, ...rest } = autoencoder(entries);
  if (!prior) throw new Error('a discrete code has a prior');
  const shapes = autoencoderShapes({ decoder, prior, ...rest });
  return { decoder, tensors, shapes, code: (engine) => entriesCode(engine, prior, tensors) };
}

/** Also what the file has beside net, of all images together, and how many entries of the codebook are in use. */
function entriesWay(entries: number, tensors: NamedArrays, digits: readonly Uint8Array[]) {
  const model = entriesModel(entries, tensors);
  const codes = entriesOf(autoencoder(entries), tensors, digits);
  const disk = codeByCodes(model, digits, codes);
  return {
    entries,
    way: wayOf('VQ-VAE', `${entries} entries`, disk, logitsOfCodes(model, codes)),
    besideNet: disk.file - disk.net,
    used: new Set(codes.flatMap((code) => [...code])).size,
  };
}

function wayOf(
  kind: string,
  label: string,
  { codes, pixels, net }: CodedOnDisk,
  logits: readonly Float32Array[],
): Way {
  const bits = { code: codes / IMAGES, pixels: pixels / IMAGES, net: net / IMAGES };
  return { name: `${kind}, ${label}`, label, ...bits, logits };
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
  const model = autoencoder(0);
  return {
    ...{ decoder: model.decoder, tensors, shapes: autoencoderShapes(model) },
    of: (images) => numbersOf(model, tensors, images),
  };
}

function cutOf(
  name: string,
  { of, ...model }: Numbers,
  digits: readonly Uint8Array[],
  { fitted, heldOut }: Others,
): Cut {
  const rows = of(fitted);
  const ways = BITS.map((bits) => {
    const quantiser = new Quantiser(bits, rows);
    const coded = { ...model, code: () => quantiser };
    const codesOf = (images: readonly Uint8Array[]) => of(images).map((row) => quantiser.codeOf(row));
    const codes = codesOf(digits);
    return {
      way: wayOf(name, `b = ${bits}`, codeByCodes(coded, digits, codes), logitsOfCodes(coded, codes)),
      heldOut: codeByCodes(coded, heldOut, codesOf(heldOut)).net,
    };
  });
  const best = ways.reduce((a, b) => (b.heldOut < a.heldOut ? b : a)).way;
  return { name, ways: ways.map(({ way }) => way), best };
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
    title: 'Bits an image; of numbers, with the b that is best for held-out digits',
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

function checksOf(back: Way, vqs: readonly ReturnType<typeof entriesWay>[], cuts: readonly Cut[]): Check[] {
  const ways = [...vqs.map(({ way }) => way), ...cuts.map(({ best }) => best)];
  return [
    ...vqs.flatMap(({ entries, way, besideNet, used }) => [
      atMost(`${way.name}: bits of the file beside net, all images together`, besideNet, STATE_BITS),
      atMost(`${way.name}: bits of a code by its prior`, way.code, CODES * Math.log2(entries)),
      atLeast(`${way.name}: entries in use`, used, entries / 2),
    ]),
    ...ways.map((way) => atLeast(`net, ${way.name} against ${back.name}`, way.net, back.net)),
  ];
}

function netPlot(back: Way, kinds: readonly Kind[]): Plot {
  const point = (kind: string, { code, net, label }: Way) => ({ kind, code, net, label });
  const values = [
    point(back.name, back),
    ...kinds.flatMap(({ name, ways }) => ways.map((way) => point(name, way))),
  ].filter(({ net }) => net <= PLOTTED_BITS);
  return {
    title: 'Bits of the code, and net on disk',
    width: 420,
    height: 280,
    data: { values },
    encoding: {
      x: { field: 'code', type: 'quantitative', title: 'bits of the code, an image', scale: { zero: false } },
      y: { field: 'net', type: 'quantitative', title: 'net bits an image', scale: { zero: false } },
      color: { field: 'kind', type: 'nominal', title: null, sort: null, legend: { labelLimit: 0 } },
    },
    layer: [
      { mark: { type: 'line' }, encoding: { order: { field: 'code' } } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 } },
      { mark: { type: 'text', align: 'left', dx: 6, dy: -7 }, encoding: { text: { field: 'label' } } },
    ],
  };
}

function picturesGrid(
  ways: readonly Way[],
  samples: readonly (readonly Uint8Array[])[],
  digits: readonly Uint8Array[],
): Promise<Plot> {
  return pictureGrid({
    title: 'What the codes say of the pixels',
    rows: [
      'test digits',
      ...ways.map(({ name }) => name),
      ...ENTRIES.map((entries) => `samples, ${entries} entries`),
    ],
    columns: new Array<string>(SHOWN).fill(''),
    pictures: [
      ...digits.slice(0, SHOWN).map(digitPicture),
      ...ways.flatMap(({ logits }) => logits.slice(0, SHOWN).map((row) => meansPicture(row))),
      ...samples.flat().map(digitPicture),
    ],
    cell: { width: 36, height: 36 },
  });
}
