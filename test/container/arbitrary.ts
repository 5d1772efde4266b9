// Random shapes, pixels and forms of files for property tests.

import fc from 'fast-check';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import type { SourceForm } from '../../container/source-form.ts';

const shape = fc.record({
  width: fc.integer({ min: 1, max: 9 }),
  height: fc.integer({ min: 1, max: 9 }),
  channels: fc.constantFrom(1, 2, 3, 4),
  images: fc.integer({ min: 1, max: 3 }),
  bitDepth: fc.constantFrom(8, 16),
});

/** Images of up to 9x9, up to three of them, of every number of channels and both depths. */
export const pixelsArbitrary: fc.Arbitrary<Pixels> = shape.chain((drawn) => {
  const length = drawn.width * drawn.height * drawn.channels * drawn.images;
  const size = { minLength: length, maxLength: length };
  const samples: fc.Arbitrary<Uint8Array | Uint16Array> =
    drawn.bitDepth === 16 ? fc.uint16Array(size) : fc.uint8Array(size);
  return samples.map((data) => ({ ...drawn, data }) as Pixels);
});

/** Every form that a file can hold. */
export const forms: fc.Arbitrary<SourceForm> = fc.oneof(
  fc.record({
    format: fc.constant('png' as const),
    colourType: fc.constantFrom(0, 2, 3, 4, 6),
    depth: fc.constantFrom(1, 2, 4, 8, 16),
    interlaced: fc.boolean(),
  }),
  fc
    .constantFrom('tiff', 'webp', 'idx.gz', 'pnm', 'pam', 'bmp', 'gif')
    .map((format) => ({ format }) as SourceForm),
);
