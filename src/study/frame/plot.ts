// Plots of a study as one SVG, drawn by vega from vega-lite's specifications, one below the other.

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Plot } from './claim.ts';

/** An SVG document. */
export function plotsSvg(plots: readonly Plot[]): Promise<string> {
  const specification = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 10,
    vconcat: plots,
    resolve: { scale: { color: 'independent' } },
    config: { concat: { spacing: 30 }, axis: { labelLimit: 300 }, legend: { labelLimit: 300 } },
  } as unknown as TopLevelSpec;
  return new View(parse(compile(specification).spec), { renderer: 'none' }).toSVG();
}
