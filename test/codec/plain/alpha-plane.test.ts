import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { encodeAlphaPlane, readAlphaPlane } from '../../../codec/plain/alpha-plane.ts';
import { pixelsArbitrary } from '../../container/arbitrary.ts';

const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

/** An 8-bit plane of 40x30. */
function plane(value: (x: number, y: number) => number): Pixels & { data: Uint8Array } {
  const data = Uint8Array.from({ length: 1200 }, (_, index) => value(index % 40, Math.floor(index / 40)));
  return { data, width: 40, height: 30, channels: 1, bitDepth: 8, images: 1 };
}

const inside = (x: number, y: number) => Math.max(0, Math.min(1, 11.5 - Math.hypot(x - 20, y - 15)));

/** Planes that suit each kind of stream, in the order of the kinds. */
const planes = {
  flat: plane(() => 255),
  'a disc with a hard edge': plane((x, y) => 255 * Math.round(inside(x, y))),
  'the same slope in all rows, other levels': plane((x, y) => ((x * x) >> 3) + 97 * ((y * y) % 7)),
  'the same noise in all rows, other levels': plane((x, y) => ((x * x * 89) % 251) + 5 * y),
  'a slope both ways': plane((x, y) => 3 * x + ((y * y) >> 2)),
};

describe('a plane of alpha', () => {
  it('comes back, of any shape and samples', () => {
    const planesOnly = pixelsArbitrary.filter(({ channels }) => channels === 1);
    const levels = fc.constantFrom(0, 1, 255, 256, 65535);
    fc.assert(
      fc.property(planesOnly, fc.array(levels, { maxLength: 3 }), (pixels, few) => {
        const { data, ...shape } = pixels;
        if (few.length > 0) for (const index of data.keys()) data[index] = few[data[index] % few.length];
        expect(readAlphaPlane(encodeAlphaPlane(pixels), shape)()).toEqual(pixels);
      }),
    );
  });

  it.each(Object.entries(planes))('takes the kind of stream that suits it: %s', (name, pixels) => {
    const stream = encodeAlphaPlane(pixels);
    expect(stream[0]).toBe(Object.keys(planes).indexOf(name));
    expect(stream.length).toBeLessThan(pixels.data.length / 4);
    expect(readAlphaPlane(stream, pixels)()).toEqual(pixels);
  });

  it('takes two bytes where it is flat, three at 16 bits', () => {
    expect(encodeAlphaPlane(plane(() => 254))).toEqual(Uint8Array.of(0, 254));
    const deep = { ...plane(() => 0), bitDepth: 16, data: new Uint16Array(1200).fill(0x1234) } as const;
    expect(encodeAlphaPlane(deep)).toEqual(Uint8Array.of(0, 0x34, 0x12));
  });

  it('is refused where the stream cannot be one of its shape', () => {
    const rows = encodeAlphaPlane(planes['a disc with a hard edge']);
    const { data: _, ...shape } = planes.flat;
    const damaged: [Uint8Array, object][] = [
      [new Uint8Array(0), shape],
      [Uint8Array.of(0), shape],
      [Uint8Array.of(0, 1, 2), shape],
      [Uint8Array.of(0, 1), { ...shape, bitDepth: 16 }],
      [Uint8Array.of(1), shape],
      [Uint8Array.of(5, ...rows.slice(1)), shape],
      [Uint8Array.of(255, ...rows.slice(1)), shape],
      [rows.slice(0, -9), shape],
      [rows, { ...shape, width: 39 }],
      [rows, { ...shape, width: 41 }],
    ];
    for (const [stream, wrong] of damaged)
      expect(() => readAlphaPlane(stream, { ...shape, ...wrong })).toThrow(badFile);
  });
});
