import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../codec/bytes/checksum.ts';
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import {
  type Container,
  MAX_HEADER_BYTES,
  peekHeader,
  readContainer,
  writeContainer,
} from '../../container/container.ts';

const bytes = fc.uint8Array({ maxLength: 40 });
const fields = {
  metadataKind: fc.constantFrom('none', 'png', 'idx'),
  metadata: bytes,
  streams: fc.array(bytes, { maxLength: 5 }),
};
const samples = {
  shape: fc.record({
    width: fc.integer({ min: 1, max: 4000 }),
    height: fc.integer({ min: 1, max: 40 }),
    images: fc.integer({ min: 1, max: 20 }),
    channels: fc.constantFrom(1, 2, 3, 4),
    bitDepth: fc.constantFrom(8, 16),
  }),
  sampleChecksum: fc.nat({ max: 2 ** 32 - 1 }),
};
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((value) => Buffer.from(value).toString('hex'));
const containers = fc
  .oneof(
    fc.record({
      ...fields,
      method: fc.constant('stored'),
      shape: fc.record({
        width: fc.nat(),
        height: fc.nat(),
        images: fc.nat({ max: 2 ** 30 }),
        channels: fc.nat({ max: 65535 }),
        bitDepth: fc.nat({ max: 128 }),
      }),
      extension: fc.stringMatching(/^[A-Za-z0-9]{0,15}$/),
    }),
    fc.record({ ...fields, ...samples, method: fc.constant('model'), modelId: id }),
    fc.record({ ...fields, ...samples, method: fc.constant('deflate') }),
  )
  .map((container) =>
    container.metadataKind === 'none' ? { ...container, metadata: new Uint8Array(0) } : container,
  ) as fc.Arbitrary<Container>;

const model: Container = {
  method: 'model',
  shape: { width: 3, height: 2, images: 1, channels: 3, bitDepth: 8 },
  sampleChecksum: 0x01020304,
  modelId: '5a'.repeat(32),
  metadataKind: 'png',
  metadata: Uint8Array.of(0, 1, 2),
  streams: [Uint8Array.of(9, 8, 7, 6), new Uint8Array(0), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
};

const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

describe('the container', () => {
  it('gives back every field that was written', () => {
    fc.assert(
      fc.property(containers, (container) => {
        expect(readContainer(writeContainer(container))).toEqual(container);
      }),
    );
  });

  it('is byte for byte as docs/FORMAT.md says', () => {
    const stored = writeContainer({
      method: 'stored',
      shape: { width: 300, height: 2, images: 1, channels: 3, bitDepth: 8 },
      extension: 'png',
      metadataKind: 'none',
      metadata: new Uint8Array(0),
      streams: [Uint8Array.of(0xaa, 0xbb)],
    });
    expect(Buffer.from(stored).toString('hex')).toBe(
      '89565a0a' +
        '01' +
        '00' +
        'ac02' +
        '02' +
        '01' +
        '03' +
        '08' +
        '03706e67' +
        '00' +
        '01' +
        '02' +
        '982c8249' +
        'aabb' +
        '40d621f2',
    );
  });

  it('of a model is byte for byte as docs/FORMAT.md says', () => {
    const streams = [Uint8Array.of(0xaa, 0xbb), new Uint8Array(0)];
    expect(Buffer.from(writeContainer({ ...model, streams })).toString('hex')).toBe(
      '89565a0a01010302010308' +
        '04030201' +
        '5a'.repeat(32) +
        '01' +
        '03' +
        '037f895408' +
        '02982c8249' +
        '0000000000' +
        '000102' +
        'aabb' +
        '081a3afe',
    );
  });

  it('adds at most 90 bytes to three streams of a photo', () => {
    const streams = [1, 2, 3].map(() => new Uint8Array(120_000));
    const shape = { width: 768, height: 512, images: 1, channels: 3, bitDepth: 8 } as const;
    const file = writeContainer({
      ...model,
      shape,
      metadataKind: 'none',
      metadata: new Uint8Array(0),
      streams,
    });
    expect(file.length - 360_000).toBeLessThanOrEqual(90);
  });

  it('tells what stands before the sections by the first bytes', () => {
    fc.assert(
      fc.property(containers, (container) => {
        const { method, shape, metadataKind } = container;
        const extension = method === 'stored' ? container.extension : '';
        const modelId = method === 'model' ? container.modelId : '';
        const start = writeContainer(container).subarray(0, MAX_HEADER_BYTES);
        expect(peekHeader(start)).toEqual({ method, shape, metadataKind, extension, modelId });
      }),
    );
    expect(() => peekHeader(new Uint8Array(MAX_HEADER_BYTES))).toThrow('not a .vz file');
  });

  it('refuses a file in which any byte is another', () => {
    const file = writeContainer(model);
    for (let place = 0; place < file.length; place++)
      for (let change = 1; change < 256; change++) {
        const damaged = file.slice();
        damaged[place] ^= change;
        expect(() => readContainer(damaged), `byte ${place} changed by ${change}`).toThrow(badFile);
      }
  });

  it('refuses a file cut at any length, or with a byte too many', () => {
    const file = writeContainer(model);
    for (let length = 0; length < file.length; length++)
      expect(() => readContainer(file.slice(0, length)), `${length} bytes`).toThrow(badFile);
    expect(() => readContainer(Uint8Array.of(...file, 0))).toThrow(/damaged/);
  });

  it('says which version it does not know', () => {
    const file = writeContainer(model);
    file[4] = 2;
    expect(() => readContainer(file)).toThrow('format version 2 is not known here');
  });

  it('says which method or kind of metadata it does not know', () => {
    expect(() => readContainer(withChecksum(writeContainer(model), 5, 3))).toThrow('method 3 is not known');
    const kind = 5 + 1 + 5 + 4 + 32;
    expect(() => readContainer(withChecksum(writeContainer(model), kind, 9))).toThrow(
      'metadata 9 is not known',
    );
  });

  it('refuses sizes that the file cannot hold before it takes memory', () => {
    const wide = { ...model, shape: { ...model.shape, width: 30_000, height: 10_000 } };
    expect(() => readContainer(writeContainer({ ...wide, streams: [] }))).toThrow(
      /bytes cannot hold 900000000/,
    );
    expect(() => writeContainer({ ...model, shape: { ...model.shape, width: 2 ** 31 } })).toThrow(
      /more than/,
    );
    expect(() => writeContainer({ ...model, shape: { ...model.shape, height: 0 } })).toThrow(/at least 1/);
  });

  it('holds 256 sections at most', () => {
    const empty = (length: number) => Array.from({ length }, () => new Uint8Array(0));
    const bare = { ...model, metadataKind: 'none', metadata: new Uint8Array(0) } as const;
    const file = writeContainer({ ...bare, streams: empty(256) });
    expect(readContainer(file).streams).toHaveLength(256);
    expect(() => writeContainer({ ...bare, streams: empty(257) })).toThrow(/257 sections/);
    // The varint 256 is 80 02; there are bytes enough for 512 entries.
    const place = 5 + 1 + 5 + 4 + 32 + 2;
    const longer = new Uint8Array(file.length + 5 * 256);
    longer.set(file);
    expect(file[place]).toBe(2);
    expect(() => readContainer(withChecksum(longer, place, 4))).toThrow(/512, beyond the limit of 256/);
  });

  it('refuses bytes between the sections and the checksum', () => {
    const file = writeContainer(model);
    const longer = new Uint8Array(file.length + 1);
    longer.set(file.subarray(0, -4));
    expect(() => readContainer(withChecksum(longer, 0, 0x89))).toThrow('1 bytes too many');
  });
});

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
