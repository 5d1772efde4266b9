// The work of the command `sweep`.
import { writeAtomically } from '../../files/atomic-file.ts';
import { withPackages } from '../../optional-packages.ts';
import type { Sweep, SweepPoint } from '../../study/sweep.ts';
import { figureColumn, rowLine, titleLine } from '../../text/table.ts';
import { loadGradientPreset } from '../../train/gradient-presets.ts';
import { findPreset } from '../../train/presets.ts';
import { withTensorFlow } from '../../train/tensorflow/packages.ts';
import { parseBetas } from '../common/betas.ts';
import { INTERRUPTED, interruption } from '../common/interrupt.ts';
import { tell } from '../common/stderr.ts';
import { print } from '../common/stdout.ts';
import { trainingProgress } from '../common/training-progress.ts';

export interface SweepArguments {
  preset: string;
  betas: string;
  data: string;
  out: string;
  minutes?: number | undefined;
  steps?: number | undefined;
  seed: number;
  threads?: number | undefined;
  backend?: string | undefined;
  json: boolean;
}

const COLUMNS = ['beta', 'likelihood (D)', 'KL (R)', '-ELBO', 'net', 'raw'].map((title) =>
  figureColumn(title),
);

/** Trains, codes, prints and plots; ends the process, because GPU back ends keep handles that would hold it. */
export async function sweepBetas(args: SweepArguments): Promise<never> {
  const { data, seed, steps, minutes, threads, out, json } = args;
  // Before anything is trained: what is missing in the end would cost hours.
  const { sweepPlot } = await withPackages(
    'the plot library vega',
    ['vega', 'vega-lite'],
    () => import('../../study/sweep-plot.ts'),
  );
  const { useBackend, validBackend } = await withTensorFlow(
    () => import('../../train/tensorflow/backend.ts'),
  );
  const { sweep } = await import('../../study/sweep.ts');
  const preset = await loadGradientPreset(findPreset(args.preset));
  const backend = await useBackend(validBackend(args.backend));
  const result = await sweep({
    ...{ preset, data, seed, steps, minutes, threads, backend },
    betas: parseBetas(args.betas),
    prefix: out,
    signal: interruption(),
    onTraining: (beta) => trainingProgress(`beta ${beta}: `),
    onPoint: (point) => print(json ? `${JSON.stringify(point)}\n` : ''),
  });
  if (!result) {
    process.stderr.write('\n');
    tell('stopped: the same command goes on');
    process.exit(INTERRUPTED);
  }
  if (!json) printTable(result.points);
  await writeAtomically(`${out}.json`, `${JSON.stringify(record(args, result), null, 2)}\n`);
  await writeAtomically(`${out}.svg`, await sweepPlot(result.points));
  tell(`wrote ${out}.json and ${out}.svg`);
  process.exit();
}

function printTable(points: readonly SweepPoint[]): void {
  print(`${titleLine(COLUMNS)}\n`);
  for (const { beta, likelihood, kl, negElbo, net, baseline } of points) {
    const rates = [likelihood, kl, negElbo, net].map((rate) => rate.toFixed(4));
    print(`${rowLine(COLUMNS, [String(beta), ...rates, baseline.toFixed(1)])}\n`);
  }
}

function record({ preset, betas, seed }: SweepArguments, { images, steps, backend, points }: Sweep) {
  const command = `vaezip sweep --preset ${preset} --betas ${betas} --data DIR --steps ${steps} --seed ${seed}`;
  return { command, backend, images, unit: 'bits per dimension', points };
}
