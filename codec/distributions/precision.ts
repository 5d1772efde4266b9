// The precision of every distribution that TypeScript composes. The kernel's files state what it costs: less
// than 0.001 bit a symbol for up to 2^16 symbols.

import { Constants } from '../kernel/layouts.ts';

/** Frequencies sum to 2^28. */
export const { PRECISION, TOTAL } = Constants['distributions/precision'];
