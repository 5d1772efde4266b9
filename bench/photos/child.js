// `child.js CODEC SETTINGS` codes by one codec in a process of its own, so that the process's memory is the codec's.
// A message {task, photo, file} is answered with {seconds, peakMemory} and, of encoding, {bytes, model}; or {error}.

import { readFileSync, writeFileSync } from 'node:fs';
import { ownPeakMemory } from '../common/peak-memory.js';
import { loadPhoto } from './photo-file.js';

const [name, settings] = process.argv.slice(2);
const codec = (await import(`./codecs/${name}.js`)).open(JSON.parse(settings));

/** @typedef {{task: 'encode' | 'decode', photo: import('./photo-file.js').SavedPhoto, file: string}} Task */
const tasks = {
  /** @param {Task} task */
  async encode({ photo, file }) {
    const { result, seconds, peakMemory = ownPeakMemory(), model } = await codec.encode(loadPhoto(photo));
    writeFileSync(file, result);
    return { seconds, peakMemory, bytes: result.length, model };
  },
  /** @param {Task} task */
  async decode({ photo, file }) {
    const { width, height, channels } = photo;
    const {
      result,
      seconds,
      peakMemory = ownPeakMemory(),
    } = await codec.decode(readFileSync(file), {
      width,
      height,
      channels,
    });
    // After the peak was read: the original is not the decoder's.
    if (Buffer.compare(result, loadPhoto(photo).data) !== 0) throw new Error('the pixels did not come back');
    return { seconds, peakMemory };
  },
};

/** @param {Task} task */
async function answer(task) {
  try {
    return await tasks[task.task](task);
  } catch (error) {
    return { error: error.message };
  }
}

process.on('message', async (message) => process.send?.(await answer(/** @type {Task} */ (message))));
process.on('disconnect', () => process.exit());
