import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../codec/bytes/checksum.ts';
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import {
  type Container,
  type ImageContainer,
  type KeptContainer,
  MAX_HEADER_BYTES,
  peekHeader,
  readContainer,
  writeContainer,
} from '../../container/container.ts';
import { REASON_KINDS } from '../../container/reasons.ts';
import { forms } from './arbitrary.ts';

const bytes = fc.uint8Array({ maxLength: 40 });
const names = fc.option(
  fc.constantFrom('a photo.PNG', '/.jpg', '/').map((name) => Uint8Array.from(Buffer.from(name))),
);
const images: fc.Arbitrary<ImageContainer> = fc
  .record({
    kind: fc.constant('image' as const),
    name: names,
    form: fc.option(forms),
    shape: fc.record({
      width: fc.integer({ min: 1, max: 4000 }),
      height: fc.integer({ min: 1, max: 40 }),
      images: fc.integer({ min: 1, max: 20 }),
      channels: fc.constantFrom(1, 2, 3, 4),
      bitDepth: fc.constantFrom(8, 16),
    }),
    modelId: fc.uint8Array({ maxLength: 8 }).map((value) => Buffer.from(value).toString('hex')),
    sampleChecksum: fc.nat({ max: 2 ** 32 - 1 }),
    recipe: fc.option(fc.uint8Array({ maxLength: 20 })),
    preview: fc.option(bytes),
    metadataKind: fc.constantFrom('none' as const, 'png' as const, 'idx' as const),
    metadata: bytes,
    sides: fc.record({ alpha: bytes, levels: bytes }, { requiredKeys: [] }),
    groups: fc.array(bytes, { minLength: 1, maxLength: 5 }),
    hasStart: fc.constantFrom(true, undefined),
  })
  .map((container) => ({
    ...container,
    ...(container.metadataKind !== 'png' && { metadata: new Uint8Array(0) }),
    ...(container.hasStart && { recipe: null }),
  }));
const kept: fc.Arbitrary<KeptContainer> = fc.record({
  kind: fc.constant('kept' as const),
  shape: fc.record({
    width: fc.nat(),
    height: fc.nat(),
    images: fc.nat({ max: 2 ** 30 }),
    channels: fc.nat({ max: 65535 }),
    bitDepth: fc.nat({ max: 128 }),
  }),
  name: names,
  reason: fc.constantFrom(...REASON_KINDS),
  bytes,
});
const containers: fc.Arbitrary<Container> = fc.oneof(images, kept);

const image: ImageContainer = {
  kind: 'image',
  name: null,
  form: null,
  shape: { width: 3, height: 2, images: 1, channels: 3, bitDepth: 8 },
  sampleChecksum: 0x01020304,
  modelId: '5a5a5a5a',
  recipe: null,
  preview: null,
  metadataKind: 'png',
  metadata: Uint8Array.of(0, 1, 2),
  sides: { levels: Uint8Array.of(7) },
  groups: [Uint8Array.of(9, 8, 7, 6), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
};
const bare = { ...image, metadataKind: 'none', metadata: new Uint8Array(0), sides: {} } as const;

const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });
const hex = (container: Container) => Buffer.from(writeContainer(container)).toString('hex');

