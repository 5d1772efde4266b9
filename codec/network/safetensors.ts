// The safetensors format (https://github.com/huggingface/safetensors): the weights' files, and checkpoints.
// 8 bytes: length of the header, little endian; the header: JSON, {name: {dtype, shape, data_offsets}} and
// __metadata__, strings by name; then the tensors' bytes, without gaps. Only float32 (dtype F32) and its upper half
// (BF16) are used here.

import { VaezipError } from '../error.ts';

/** A tensor by value: row-major, `data.length` is the product of `shape`. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** How it lies in the file: BF16 takes half the room and keeps 8 bits of a value. F32 unless said. */
  readonly dtype?: Dtype;
}

type Dtype = 'F32' | 'BF16';

/** Tensors by name; the order of the entries is the order in the file. */
export type NamedArrays = Readonly<Record<string, NamedArray>>;

export interface Safetensors {
  readonly tensors: NamedArrays;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of a value. */
const BYTES: Readonly<Record<Dtype, number>> = { F32: 4, BF16: 2 };
const LENGTH_BYTES = 8;
/** The reference implementation's limit, against headers that exhaust memory. */
const MAX_HEADER = 100_000_000;
const ALIGNMENT = 64;

/** The file's bytes: tensors in the order of their entries, the header padded with spaces. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let size = 0;
  for (const [name, { shape, data, dtype = 'F32' }] of Object.entries(tensors)) {
    if (product(shape) !== data.length) {
      throw new VaezipError('bad-argument', `tensor ${name} has ${data.length} values, not [${shape}]`);
    }
    const end = size + BYTES[dtype] * data.length;
    header[name] = { dtype, shape, data_offsets: [size, end] };
    size = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT - LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + size).fill(0x20, 0, LENGTH_BYTES + headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerBytes;
  for (const { data, dtype = 'F32' } of Object.values(tensors)) {
    for (const value of data) {
      if (dtype === 'F32') view.setFloat32(offset, value, true);
      else view.setUint16(offset, upperHalf(value), true);
      offset += BYTES[dtype];
    }
  }
  return bytes;
}

/** The tensors and metadata of a file. Throws VaezipError 'bad-file', which names `file`, if it is damaged. */
export function readSafetensors(bytes: Uint8Array, file = 'the weights file'): Safetensors {
  const fail = (reason: string): VaezipError =>
    new VaezipError('bad-file', `${file} is not a safetensors file, or damaged: ${reason}`);
  if (bytes.length < LENGTH_BYTES) throw fail(`${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER || headerBytes > bytes.length - LENGTH_BYTES) {
    throw fail('its header is longer than the file');
  }
  const start = LENGTH_BYTES + headerBytes;
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)),
    );
  } catch {
    throw fail('its header is not JSON');
  }
  if (!isObject(header)) throw fail('its header is not an object');

  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw fail('its metadata are not strings');
  }
  const tensors: Record<string, NamedArray> = {};
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, range } = readEntry(entry);
    if (!shape || !range) throw fail(`the entry of tensor ${name} is malformed`);
    if (dtype !== 'F32' && dtype !== 'BF16') throw fail(`tensor ${name} has type ${dtype}, not F32 or BF16`);
    if (
      range[0] !== end ||
      range[1] - range[0] !== BYTES[dtype] * product(shape) ||
      range[1] > bytes.length - start
    ) {
      throw fail(`tensor ${name} does not lie where its shape says`);
    }
    const data = new Float32Array(product(shape));
    if (dtype === 'F32')
      for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(start + range[0] + 4 * i, true);
    else {
      const bits = new Uint32Array(data.buffer);
      for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(start + range[0] + 2 * i, true) << 16;
    }
    tensors[name] = { shape, data, ...(dtype === 'BF16' && { dtype }) };
    end = range[1];
  }
  if (start + end !== bytes.length) throw fail('it does not end where its tensors do');
  return { tensors, metadata: metadata as Record<string, string> };
}

/** The upper half of a finite float's bits, rounded to the nearest. */
function upperHalf(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

interface Entry {
  readonly dtype?: unknown;
  readonly shape?: number[];
  readonly range?: [number, number];
}

function readEntry(entry: unknown): Entry {
  if (!isObject(entry)) return {};
  const { dtype, shape, data_offsets: range } = entry;
  if (!isCounts(shape) || !isCounts(range) || range.length !== 2) return {};
  return { dtype, shape, range: range as [number, number] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}
