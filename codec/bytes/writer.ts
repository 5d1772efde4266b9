// Writes a .vz file's fields in order; the mirror of reader.ts.

export class ByteWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  bytes(part: Uint8Array): void {
    this.parts.push(part);
    this.length += part.length;
  }

  uint8(value: number): void {
    this.bytes(Uint8Array.of(value));
  }

  uint32(value: number): void {
    const part = new Uint8Array(4);
    new DataView(part.buffer).setUint32(0, value, true);
    this.bytes(part);
  }

  /** A whole number below 2^49. */
  varint(value: number): void {
    const part: number[] = [];
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) part.push((rest % 0x80) | 0x80);
    part.push(rest);
    this.bytes(Uint8Array.from(part));
  }

  /** Everything written, with `extra` zero bytes behind it. */
  finish(extra = 0): Uint8Array {
    const file = new Uint8Array(this.length + extra);
    let offset = 0;
    for (const part of this.parts) {
      file.set(part, offset);
      offset += part.length;
    }
    return file;
  }
}
