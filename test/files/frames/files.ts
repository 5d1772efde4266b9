// Arbitrary files of formats that have frames, as writers with whims would make them.
import fc from 'fast-check';
import { atOnce } from '../../../codec/bytes/turns.ts';
import { packLzw } from '../../../src/files/frames/lzw.ts';

const sides = fc.integer({ min: 1, max: 12 });
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** BMP of 1, 4, 8, 24 and 32 bits, up or down, with any bytes where rows are filled and behind the image. */
export const bmpFile: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(1, 4, 8, 24, 32), sides, sides, fc.boolean(), bytesOf(5))
  .chain(([bits, width, height, topDown, behind]) => {
    const stride = Math.ceil((width * bits) / 32) * 4;
    const colours = bits > 8 ? 0 : 2 ** bits;
    return fc.tuple(bytesOf(stride * height), bytesOf(4 * colours)).map(([data, palette]) => {
      const header = Buffer.alloc(54);
      header.write('BM');
      header.writeUInt32LE(54 + 4 * colours, 10);
      header.writeUInt32LE(40, 14);
      header.writeInt32LE(width, 18);
      header.writeInt32LE(topDown ? -height : height, 22);
      header.writeUInt16LE(1, 26);
      header.writeUInt16LE(bits, 28);
      return new Uint8Array(Buffer.concat([header, palette, data, behind]));
    });
  });

/** GIF of one image, with a palette of its own or not, transparent or not, interlaced or not, and blocks of any size. */
export const gifFile: fc.Arbitrary<Uint8Array> = fc
  .record({
    width: sides,
    height: sides,
    bits: fc.integer({ min: 1, max: 8 }),
    own: fc.boolean(),
    interlaced: fc.boolean(),
    transparent: fc.option(fc.nat(1)),
    blockBytes: fc.integer({ min: 1, max: 255 }),
    clears: fc.array(fc.nat(20), { maxLength: 3 }),
  })
  .chain((drawn) =>
    fc
      .tuple(bytesOf(drawn.width * drawn.height), bytesOf(3 * 2 ** drawn.bits))
      .map(([samples, palette]) => gifOf(drawn, samples, palette)),
  );

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly own: boolean;
  readonly interlaced: boolean;
  readonly transparent: number | null;
  readonly blockBytes: number;
  readonly clears: readonly number[];
}

function gifOf(drawn: Drawn, samples: Uint8Array, palette: Uint8Array): Uint8Array {
  const { width, height, bits, own, interlaced, transparent, blockBytes, clears } = drawn;
  const literalBits = Math.max(2, bits);
  const content = samples.map((sample) => sample % 2 ** bits);
  const stream = atOnce(packLzw(content, { literalBits, isTiff: false }, [0, ...clears]));
  const blocks: number[] = [];
  for (let at = 0; at < stream.length; at += blockBytes) {
    const block = stream.subarray(at, at + blockBytes);
    blocks.push(block.length, ...block);
  }
  const has = 0x80 | (bits - 1);
  const control = transparent === null ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0];
  const flags = (own ? has : 0) | (interlaced ? 0x40 : 0);
  return Uint8Array.of(
    ...Buffer.from('GIF89a'),
    ...[width, 0, height, 0, own ? 0 : has, 0, 0],
    ...(own ? [] : palette),
    ...[0x21, 0xfe, 2, 0x68, 0x69, 0],
    ...control,
    ...[0x2c, 0, 0, 0, 0, width, 0, height, 0, flags],
    ...(own ? palette : []),
    ...[literalBits, ...blocks, 0, 0x3b],
  );
}

/** P4 to P7 of every highest value, with comments. */
export const netpbmFile: fc.Arbitrary<Uint8Array> = fc
  .record({
    kind: fc.constantFrom(4, 5, 6, 7),
    width: sides,
    height: sides,
    highest: fc.constantFrom(1, 31, 255, 1000, 4095, 65535),
    channels: fc.integer({ min: 1, max: 4 }),
    comment: fc.constantFrom('', '# made by hand\n'),
  })
  .chain(({ kind, width, height, highest, channels, comment }) => {
    const each = kind === 7 ? channels : kind === 6 ? 3 : 1;
    const wide = highest > 255 && kind > 4;
    const count = kind === 4 ? Math.ceil(width / 8) * height : width * height * each;
    const types = ['GRAYSCALE', 'GRAYSCALE_ALPHA', 'RGB', 'RGB_ALPHA'];
    const header =
      kind === 7
        ? `P7\n${comment}WIDTH ${width}\nHEIGHT ${height}\nDEPTH ${each}\nMAXVAL ${highest}\nTUPLTYPE ${types[each - 1]}\nENDHDR\n`
        : `P${kind}\n${comment}${width} ${height}${kind === 4 ? '' : `\n${highest}`}\n`;
    return fc
      .uint16Array({ minLength: count, maxLength: count, max: kind === 4 ? 255 : highest })
      .map((values) => {
        const data = wide ? [...values].flatMap((value) => [value >> 8, value & 255]) : [...values];
        return Uint8Array.of(...Buffer.from(header), ...data);
      });
  });
