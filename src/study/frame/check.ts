// A figure beside the one that it should be: published, exact, or a bound that theory sets.

export interface Check {
  /** As in '-ELBO >= -log p(x), 2 spirals'. */
  readonly what: string;
  readonly measured: number;
  /** `within`: no further than the tolerance to either side. */
  readonly relation: 'at most' | 'at least' | 'within';
  readonly expected: number;
  /** How far the measured figure may be on the wrong side, not negative: for estimates, of their errors. */
  readonly tolerance: number;
  /** Where the expected figure comes from. */
  readonly source: 'published' | 'exact' | 'bound';
}

/** Whether it is as it should be; never for what is not a number. */
export function holds({ measured, relation, expected, tolerance }: Check): boolean {
  const excess = measured - expected;
  switch (relation) {
    case 'at most':
      return excess <= tolerance;
    case 'at least':
      return -excess <= tolerance;
    case 'within':
      return Math.abs(excess) <= tolerance;
  }
}

/** |measured - expected| <= tolerance. */
export function within(
  what: string,
  measured: number,
  expected: number,
  tolerance: number,
  source: Check['source'] = 'exact',
): Check {
  return { what, measured, relation: 'within', expected, tolerance, source };
}

/** measured <= bound + tolerance. */
export function atMost(what: string, measured: number, bound: number, tolerance = 0): Check {
  return { what, measured, relation: 'at most', expected: bound, tolerance, source: 'bound' };
}

/** measured >= bound - tolerance. */
export function atLeast(what: string, measured: number, bound: number, tolerance = 0): Check {
  return { what, measured, relation: 'at least', expected: bound, tolerance, source: 'bound' };
}

/** Checks that each figure is at most the next, but for the tolerance; `what` names the order, `names` the figures. */
export function ascending(
  what: string,
  names: readonly string[],
  figures: readonly number[],
  tolerance = 0,
): Check[] {
  return figures
    .slice(1)
    .map((figure, i) => atLeast(`${what}: ${names[i + 1]} >= ${names[i]}`, figure, figures[i], tolerance));
}
