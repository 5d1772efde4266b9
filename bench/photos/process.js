// A process of its own for one codec: bench/photos/child.js, asked for one task after another.

import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * `ask` gives the answer to a task (see child.js), or throws an error that names the codec; `end` ends the process.
 * @param {import('./contestants.js').Contestant} contestant
 */
export function startProcess({ name, codec, settings }) {
  const child = fork(join(import.meta.dirname, 'child.js'), [codec, JSON.stringify(settings)]);
  const ask = (task) =>
    new Promise((resolve, reject) => {
      const settle = (answer) => {
        child.off('exit', onExit);
        if (answer.error) reject(new Error(`${name}: ${answer.error}`));
        else resolve(answer);
      };
      const onExit = (code, signal) => {
        child.off('message', settle);
        reject(new Error(`${name}: its process ended with ${code ?? signal}`));
      };
      child.once('message', settle);
      child.once('exit', onExit);
      child.send(task);
    });
  return { ask, end: () => child.kill() };
}
