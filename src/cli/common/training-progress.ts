// The progress of training on stderr: a line that is rewritten on a terminal, a new one now and then in a log.
import { formatClock } from '../../text/format.ts';
import type { MetaProgress } from '../../train/engine/meta-trainer.ts';
import type { Progress } from '../../train/tensorflow/trainer.ts';
import { rewriteLine, type Terminal } from './terminal.ts';

const TERMINAL_MS = 500;
const LOG_MS = 10_000;

/** A listener that shows the steps of gradient descent; `label` begins each line. */
export function trainingProgress(
  label = '',
  terminal: Terminal = process.stderr,
): (progress: Progress) => void {
  const show = lastingLine(terminal);
  return ({ step, settings: { steps }, rates: { likelihood, kl }, secondsLeft }) => {
    const bits = [likelihood + kl, likelihood, kl].map((rate) => rate.toFixed(4));
    const rates = `-ELBO ${bits[0]} bits/dim = likelihood ${bits[1]} + KL ${bits[2]}`;
    show(`${label}step ${step}/${steps}  ${rates}`, secondsLeft, step === steps);
  };
}

/** A listener that shows the rounds of meta-training. */
export function metaTrainingProgress(terminal: Terminal = process.stderr): (progress: MetaProgress) => void {
  const show = lastingLine(terminal);
  return ({ round, rounds, rate, secondsLeft }) =>
    show(`round ${round}/${rounds}  ${rate.toFixed(4)} bits/dim`, secondsLeft, round === rounds);
}

/** Shows what was reached and the time left, the last always, others when it is time for a line. */
function lastingLine(terminal: Terminal): (reached: string, secondsLeft: number, last: boolean) => void {
  let shown = Number.NEGATIVE_INFINITY;
  return (reached, secondsLeft, last) => {
    if (performance.now() - shown < (terminal.isTTY ? TERMINAL_MS : LOG_MS) && !last) return;
    shown = performance.now();
    const line = `${reached}  ${formatClock(secondsLeft)} left`;
    if (terminal.isTTY) rewriteLine(terminal, line);
    else terminal.write(`${line}\n`);
    if (terminal.isTTY && last) terminal.write('\n');
  };
}