describe('the container', () => {
  it('gives back every field that was written', () => {
    fc.assert(
      fc.property(containers, (container) => {
        expect(readContainer(writeContainer(container))).toEqual(container);
      }),
    );
  });

  it('of a kept file is byte for byte as docs/FORMAT.md says', () => {
    const kept: KeptContainer = {
      kind: 'kept',
      shape: { width: 300, height: 2, images: 1, channels: 3, bitDepth: 8 },
      name: Uint8Array.from(Buffer.from('/.jpg')),
      reason: 'lossy',
      bytes: Uint8Array.of(0xaa, 0xbb),
    };
    expect(hex(kept).slice(0, -8)).toBe('89565a0d' + '052f2e6a7067' + '01' + 'ac0202010308' + '42' + 'aabb');
    const unknown = { width: 0, height: 0, images: 0, channels: 0, bitDepth: 0 };
    expect(hex({ ...kept, name: null, reason: 'undecoded', shape: unknown }).slice(0, -8)).toBe(
      '89565a0d' + '00' + '0b' + '0000000000' + '42' + 'aabb',
    );
  });

  it('of an image is byte for byte as docs/FORMAT.md says', () => {
    const one = hex({ ...bare, groups: [Uint8Array.of(0xaa, 0xbb)] });
    expect(one.slice(0, -8)).toBe('89565a0a' + '42' + '0302' + '5a5a5a5a' + '04030201' + '40' + 'aabb');
    const several = hex({ ...image, groups: [Uint8Array.of(0xaa, 0xbb), new Uint8Array(0)] });
    expect(several.slice(0, -8)).toBe(
      '89565a0a420302' +
        '5a5a5a5a' +
        '04030201' +
        '8103000102' +
        '040107' +
        '41' +
        '02' +
        '02982c8249' +
        '0000000000' +
        '425803a8' +
        'aabb',
    );
    const starting = { ...bare, hasStart: true };
    expect(hex({ ...starting, groups: [Uint8Array.of(0xaa)] }).slice(0, -8)).toBe(
      '89565a0a420302' + '5a5a5a5a' + '04030201' + '47' + 'aa',
    );
    expect(hex({ ...starting, groups: [new Uint8Array(0), new Uint8Array(0)] })).toMatch(
      /^89565a0a4203025a5a5a5a0403020148020000000000/,
    );
    const described = { name: Uint8Array.of(0x2f), form: { format: 'tiff' } as const };
    expect(hex({ ...bare, ...described, groups: [Uint8Array.of(0xaa)] }).slice(0, -8)).toBe(
      '89565a0a420302' + '5a5a5a5a' + '04030201' + '83012f' + '840180' + '40' + 'aa',
    );
    const wide = { width: 3, height: 2, images: 5, channels: 2, bitDepth: 16 } as const;
    const plain = hex({ ...bare, shape: wide, modelId: '', groups: [new Uint8Array(0)] });
    expect(plain.slice(0, -8)).toBe('89565a0a' + '0d' + '030205' + '1010' + '04030201' + '40');
  });

  it('adds 20 bytes to the group of a small image', () => {
    const shape = { width: 16, height: 16, images: 1, channels: 3, bitDepth: 8 } as const;
    const file = writeContainer({ ...bare, shape, groups: [new Uint8Array(200)] });
    expect(file.length - 200).toBe(20);
  });

  it('tells what stands before the sections by the first bytes', () => {
    fc.assert(
      fc.property(containers, (container) => {
        const start = writeContainer(container).subarray(0, MAX_HEADER_BYTES);
        expect(container).toMatchObject(peekHeader(start));
      }),
    );
    const long = new Uint8Array(255).fill(0x61);
    const far = { ...bare, name: long, form: { format: 'webp' }, metadataKind: 'idx' } as const;
    const file = writeContainer({ ...far, groups: [new Uint8Array(1000)] });
    expect(peekHeader(file.subarray(0, MAX_HEADER_BYTES))).toMatchObject({ name: long, metadataKind: 'idx' });
    expect(() => peekHeader(new Uint8Array(MAX_HEADER_BYTES))).toThrow('not a .vz file');
  });

  it('refuses a file in which any byte is another', () => {
    const file = writeContainer(image);
    for (let place = 0; place < file.length; place++)
      for (let change = 1; change < 256; change++) {
        const damaged = file.slice();
        damaged[place] ^= change;
        expect(() => readContainer(damaged), `byte ${place} changed by ${change}`).toThrow(badFile);
      }
  });

  it('names the groups that are damaged', () => {
    const file = writeContainer(image);
    file[file.length - 5] ^= 1;
    expect(() => readContainer(file)).toThrow('damaged, in the groups 1');
    file[file.length - 13] ^= 1;
    expect(() => readContainer(file)).toThrow('damaged, in the groups 0, 1');
    expect(() => readContainer(withChecksum(file, 0, 0x89))).toThrow('damaged, in the groups 0, 1');
  });

  it('refuses a file cut at any length, or with a byte too many', () => {
    const file = writeContainer(image);
    for (let length = 0; length < file.length; length++)
      expect(() => readContainer(file.slice(0, length)), `${length} bytes`).toThrow(badFile);
    expect(() => readContainer(Uint8Array.of(...file, 0))).toThrow(/damaged/);
  });

  it('says which kind of file it does not know', () => {
    const file = writeContainer(image);
    file[3] = 2;
    expect(() => readContainer(file)).toThrow('a .vz file of the kind 2 is not known here');
  });

  it('leaves out sections that it does not know and may, and refuses the others', () => {
    const file = writeContainer(image);
    const type = file.indexOf(0x81, 7);
    expect(readContainer(withChecksum(file, type, 0xbf))).toEqual({ ...image, ...NONE });
    expect(() => readContainer(withChecksum(file, type, 0x3f))).toThrow('section 0 of type 63 is not known');
    expect(() => readContainer(withChecksum(file, type, 4))).toThrow('two sections of type 4');
  });

  it('refuses groups of two types, and two recipes', () => {
    const file = writeContainer({ ...image, groups: [Uint8Array.of(1)] });
    const levels = file.length - 4 - 2 - 3;
    expect(file[levels]).toBe(4);
    for (const type of [1, 7, 8])
      expect(() => readContainer(withChecksum(file, levels, type))).toThrow('groups of two types');
    const two = writeContainer({ ...image, hasStart: true, recipe: Uint8Array.of(1, 2, 3) });
    expect(() => readContainer(two)).toThrow('two recipes');
  });

  it('refuses an image without groups, and a kept file that is an image', () => {
    const file = writeContainer({ ...bare, groups: [Uint8Array.of(1)] });
    const type = file.length - 4 - 2;
    expect(file[type]).toBe(0x40);
    for (const other of [0x42, 0x43])
      expect(() => readContainer(withChecksum(file, type, other))).toThrow('not those of an image');
    const whole = writeContainer({
      kind: 'kept',
      shape: image.shape,
      name: null,
      reason: 'unsaid',
      bytes: Uint8Array.of(1),
    });
    expect(() => readContainer(withChecksum(whole, whole.length - 6, 0x40))).toThrow(
      'not those of a kept file',
    );
  });

  it('refuses sizes that the file cannot hold before it takes memory', () => {
    const wide = { ...bare, shape: { ...image.shape, width: 30_000, height: 10_000 } };
    expect(() => readContainer(writeContainer({ ...wide, groups: [new Uint8Array(0)] }))).toThrow(
      /bytes cannot hold 900000000/,
    );
    expect(() => writeContainer({ ...image, shape: { ...image.shape, width: 2 ** 31 } })).toThrow(
      /more than/,
    );
    expect(() => writeContainer({ ...image, shape: { ...image.shape, height: 0 } })).toThrow(/at least 1/);
  });

  it('knows samples of 8 and of 16 bits, and ids of up to 8 bytes', () => {
    const deep = writeContainer({ ...bare, shape: { ...image.shape, bitDepth: 16 } });
    const depths = 4 + 1 + 2;
    expect(() => readContainer(withChecksum(deep, depths + 1, 10))).toThrow('samples of 16, 10, 16 bits');
    const file = writeContainer(bare);
    expect(() => readContainer(withChecksum(file, 4, 0x92))).toThrow('id of 9 bytes');
    expect(() => writeContainer({ ...bare, modelId: '00'.repeat(9) })).toThrow('16 hexadecimal digits');
  });

  it('refuses names that lead out of a folder, which it does not write either', () => {
    const name = (text: string) => ({ ...bare, name: Uint8Array.from(Buffer.from(text)) });
    expect(() => writeContainer(name('a/b'))).toThrow(expect.objectContaining({ code: 'bad-argument' }));
    const file = writeContainer(name('/a'));
    const place = file.indexOf(0x83) + 2;
    expect(() => readContainer(withChecksum(file, place + 1, 0x2f))).toThrow('a separator of folders');
    expect(() => peekHeader(withChecksum(file, place + 1, 0x2f))).toThrow(badFile);
    const kept = { kind: 'kept', shape: image.shape, reason: 'unsaid', bytes: Uint8Array.of(1) } as const;
    expect(() => writeContainer({ ...kept, name: Uint8Array.of(0x2e) })).toThrow('nothing but dots');
    const whole = writeContainer({ ...kept, name: Uint8Array.of(0x61) });
    expect(() => readContainer(withChecksum(whole, 5, 0x2e))).toThrow('nothing but dots');
  });

  it('takes what it does not know of the reason and the form for nothing said', () => {
    const file = writeContainer({ ...bare, form: { format: 'tiff' } });
    expect(readContainer(withChecksum(file, file.indexOf(0x84) + 2, 0xff))).toEqual(bare);
    const content = { shape: image.shape, name: null, bytes: Uint8Array.of(1) };
    const kept = { kind: 'kept', reason: 'lossy', ...content } as const;
    const other = withChecksum(writeContainer(kept), 5, 0xff);
    expect(readContainer(other)).toEqual({ ...kept, reason: 'unsaid' });
  });

  it('refuses an index of groups that goes beyond the file, or is of one', () => {
    const file = writeContainer(bare);
    const count = 4 + 1 + 2 + 4 + 4 + 1;
    expect(file[count]).toBe(2);
    expect(() => readContainer(withChecksum(file, count, 1))).toThrow('1 groups are not several');
    expect(() => readContainer(withChecksum(file, count, 100))).toThrow(badFile);
    const longer = new Uint8Array(file.length + 1);
    longer.set(file.subarray(0, -4));
    expect(() => readContainer(withChecksum(longer, 0, 0x89))).toThrow('1 bytes too many');
  });
});

const NONE = { metadataKind: 'none', metadata: new Uint8Array(0) } as const;

/** The file with one byte set and its last checksum made to fit. */
function withChecksum(file: Uint8Array, place: number, value: number): Uint8Array {
  const changed = file.slice();
  changed[place] = value;
  new DataView(changed.buffer).setUint32(changed.length - 4, crc32(changed.subarray(0, -4)), true);
  return changed;
}

describe('the reader', () => {
  it('reads varints as the writer writes them, and no others', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 49 - 1 }), (value) => {
        const writer = new ByteWriter();
        writer.varint(value);
        const reader = new ByteReader(writer.finish());
        expect(reader.varint('value', 2 ** 49)).toBe(value);
        reader.end();
      }),
    );
    expect(() => new ByteReader(Uint8Array.of(0x80, 0)).varint('value', 9)).toThrow(/not a number/);
    expect(() => new ByteReader(new Uint8Array(9).fill(0xff)).varint('value', 9)).toThrow(/not a number/);
    expect(() => new ByteReader(Uint8Array.of(10)).varint('value', 9)).toThrow(
      'value is 10, beyond the limit of 9',
    );
    expect(() => new ByteReader(Uint8Array.of(0x80)).varint('value', 9)).toThrow(/too early/);
  });
});
