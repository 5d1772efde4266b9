// What coding takes in memory: the formula, the limits that it is held against, and memory that is not there.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SMALL_BYTES } from '../../codec/kernel/pool.ts';
import type { CodingOptions, Model } from '../../codec/model/model.ts';
import type { Shape } from '../../codec/pixels/pixels.ts';
import { plainModel } from '../../codec/plain/family.ts';
import { compress, decompress, findModel, memoryNeeded, verify } from '../../library/index.ts';
import { hasScout } from '../../models/models.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { grey, groupedCodec } from '../codec/planes/learning/untrained.ts';
import { squares } from '../golden/cases.ts';
import { BareModel } from './bare-model.ts';

const photo = paint('photo-like', 90, 70, 3);
const original = { bytes: new Uint8Array(100_000), extension: 'png' };
const tooLarge = expect.objectContaining({ name: 'VaezipError', code: 'too-large' });
const PAGES = 5 * 65536;

afterEach(() => vi.restoreAllMocks());

/** Bytes of all kernel memories that the work takes. */
async function kernelBytes(work: () => Promise<unknown>): Promise<number> {
  const { Memory } = WebAssembly;
  let bytes = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      bytes += this.buffer.byteLength;
    }
  };
  try {
    await work();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return bytes;
}

describe('the memory that a model says it takes', () => {
  // So wide that they do not lend each other kernels, as small ones do (codec/kernel/pool.ts).
  it.each([
    ['photo-static', 24_000],
    ['photo', 6000],
    ['photo-max', 2500],
  ] as const)('is what a photo takes there and back: %s', async (name, width) => {
    const model = await findModel(name);
    const photo = paint('photo-like', width, 8, 3);
    const shape: Shape = { ...photo };
    let file: Uint8Array = new Uint8Array(0);
    const encoding = await kernelBytes(async () => {
      ({ file } = await compress(photo, { model, keepModel: true, threads: 1 }));
    });
    // The model that chooses the scan has a small kernel of its own.
    const expected = model.memory(shape, 'encode', 0) + (hasScout(model) ? SMALL_BYTES : 0);
    expect(encoding - expected).toBeGreaterThanOrEqual(0);
    expect(encoding - expected).toBeLessThan(2 * PAGES);
    expect(memoryNeeded(shape, model, 'encode')).toBeGreaterThan(expected);
    const decoding = await kernelBytes(() => decompress(file, { model, threads: 1 }));
    // Streams of the decoder lie there, too.
    expect(decoding).toBeLessThan(model.memory(shape, 'decode', file.length) + PAGES);
    expect(decoding).toBeGreaterThan(model.memory(shape, 'decode', 0));
  });

  it('is that of one group, unless there is more to spare', async () => {
    // Of five groups of two rows, each too wide for a kernel that is lent to others.
    const model = groupedCodec(grey, 40_000);
    const photo = paint('photo-like', 20_000, 10, 1);
    const one = model.memory(photo, 'encode', 0);
    expect(one).toBe(model.memory({ ...photo, height: 2 }, 'encode', 0));
    const taken = (limitMemory?: number) =>
      kernelBytes(() => compress(photo, { model, keepModel: true, threads: 2, limitMemory }));
    const needed = memoryNeeded(photo, model, 'encode');
    for (const [limit, groups] of [
      [needed, 1],
      [needed + one - 1, 1],
      [needed + one, 2],
      [undefined, 2],
    ] as const) {
      const bytes = await taken(limit);
      expect(bytes).toBeGreaterThanOrEqual(groups * one);
      expect(bytes).toBeLessThan(groups * (one + PAGES));
    }
    await expect(taken(needed - 1)).rejects.toEqual(tooLarge);
  });

  it('grows with the pixels and columns of a group as docs/memory.md says', async () => {
    const documented = readFileSync('docs/memory.md', 'utf8');
    for (const name of ['photo-static', 'photo', 'photo-large', 'photo-max', 'photo-grey']) {
      const model = await findModel(name);
      const channels = name === 'photo-grey' ? 1 : 3;
      const bytes = (width: number, height: number) =>
        model.memory({ width, height, channels, bitDepth: 8, images: 1 }, 'decode', 0);
      const perPixel = (bytes(1000, 2000) - bytes(1000, 1000)) / 1e6;
      const perColumn = (bytes(2000, 1000) - bytes(1000, 2000)) / 1000;
      const row = documented.split('\n').find((line) => line.startsWith(`| ${name} `));
      const cells = row?.split('|').map((cell) => Number(cell.replace(/ /g, ''))) ?? [];
      expect(cells[5]).toBeCloseTo(perPixel, 1);
      expect(Math.abs(cells[6] - perColumn)).toBeLessThan(0.01 * perColumn);
    }
  });

  it('counts alpha and copies of samples', () => {
    const grey: Shape = { width: 100, height: 100, channels: 1, bitDepth: 8, images: 1 };
    const bare = new BareModel();
    expect(memoryNeeded(grey, bare, 'decode', 0)).toBe(20_000);
    expect(memoryNeeded({ ...grey, bitDepth: 16 }, bare, 'decode', 0)).toBe(40_000);
    expect(memoryNeeded({ ...grey, channels: 2 }, bare, 'decode', 7)).toBe(20_000 + 40_000 + 7 + 10_000);
    expect(memoryNeeded({ ...grey, images: 3 }, plainModel, 'decode', 0)).toBe(60_000);
  });
});

