// Files that no encoder wrote, damaged or made to look whole: each is refused, or gives the pixels that it had. What is
// forged goes through the project's own writer, so that every checksum fits and the decoders behind it are met.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import {
  type Container,
  type ImageContainer,
  readContainer,
  shortId,
  writeContainer,
} from '../../container/container.ts';
import {
  compress,
  decompress,
  extract,
  inspect,
  loadModel,
  type Salvaged,
  salvage,
  VaezipError,
} from '../../library/index.ts';
import { randomNumbers } from '../codec/kernel/fixture.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { painted } from '../codec/thumbs/images.ts';
import { blackAndWhite, MODELS, squares } from '../golden/cases.ts';
import { times } from '../thorough.ts';
import { costOf } from './cost.ts';

interface Base {
  readonly file: Uint8Array;
  readonly container: Container;
  /** What the file gives: samples as bytes, or the file kept. */
  readonly content: Buffer;
  readonly pixels: Pixels;
}

/** Of CPU time, and of memory beside what the process had. */
const MOST_SECONDS = 5;
const MOST_BYTES = 500e6;

const REFUSALS: readonly string[] = ['bad-file', 'too-large', 'unknown-model'];
const PNG_METADATA = Uint8Array.of(0, 103, 65, 77, 65, 4, 0, 0, 177, 143, 1, 116, 69, 88, 116, 3, 65, 0, 66);
const [WIDTH, HEIGHT] = [17, 12];

const colours = paint('photo-like', WIDTH, HEIGHT, 3);
const greys = paint('photo-like', WIDTH, HEIGHT, 1);
/** Every fourth level alone, so that levels close ranks: more samples, since the table must pay. */
const gaps = (() => {
  const photo = paint('photo-like', 40, 32, 3);
  return { ...photo, data: photo.data.map((level) => level & 0xfc) };
})();
const withAlpha = ({ data, ...shape }: Pixels): Pixels => {
  const channels = shape.channels + 1;
  const samples = Uint8Array.from({ length: (data.length / shape.channels) * channels }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / channels), index % channels];
    return channel === shape.channels ? (pixel * 7) % 256 : data[pixel * shape.channels + channel];
  });
  return { ...shape, channels: channels as Pixels['channels'], data: samples };
};
const deep: Pixels = {
  ...{ width: 9, height: 5, channels: 4, bitDepth: 16, images: 1 },
  data: Uint16Array.from({ length: 180 }, (_, index) => (index * index * 331) % 65536),
};

/** A file of each kind and family: its pixels, and the name of its model. */
const SOURCES: Record<string, readonly [Pixels, string | null]> = {
  static: [colours, 'untrained static'],
  'static with alpha': [withAlpha(colours), 'untrained static'],
  learning: [colours, 'untrained learning'],
  'learning with alpha': [withAlpha(colours), 'untrained learning'],
  'learning without some levels': [gaps, 'untrained learning'],
  'large learning': [colours, 'untrained learning large'],
  'similar learning': [colours, 'untrained learning similar'],
  'grey learning': [greys, 'untrained learning grey'],
  'grey learning with alpha': [withAlpha(greys), 'untrained learning grey'],
  quick: [colours, 'untrained quick'],
  digits: [squares(2), 'untrained digits'],
  thumbs: [painted('photo-like', 2), 'untrained thumbs'],
  binary: [blackAndWhite(squares(2)), 'untrained binary with neighbours'],
  plain: [colours, null],
  'plain of 16 bits': [deep, null],
  kept: [colours, null],
};
const NAMES = Object.keys(SOURCES);
const PHOTOS = NAMES.filter((name) => /static|learning|quick/.test(name));

const bases = new Map<string, Base>();
const ids: string[] = [];

const base = (name: string) => bases.get(name) as Base;

function bytesOf({ data }: Pixels): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

beforeAll(async () => {
  const models = new Map(
    await Promise.all(
      Object.entries(MODELS).map(async ([name, weights]) => [name, await loadModel(name, weights)] as const),
    ),
  );
  for (const { id } of models.values()) ids.push(shortId(id));
  for (const [name, [pixels, modelName]] of Object.entries(SOURCES)) {
    const model = models.get(modelName ?? '') ?? null;
    const original = name === 'kept' ? { bytes: new Uint8Array(60).fill(7) } : undefined;
    const metadata = { kind: 'png', data: PNG_METADATA } as const;
    const { file } = await compress(pixels, { model, original, metadata, keepModel: true, threads: 1 });
    const content = original ? Buffer.from(original.bytes) : bytesOf(pixels);
    bases.set(name, { file, container: readContainer(file), content, pixels });
  }
});

