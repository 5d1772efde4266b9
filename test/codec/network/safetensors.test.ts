import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';

const tensors = {
  weight: { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 4e30) },
  bias: { shape: [1], data: Float32Array.of(-0.25) },
  scalar: { shape: [], data: Float32Array.of(7) },
};
const file = writeSafetensors({ tensors, metadata: { format: 'test', beta: '1' } });

/** A file with this header and `size` zero bytes of tensors. */
function withHeader(header: unknown, size: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (fields: object) => ({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });

describe('safetensors', () => {
  it('reads what it wrote', () => {
    expect(readSafetensors(file)).toEqual({ tensors, metadata: { format: 'test', beta: '1' } });
  });

  it('keeps the upper half of a value that is to be BF16, rounded to the nearest', () => {
    const data = Float32Array.of(1, -2.5, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 0.1, -1e-30, 0);
    const short = { a: { shape: [7], data, dtype: 'BF16' as const }, b: tensors.bias };
    const bytes = writeSafetensors({ tensors: short, metadata: {} });
    const read = readSafetensors(bytes).tensors;
    // What lies halfway goes to the even one.
    expect(Array.from(read.a.data.slice(0, 4))).toEqual([1, -2.5, 1, 1 + 2 ** -6]);
    for (const [i, value] of data.entries())
      expect(Math.abs(read.a.data[i] - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8);
    expect(read.b).toEqual(tensors.bias);
    expect(writeSafetensors({ tensors: read, metadata: {} })).toEqual(bytes);
  });

  it('reads from the middle of a larger buffer', () => {
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    expect(readSafetensors(larger.subarray(3))).toEqual(readSafetensors(file));
  });

  it('aligns the tensors', () => {
    const header = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect((8 + header) % 64).toBe(0);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => readSafetensors(file.subarray(0, length)), `${length} bytes`).toThrow(VaezipError);
    }
  });

  it('survives every changed byte', () => {
    for (let i = 0; i < file.length; i++) {
      const damaged = file.slice();
      damaged[i] ^= 0x55;
      try {
        readSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(VaezipError);
      }
    }
  });

  it.each([
    ['bytes left over', entry({}), 9],
    ['another type', entry({ dtype: 'F16' }), 8],
    ['a shape of another size', entry({ shape: [3] }), 8],
    ['a negative shape', entry({ shape: [-2] }), 8],
    ['a gap', entry({ data_offsets: [4, 12] }), 12],
    ['a range past the end', entry({ shape: [1000], data_offsets: [0, 4000] }), 8],
    ['three offsets', entry({ data_offsets: [0, 8, 8] }), 8],
    ['a tensor that is no object', { a: 3 }, 8],
    ['metadata that are no strings', { __metadata__: { a: 1 } }, 0],
    ['a list', [], 0],
    ['no JSON', '{', 0],
  ])('refuses %s', (_what, header, size) => {
    expect(() => readSafetensors(withHeader(header, size), 'x.safetensors')).toThrow(/x\.safetensors/);
  });

  it('refuses to write a tensor that does not fit its shape', () => {
    const wrong = { a: { shape: [3], data: new Float32Array(2) } };
    expect(() => writeSafetensors({ tensors: wrong, metadata: {} })).toThrow(VaezipError);
  });
});
