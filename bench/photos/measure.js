// The run over a folder. Times: one process a codec for the whole run, the codecs in turn for each photo, so that
// a busy machine hits all alike; each codes a few rows first, so that loading and compiling does not count.
// Memory: at the end, a new process that only encodes, and one that only decodes, the largest photo.

import { join, relative } from 'node:path';
import { greyOf, photoPaths, readPhoto, warmUpPart } from '../common/photo.js';
import { vaezipName } from './contestants.js';
import { savePhoto } from './photo-file.js';
import { startProcess } from './process.js';

/**
 * `names` of the rows; `photos` with bytes and seconds by name; `peaks` in bytes by name; the `largest` photo's shape.
 * @throws {Error} where a codec fails or does not give the pixels back, or where the folder holds no photo
 */
export async function measure(folder, contestants, { limit, grey, scratch, notice }) {
  const read = async (path) => (grey ? greyOf(await readPhoto(path)) : readPhoto(path));
  let rivals = [];
  try {
    const photos = [];
    let largest = { size: 0 };
    for (const path of photoPaths(folder)) {
      if (photos.length === limit) break;
      const name = relative(folder, path);
      const photo = await read(path).catch((error) => notice(`${name} is left out: ${error.message}`));
      if (!photo) continue;
      if (photos.length === 0) rivals = await warmUp(contestants, photo, scratch);
      if (photo.data.length > largest.size) largest = { size: photo.data.length, path };
      photos.push({ name, ...(await codeInTurn(rivals, photo, scratch)) });
      notice(`${photos.length}: ${name}`);
    }
    if (photos.length === 0) throw new Error(`${folder}: no photos (8-bit PNG, lossless WebP or TIFF)`);
    for (const { process } of rivals) process.end();
    const saved = savePhoto(await read(largest.path), join(scratch, 'largest'));
    const peaks = {};
    for (const contestant of rivals) peaks[contestant.name] = await peakMemory(contestant, saved, scratch);
    return { names: rivals.map(({ name }) => name), photos, peaks, largest: saved };
  } finally {
    for (const { process } of rivals) process.end();
  }
}

/** Starts a process for each, lets it code a few rows, and drops efforts of vaezip that use one model. */
async function warmUp(contestants, photo, scratch) {
  const part = savePhoto(warmUpPart(photo), join(scratch, 'warm-up'));
  const rivals = [];
  for (const contestant of contestants) {
    const process = startProcess(contestant);
    const { model } = await codeOnce(process, part, join(scratch, 'coded'));
    rivals.push({ ...contestant, process, model });
  }
  const { kept, dropped } = mergeEfforts(rivals);
  for (const { process } of dropped) process.end();
  return kept;
}

/**
 * Of vaezip's efforts that use the same model the first is kept, under the name of all.
 * @template {{name: string, codec: string, settings: Record<string, unknown>, model?: string | null}} Rival
 * @param {Rival[]} rivals
 * @returns {{kept: Rival[], dropped: Rival[]}}
 */
export function mergeEfforts(rivals) {
  const sharing = (one) => (other) => other.codec === 'vaezip' && other.model === one.model;
  const kept = rivals.filter((one) => one.codec !== 'vaezip' || rivals.find(sharing(one)) === one);
  const dropped = rivals.filter((one) => !kept.includes(one));
  const named = kept.map((one) => {
    if (one.codec !== 'vaezip') return one;
    return { ...one, name: vaezipName(rivals.filter(sharing(one)).map(({ settings }) => settings.effort)) };
  });
  return { kept: named, dropped };
}

async function codeInTurn(rivals, photo, scratch) {
  const saved = savePhoto(photo, join(scratch, 'samples'));
  const results = {};
  for (const { name, process } of rivals) {
    const { bytes, encodeSeconds, decodeSeconds } = await codeOnce(process, saved, join(scratch, 'coded'));
    results[name] = { bytes, encodeSeconds, decodeSeconds };
  }
  return { width: photo.width, height: photo.height, channels: photo.channels, results };
}

/** Encodes to a file and decodes that; the process compares. */
async function codeOnce(process, photo, file) {
  const { bytes, model, seconds: encodeSeconds } = await process.ask({ task: 'encode', photo, file });
  const { seconds: decodeSeconds } = await process.ask({ task: 'decode', photo, file });
  return { bytes, model, encodeSeconds, decodeSeconds };
}

/** Bytes, of encoding and of decoding; null where the system does not tell. */
async function peakMemory(contestant, photo, scratch) {
  const peaks = {};
  for (const task of ['encode', 'decode']) {
    const process = startProcess(contestant);
    try {
      peaks[task] = (await process.ask({ task, photo, file: join(scratch, 'coded') })).peakMemory;
    } finally {
      process.end();
    }
  }
  return peaks;
}