/** What becomes of a file: refused, or read as something. Anything but a refusal that is thrown fails the test. */
async function outcomeOf(file: Uint8Array): Promise<'refused' | Buffer> {
  try {
    const { kind } = await inspect(file);
    if (kind === 'kept') return Buffer.from((await extract(file)).bytes);
    return bytesOf(await decompress(file, { threads: 1 }));
  } catch (error) {
    if (error instanceof VaezipError && REFUSALS.includes(error.code)) return 'refused';
    throw error;
  }
}

/** What can be had of a file; null where that is nothing. */
async function salvagedOf(file: Uint8Array): Promise<Salvaged | null> {
  try {
    return await salvage(file, { threads: 1 });
  } catch (error) {
    if (error instanceof VaezipError && REFUSALS.includes(error.code)) return null;
    throw error;
  }
}

/** A forged file; null where the format's own writer refuses to write it. */
function forged(container: Container): Uint8Array | null {
  try {
    return writeContainer(container);
  } catch (error) {
    if (error instanceof VaezipError) return null;
    throw error;
  }
}

const withShape = (container: Container, shape: Partial<Pixels>) =>
  ({ ...container, shape: { ...container.shape, ...shape } }) as Container;

class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** Bytes flipped, drawn anew, filled, cut, put in, left out or put behind. */
function damaged(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = bytes.slice();
  const at = chance.below(bytes.length);
  const length = 1 + chance.below(32);
  switch (chance.below(7)) {
    case 0:
      copy[at] ^= 1 << chance.below(8);
      return copy;
    case 1:
      for (let times = 1 + chance.below(6); times > 0; times--)
        copy[chance.below(bytes.length)] = chance.below(256);
      return copy;
    case 2:
      return copy.fill(chance.of([0, 255]), at, at + length);
    case 3:
      return copy.subarray(0, at);
    case 4:
      return join(bytes.subarray(0, at), chance.bytes(length), bytes.subarray(at));
    case 5:
      return join(bytes.subarray(0, at), bytes.subarray(at + length));
    default:
      return join(bytes, chance.bytes(length));
  }
}

/** A forgery with the header as it was. */
function otherSections(container: Container, chance: Chance): Container {
  if (container.kind === 'kept') return { ...container, bytes: damaged(container.bytes, chance) };
  const groups = [...container.groups];
  const at = chance.below(groups.length);
  switch (chance.below(10)) {
    case 0:
      return { ...container, sides: { ...container.sides, levels: chance.bytes(chance.below(40)) } };
    case 1:
      return { ...container, sides: { ...container.sides, alpha: chance.bytes(chance.below(40)) } };
    case 2:
      return { ...container, groups: groups.toSpliced(at, 0, groups[chance.below(groups.length)]) };
    case 3:
      return { ...container, groups: groups.with(at, chance.bytes(chance.below(400))) };
    case 4:
      return { ...container, groups: groups.with(at, new Uint8Array(groups[at].length)) };
    case 5: {
      const other = base(chance.of(NAMES)).container;
      return { ...container, groups: other.kind === 'image' ? other.groups : [other.bytes] };
    }
    case 6:
      return { ...container, groups: Array.from({ length: 1 + chance.below(255) }, () => chance.bytes(8)) };
    case 7:
      if (container.metadataKind === 'png')
        return { ...container, metadata: damaged(container.metadata, chance) };
      return { ...container, metadataKind: 'png', metadata: chance.bytes(chance.below(40)) };
    case 8:
      return { ...container, sides: {}, groups: groups.toSpliced(at, 1, damaged(groups[at], chance)) };
    default:
      return { ...container, groups: groups.with(at, damaged(groups[at], chance)) };
  }
}

/** Sizes near those of the files, wide and tall ones, and beyond what bytes can hold. */
const SIDES = [
  1,
  2,
  3,
  11,
  13,
  16,
  18,
  27,
  28,
  29,
  64,
  120,
  4000,
  65_535,
  2 ** 20,
  2 ** 24,
  2 ** 28,
  2 ** 31 - 1,
];
/** Numbers of images, likewise. */
const IMAGES = [1, 2, 3, 40, 2 ** 16, 2 ** 20, 2 ** 24];

/** A forgery with the sections as they were. */
function otherHeader(container: Container, chance: Chance): Container {
  switch (chance.below(6)) {
    case 0:
      return withShape(container, { width: chance.of(SIDES) });
    case 1:
      return withShape(container, { height: chance.of(SIDES), width: chance.of(SIDES) });
    case 2:
      return withShape(container, {
        channels: chance.of([1, 2, 3, 4]),
        bitDepth: chance.of([8, 16]),
        images: chance.of(IMAGES),
      });
    case 3:
      return { ...container, modelId: chance.of([...ids, '', '55555555']) } as Container;
    case 4:
      return { ...container, sampleChecksum: chance.below(2 ** 32) } as Container;
    default:
      return { ...container, metadataKind: chance.of(['none', 'png', 'idx']) } as Container;
  }
}

