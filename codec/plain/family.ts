// The plain family: filtered rows and zlib, without weights. What codes any image where no trained model does better.

import { VaezipError } from '../error.ts';
import type { Model } from '../model/model.ts';
import { checkSides } from '../model/sides.ts';
import { sampleBytes } from '../pixels/pixels.ts';
import { decodeFilteredRows, encodeFilteredRows } from './filtered-rows.ts';

/** Its id is empty: it has no weights that could be others. */
export const plainModel: Model = {
  name: 'plain',
  id: '',
  codesAlpha: true,
  accepts: () => true,
  // Residuals and what they are packed to; or what is unpacked, in parts.
  memory: (shape, direction) => (direction === 'encode' ? 2 : 1) * sampleBytes(shape),
  open: (shape, { signal }) => ({
    async encode(data) {
      signal?.throwIfAborted();
      const group = encodeFilteredRows({ ...shape, data });
      const bits = 8 * group.length;
      return { sides: {}, groups: [group], lengths: { likelihood: bits, kl: 0, net: bits, initial: 0 } };
    },
    async decode({ sides, groups }) {
      checkSides(sides);
      signal?.throwIfAborted();
      if (groups.length !== 1)
        throw new VaezipError('bad-file', `${groups.length} groups where plain images have one`);
      return { samples: decodeFilteredRows(groups[0], shape).data, start: null };
    },
  }),
};
