// The progress of training on stderr: a line that is rewritten on a terminal, a new one now and then in a log.
import { formatClock } from '../report/format.ts';
import type { Progress } from '../train/trainer.ts';

const TERMINAL_MS = 500;
const LOG_MS = 10_000;

/** A listener that shows progress; `label` begins each line. */
export function trainingProgress(label = ''): (progress: Progress) => void {
  const terminal = process.stderr.isTTY;
  let shown = Number.NEGATIVE_INFINITY;
  return ({ step, settings: { steps }, rates: { likelihood, kl }, secondsLeft }) => {
    const last = step === steps;
    if (performance.now() - shown < (terminal ? TERMINAL_MS : LOG_MS) && !last) return;
    shown = performance.now();
    const bits = [likelihood + kl, likelihood, kl].map((rate) => rate.toFixed(4));
    const line =
      `${label}step ${step}/${steps}  -ELBO ${bits[0]} bits/dim = likelihood ${bits[1]} + KL ${bits[2]}` +
      `  ${formatClock(secondsLeft)} left`;
    process.stderr.write(terminal ? `\r${line}\x1b[K${last ? '\n' : ''}` : `${line}\n`);
  };
}
