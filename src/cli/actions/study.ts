// The work of the command `study`.
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import { readIdxFile, readIdxLabelsFile } from '../../files/idx-file.ts';
import { withPackages } from '../../optional-packages.ts';
import { CLAIM_NAMES, findClaim } from '../../study/catalogue.ts';
import { type Bench, openBench } from '../../study/frame/bench.ts';
import { holds } from '../../study/frame/check.ts';
import { recordOf, recordText } from '../../study/frame/record.ts';
import { weightsOf } from '../../study/weights.ts';
import { nameColumn, rowLine } from '../../text/table.ts';
import type { BackendName } from '../../train/tensorflow/backend.ts';
import { withTensorFlow } from '../../train/tensorflow/packages.ts';
import { FILE_FAILED } from '../common/failures.ts';
import { INTERRUPTED, interruption } from '../common/interrupt.ts';
import { tell } from '../common/stderr.ts';
import { print } from '../common/stdout.ts';

export interface StudyArguments {
  name?: string | undefined;
  data?: string | undefined;
  out: string;
  seed: number;
  train: boolean;
  threads?: number | undefined;
  backend?: string | undefined;
  json: boolean;
}

const IDX_FILES = { train: 'train-images-idx3-ubyte', test: 't10k-images-idx3-ubyte' } as const;
const LABELS_FILES = { train: 'train-labels-idx1-ubyte', test: 't10k-labels-idx1-ubyte' } as const;

/** Lists the claims, or measures one. */
export async function study(args: StudyArguments): Promise<void> {
  if (args.name === undefined) await listClaims();
  else await measure(args.name, args);
}

async function listClaims(): Promise<void> {
  const column = nameColumn('', CLAIM_NAMES);
  for (const name of CLAIM_NAMES) {
    const { claim } = await findClaim(name);
    print(`${rowLine([column], [name])}  ${claim}\n`);
  }
}

/** Ends the process, because GPU back ends keep handles that would hold it; in failure where a check fails. */
async function measure(name: string, args: StudyArguments): Promise<never> {
  const { out, seed, data, json } = args;
  const claim = await findClaim(name);
  // Before anything is trained: what is missing in the end would cost hours.
  if (claim.ofDigits) await readIdxFile(folderOf(data), IDX_FILES.test);
  const { plotsSvg } = await withPackages(
    'the plot library vega',
    ['vega', 'vega-lite'],
    () => import('../../study/frame/plot.ts'),
  );
  await mkdir(out, { recursive: true });
  const command = commandOf(name, data, seed);
  const signal = interruption();
  const start = performance.now();
  try {
    const findings = await claim.run(benchOf(args, command, signal));
    const run = { command, seed, seconds: secondsSince(start) };
    const record = recordOf(claim, findings, run);
    const path = join(out, name);
    await writeAtomically(`${path}.json`, `${JSON.stringify(record, null, 2)}\n`);
    await writeAtomically(`${path}.svg`, await plotsSvg(findings.plots));
    print(json ? `${JSON.stringify(record)}\n` : recordText(record));
    tell(`wrote ${path}.json and ${path}.svg in ${record.seconds} s`);
    process.exit(findings.checks.every(holds) ? process.exitCode : FILE_FAILED);
  } catch (error) {
    if (!signal.aborted) throw error;
    tell('stopped: the same command goes on');
    process.exit(INTERRUPTED);
  }
}

function benchOf(
  { out, seed, train, data, threads, backend }: StudyArguments,
  command: string,
  signal: AbortSignal,
): Bench {
  const tensorFlow = async (): Promise<BackendName> => {
    const { useBackend, validBackend } = await withTensorFlow(
      () => import('../../train/tensorflow/backend.ts'),
    );
    return useBackend(validBackend(backend));
  };
  return openBench({
    seed,
    signal,
    tensorFlow,
    progress: tell,
    digits: async (part) => (await readIdxFile(folderOf(data), IDX_FILES[part])).pixels,
    labels: (part) => readIdxLabelsFile(folderOf(data), LABELS_FILES[part]),
    weights: (networks) =>
      weightsOf(networks, {
        ...{ seed, data, signal, command, backend: tensorFlow },
        folder: join(out, 'weights'),
        shipped: !train,
        threads: threads ?? availableParallelism(),
        onTraining: (network) => tell(`training ${network}`),
      }),
  });
}

function folderOf(data: string | undefined): string {
  if (data !== undefined) return data;
  throw new VaezipError('bad-argument', "--data is missing: the folder with MNIST's idx files");
}

function commandOf(name: string, data: string | undefined, seed: number): string {
  return ['vaezip study', name, ...(data === undefined ? [] : ['--data DIR']), `--seed ${seed}`].join(' ');
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1000);
}
