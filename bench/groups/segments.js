// What each segment takes to decode, measured: a learning model's jobs on this thread, one segment at a time.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Layouts } from '#dist/codec/kernel/layouts.js';
import { readSafetensors } from '#dist/codec/network/safetensors.js';
import { groupsOf } from '#dist/codec/planes/groups.js';
import { Mode } from '#dist/codec/planes/job.js';
import { LearningJob, learningPlan } from '#dist/codec/planes/learning/job.js';
import { readWeights } from '#dist/codec/planes/learning/weights.js';
import { splitStreams } from '#dist/codec/planes/streams.js';
import { SHIPPED } from '#dist/models/catalogue.js';

/** Of a plane's counter of finished segments among those of the pipeline (codec/planes/assembly/pipeline.ts). */
const LINE = 64;

/**
 * Seconds of each segment: a group, its planes, their segments. `width`: segments of a row.
 * @typedef {{width: number, planes: Float64Array[]}} GroupTimes
 * @param {import('#dist/container/container.js').ImageContainer} container
 * @param {string} id of the model
 * @returns {Promise<GroupTimes[]>}
 */
export async function segmentTimes({ shape, groups }, id) {
  const row = SHIPPED.find((model) => model.id === id);
  if (row?.family !== 'vaezip-learning')
    throw new Error('the segments of learning models alone are measured');
  const weights = readWeights(readSafetensors(readFileSync(fileURLToPath(row.weights())), row.name));
  const { width, height } = shape;
  return groupsOf({ width, height }).map(({ from, to }, group) => {
    const streams = splitStreams(groups[group], weights.architecture.planes);
    const coded = streams.map(({ length }) => length);
    const job = new LearningJob(weights, learningPlan(weights, width, to - from, 'decode', { coded }));
    const messages = job.readMessages(streams);
    const segments = Math.ceil(width / 64);
    const planes = streams.map(() => new Float64Array(segments * (to - from)));
    job.start(Mode.decode);
    measure(job, planes);
    for (const message of messages) message.assertRestored();
    job.release();
    return { width: segments, planes };
  });
}

/**
 * Runs a job that is started, a turn at a time.
 * @param {LearningJob} job
 * @param {Float64Array[]} planes where the times go
 */
function measure(job, planes) {
  const { memory, exports } = job.kernel;
  const counters = new DataView(memory.buffer).getUint32(
    job.address + Layouts.PlanesJob.fields.counters.offset,
    true,
  );
  const finished = planes.map((_, plane) => new Int32Array(memory.buffer, counters + (plane + 1) * LINE, 1));
  const seen = planes.map(() => 0);
  for (let done = 0; done === 0; ) {
    const start = performance.now();
    done = exports.learningRun(job.address, 1);
    const seconds = (performance.now() - start) / 1000;
    for (const [plane, times] of planes.entries())
      if (finished[plane][0] > seen[plane]) times[seen[plane]++] = seconds;
  }
}
