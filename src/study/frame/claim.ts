// What a study is: one claim of the theory, measured. A claim runs on a bench (bench.ts) and brings findings, which
// the command prints, writes and plots, and whose checks tests repeat.

import type { Bench } from './bench.ts';
import type { Check } from './check.ts';

export interface Claim {
  readonly name: string;
  /** One sentence, that the figures bear out. */
  readonly claim: string;
  /** Where the theory is written down. */
  readonly source: string;
  /** Whether it measures MNIST's digits, so that it cannot begin without them. */
  readonly ofDigits?: boolean;
  run(bench: Bench): Promise<Findings>;
}

export interface Findings {
  /** How it was measured: unit, mean or sum, number of samples and the like, by what they are of. */
  readonly setting: Readonly<Record<string, string | number>>;
  readonly tables: readonly FigureTable[];
  /** Specifications of vega-lite, drawn one below the other. */
  readonly plots: readonly Plot[];
  readonly checks: readonly Check[];
}

export interface FigureTable {
  readonly title: string;
  readonly columns: readonly FigureColumn[];
  /** A cell a column; null where there is no such figure. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface FigureColumn {
  /** With the unit, as in '-ELBO, bits'. */
  readonly title: string;
  /** Of figures, decimals that are shown; names have none. */
  readonly digits?: number;
}

export type Plot = Readonly<Record<string, unknown>>;