/** A model that must not be asked to work. */
class Untouchable extends BareModel {
  override open(_shape: Shape, _options: CodingOptions): never {
    throw new Error('opened');
  }
}

describe('a limit', () => {
  const bare = new BareModel();
  const coded = compress(photo, { model: bare, keepModel: true });

  it('of memory refuses a file before anything is taken, and names both figures', async () => {
    const { file } = await coded;
    const { width, height } = photo;
    const needed = memoryNeeded(photo, bare, 'decode', photo.data.length);
    const decode = (model: Model, limitMemory: number) => decompress(file, { model, limitMemory });
    await expect(decode(new Untouchable(), needed - 1)).rejects.toEqual(tooLarge);
    await expect(decode(new Untouchable(), 10_000)).rejects.toThrow(
      `${width} x ${height} pixels take up to ${needed} bytes of memory with the model bare, more than ` +
        'the limit of 10000 bytes',
    );
    await expect(verify(file, { pixels: photo }, { model: bare, limitMemory: 1 })).rejects.toEqual(tooLarge);
    expect((await decode(bare, needed)).data).toEqual(photo.data);
  });

  it('of memory refuses an image rather than keep it or code it by another model', async () => {
    const needed = memoryNeeded(photo, bare, 'encode');
    for (const keep of [undefined, original])
      await expect(
        compress(photo, { model: new Untouchable(), original: keep, limitMemory: needed - 1 }),
      ).rejects.toEqual(tooLarge);
    await expect(compress(photo, { model: null, limitMemory: 1000 })).rejects.toEqual(tooLarge);
    expect(
      (await compress(photo, { model: bare, keepModel: true, limitMemory: needed })).report.model?.name,
    ).toBe('bare');
    // Verified, the samples are there twice.
    const verified = photo.data.length + memoryNeeded(photo, bare, 'decode');
    const options = { model: bare, verify: true, keepModel: true };
    const limitMemory = Math.max(needed, verified);
    await expect(compress(photo, { ...options, limitMemory: limitMemory - 1 })).rejects.toEqual(tooLarge);
    expect((await compress(photo, { ...options, limitMemory })).report.verified).toBe(true);
  });

  it('of pixels refuses larger images, of all together', async () => {
    const { file } = await coded;
    const pixels = photo.width * photo.height;
    await expect(decompress(file, { limitPixels: pixels - 1 })).rejects.toThrow(
      `90 x 70 are ${pixels} pixels, more than the limit of ${pixels - 1}`,
    );
    await expect(compress(photo, { original, limitPixels: pixels - 1 })).rejects.toEqual(tooLarge);
    await expect(compress(squares(3), { limitPixels: 2 * 784 })).rejects.toThrow(
      '3 images of 28 x 28 are 2352',
    );
    expect((await decompress(file, { model: bare, limitPixels: pixels })).data).toEqual(photo.data);
  });
});

describe('memory that is not there', () => {
  const failing = (error: Error): Model => {
    const model = new BareModel();
    return {
      ...{ name: 'failing', id: model.id, accepts: () => true, memory: () => 0 },
      open: () => ({ encode: () => Promise.reject(error), decode: () => Promise.reject(error) }),
    };
  };

  it.each([
    new RangeError('Array buffer allocation failed'),
    new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance'),
    new Error('RangeError: WebAssembly.Instance(): Out of memory'),
  ])('is told in one sentence, and keeps no file: %s', async (error) => {
    const model = failing(error);
    const remedy =
      /^there is not enough memory: fewer threads, a lower effort or a higher limit .*memory|allocation/;
    const encoding = compress(photo, { model, original });
    await expect(encoding).rejects.toEqual(tooLarge);
    await expect(encoding).rejects.toThrow(remedy);
    const { file } = await compress(photo, { model: new BareModel(), keepModel: true });
    await expect(decompress(file, { model })).rejects.toEqual(tooLarge);
  });

  it('of the kernel is told likewise', async () => {
    const model = await findModel('photo');
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    });
    const encoding = compress(paint('photo-like', 4000, 8, 3), { model, original });
    await expect(encoding).rejects.toEqual(tooLarge);
    await expect(encoding).rejects.toThrow(/^\d+ MiB of memory are needed to compute on and not there/);
  });

  it('leaves other errors as they are', async () => {
    const error = new Error('something else');
    await expect(compress(photo, { model: failing(error) })).rejects.toBe(error);
  });
});

describe.skipIf(process.platform !== 'linux' || !existsSync('dist/library/index.js'))(
  'under ulimit -v',
  () => {
    const program = `
    const { compress } = await import('./dist/library/index.js');
    const pixels = { data: new Uint8Array(300), width: 10, height: 10, channels: 3, bitDepth: 8 };
    const { report } = await compress(pixels, { keepModel: true }).catch((error) => ({ report: error }));
    console.log(report.model?.name ?? report.code + ': ' + report.message);`;
    const output = async (...flags: string[]) => {
      const limited = 'ulimit -v 8000000; exec "$0" "$@"';
      const node = [process.execPath, ...flags, '--input-type=module', '-e', program];
      return (await promisify(execFile)('bash', ['-c', limited, ...node])).stdout.trim();
    };

    it('a small image says what to do, and works so', async () => {
      expect(await output()).toMatch(/^too-large: .*--disable-wasm-trap-handler/);
      expect(await output('--disable-wasm-trap-handler')).toBe('screen');
    });
  },
);
