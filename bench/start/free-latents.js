// What latents would bring if they were told for nothing, and as finely as the posterior knows them: code lengths of
// the samples alone, by the codec's own loop, from the start that the posterior's mean calls for, and from that
// without z.

import { Constants } from '#dist/codec/kernel/layouts.js';
import { readSafetensors } from '#dist/codec/network/safetensors.js';
import { Mode } from '#dist/codec/planes/job.js';
import { isFamilyName, loadFamily } from '#dist/models/families.js';

const { MOST_DEVIATIONS, MOST_MEAN } = Constants['planes/online/origin'];

/**
 * @typedef {import('#dist/codec/planes/online/job.js').OnlineJob} OnlineJob
 * @typedef {import('#dist/codec/planes/online/origin.js').OriginWeights} Origin
 */

/**
 * @param {Uint8Array} bytes of a weights' file with latents
 * @returns {Promise<(photo: import('../common/photo.js').Photo) => {without: number, with: number}>} the code lengths
 * of a photo's samples in bits
 * @throws {Error} for weights of another kind
 */
export async function freeLatents(bytes) {
  const file = readSafetensors(bytes, 'the weights');
  const { format } = file.metadata;
  const family = isFamilyName(format) ? await loadFamily(format) : null;
  if (!family || !('learn' in family)) throw new Error('the networks of such weights do not learn');
  const online = /** @type {import('#dist/codec/planes/online/job.js').OnlineFamily} */ (
    /** @type {unknown} */ (family)
  );
  const { architecture, planes, origin } = online.read(file);
  if (!origin) throw new Error('the weights have no latents');
  /** @type {Map<string, OnlineJob>} */
  const jobs = new Map();
  return ({ width, height, data }) => {
    const size = `${width}x${height}`;
    const job = jobs.get(size) ?? /** @type {OnlineJob} */ (online.learn(architecture, width, height));
    jobs.set(size, job);
    job.pixels.set(data);
    const lengthFrom = (/** @type {ArrayLike<number>} */ z) => {
      const moved = planes.map(({ parameters, preconditioner }, plane) => {
        const start = parameters.slice();
        addProduct(start, z, origin.bases[plane]);
        return { parameters: start, preconditioner };
      });
      job.start(Mode.learn, moved);
      job.runHere();
      return job.likelihood;
    };
    const mean = meanOf(origin, job.statistics());
    return { without: lengthFrom(mean.map(() => 0)), with: lengthFrom(mean) };
  };
}

/**
 * The posterior's mean.
 * @param {Origin} origin
 * @param {Float64Array} statistics
 * @returns {number[]}
 */
function meanOf({ latents, centre, scale, posterior }, statistics) {
  const row = 2 * latents;
  return Array.from({ length: latents }, (_, j) => {
    let mean = posterior[statistics.length * row + j];
    for (const [i, statistic] of statistics.entries())
      mean += posterior[i * row + j] * clamp((statistic - centre[i]) * scale[i], MOST_DEVIATIONS);
    return clamp(mean, MOST_MEAN);
  });
}

/**
 * @param {number} x
 * @param {number} most
 */
function clamp(x, most) {
  return Math.max(-most, Math.min(most, x));
}

/**
 * sum <- sum + z basis, f32 [latents][parameters].
 * @param {Float32Array} sum
 * @param {ArrayLike<number>} z
 * @param {Float32Array} basis
 */
function addProduct(sum, z, basis) {
  for (let j = 0; j < z.length; j++)
    for (let i = 0; i < sum.length; i++) sum[i] += z[j] * basis[j * sum.length + i];
}