/** As `outcomeOf`, within the time and memory that any file may take here. */
async function cheapOutcomeOf(file: Uint8Array): Promise<'refused' | Buffer> {
  const { value, seconds, memory } = await costOf(() => outcomeOf(file));
  expect(seconds).toBeLessThan(MOST_SECONDS);
  expect(memory).toBeLessThan(MOST_BYTES);
  return value;
}

/** Tries forgeries of a file; returns how many were refused, and how many gave what the file had. */
async function attack(
  name: string,
  times: number,
  forge: (container: Container, chance: Chance) => Container,
) {
  const { file, container, content } = base(name);
  const counts = { refused: 0, same: 0 };
  for (let seed = 1; seed <= times; seed++) {
    const forgery = forged(forge(container, new Chance(seed)));
    if (!forgery || Buffer.compare(forgery, file) === 0) continue;
    const outcome = await cheapOutcomeOf(forgery);
    if (outcome === 'refused') counts.refused++;
    else if (name !== 'kept') {
      expect(outcome.equals(content), `other samples of seed ${seed}`).toBe(true);
      counts.same++;
    }
  }
  return counts;
}

/** All kinds together: 200,000 damaged files and 20,000 forged ones in a thorough run. */
const DAMAGED = times(100, 15_500);
const SALVAGED = times(40, 400);
const OTHER_SECTIONS = times(80, 900);
const OTHER_HEADERS = times(60, 700);
const TIMEOUT = times(120_000, 1_800_000);

describe.each(NAMES)('a file of the kind %s', { timeout: TIMEOUT }, (name) => {
  it('comes back untouched', async () => {
    expect(await outcomeOf(base(name).file)).toEqual(base(name).content);
  });

  it('is refused when damaged, wherever that is', async () => {
    const { file } = base(name);
    for (let place = 0; place < file.length; place++) {
      const flipped = file.slice();
      flipped[place] ^= 1 << (place % 8);
      expect(await outcomeOf(flipped), `byte ${place}`).toBe('refused');
      expect(await outcomeOf(file.subarray(0, place)), `cut at ${place}`).toBe('refused');
    }
    for (let seed = 1; seed <= DAMAGED; seed++) {
      const other = damaged(file, new Chance(seed));
      if (Buffer.compare(other, file) !== 0) expect(await outcomeOf(other), `seed ${seed}`).toBe('refused');
    }
  });

  it('is salvaged when damaged as it was, or said to be doubtful, or refused', async () => {
    const { file, content } = base(name);
    for (let seed = 1; seed <= SALVAGED; seed++) {
      const had = await salvagedOf(damaged(file, new Chance(seed)));
      if (had?.kind === 'image' && !had.problems.some((problem) => /may be wrong|opaque/.test(problem)))
        expect(bytesOf(had.pixels).equals(content), `seed ${seed}`).toBe(true);
    }
  });

  it('is refused or read as it was with other sections and right checksums', async () => {
    const { refused } = await attack(name, OTHER_SECTIONS, otherSections);
    // A kept file may be any bytes; metadata may be others.
    expect(refused).toBeGreaterThan(name === 'kept' ? -1 : OTHER_SECTIONS / 2);
  });

  it('is refused or read as it was with another header and right checksums', async () => {
    const { refused } = await attack(name, OTHER_HEADERS, otherHeader);
    expect(refused).toBeGreaterThan(name === 'kept' ? -1 : OTHER_HEADERS / 4);
  });
});

describe('sizes that a file cannot have', () => {
  const refuses = async (container: Container) =>
    expect(await cheapOutcomeOf(writeContainer(container))).toBe('refused');

  it.each(['learning', 'grey learning'])('65,535 columns: %s', (name) =>
    refuses(withShape(base(name).container, { width: 65_535 })),
  );

  it.each(PHOTOS)('65,535 rows: %s', (name) => refuses(withShape(base(name).container, { height: 65_535 })));

  it.each(PHOTOS)('16 megapixels, in as many groups as those have: %s', async (name) => {
    const container = base(name).container as ImageContainer;
    for (const count of [1, 4])
      await refuses({
        ...container,
        shape: { ...container.shape, width: 4000, height: 4000 },
        groups: Array.from({ length: count }, () => container.groups[0]),
      });
  });

  it.each(PHOTOS)('more samples than the bytes can hold: %s', (name) =>
    refuses(withShape(base(name).container, { width: 2 ** 14, height: 2 ** 13 })),
  );

  it.each(['digits', 'binary', 'thumbs'])('more %s than were coded', async (name) => {
    for (const images of [1, 3, 100, 2 ** 18]) await refuses(withShape(base(name).container, { images }));
  });

  it.each(['plain', 'plain of 16 bits'])('a file that holds a thousandth of its samples: %s', (name) =>
    refuses(withShape(base(name).container, { height: 2 ** 24 })),
  );
});
