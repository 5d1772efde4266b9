// Reads a .vz file's fields in order. Every read goes through `take`, which never leaves the file's bytes.
import { VaezipError } from '../error.ts';

/** Bytes of the longest varint: 49 bits, which a number holds exactly. */
const MAX_VARINT_BYTES = 7;

export class ByteReader {
  private readonly bytes: Uint8Array;
  private offset = 0;

  constructor(bytes: Uint8Array) {
    // Not a subclass such as Node's Buffer, whose slice() shares memory.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** The next `length` bytes, not copied. Throws VaezipError 'bad-file' when the file ends before. */
  take(length: number): Uint8Array {
    if (length > this.remaining)
      throw new VaezipError('bad-file', `the file ends ${length - this.remaining} bytes too early`);
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  uint8(): number {
    return this.take(1)[0];
  }

  uint32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  /** Seven bits a byte, least significant first, in as few bytes as the value needs. */
  varint(name: string, maximum: number): number {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte >= 0x80) continue;
      if (byte === 0 && index > 0) break;
      if (value > maximum)
        throw new VaezipError('bad-file', `${name} is ${value}, beyond the limit of ${maximum}`);
      return value;
    }
    throw new VaezipError('bad-file', `${name} is not a number as the format writes it`);
  }

  /** Throws VaezipError 'bad-file' when bytes are left over. */
  end(): void {
    if (this.remaining > 0) throw new VaezipError('bad-file', `${this.remaining} bytes too many at the end`);
  }
}
