// Throughput of the coder on one core: node bench/coder.js, after npm run build. Prints the best of five runs of each.
import { Message } from '#dist/codec/ans/message.js';
import { discretizedLogistics } from '#dist/codec/distributions/discretized-logistic.js';
import { gaussianLatents, standardBins } from '#dist/codec/distributions/gaussian.js';
import { Arena } from '#dist/codec/kernel/arena.js';
import { instantiateKernel, kernelMemory } from '#dist/codec/kernel/kernel.js';

const RUNS = 5;
const kernel = instantiateKernel(kernelMemory(64 << 20));

/** Best times in seconds of pushing and of popping `count` symbols, on messages of their own. */
function measure(name, count, push, pop) {
  const best = [Infinity, Infinity];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    push();
    const pushed = performance.now();
    pop();
    best[0] = Math.min(best[0], pushed - start);
    best[1] = Math.min(best[1], performance.now() - pushed);
  }
  const [pushRate, popRate] = best.map((ms) => (count / ms / 1000).toFixed(1).padStart(7));
  console.log(`${name.padEnd(52)} push ${pushRate} M/s   pop ${popRate} M/s`);
}

/** Symbols of a discretized Laplacian over 256 values, as intervals of 2^precision in the kernel's memory. */
function laplacianIntervals(arena, count, precision, width) {
  const weights = Array.from({ length: 256 }, (_, i) => Math.exp(-Math.abs(i - 128) / width));
  const total = weights.reduce((a, b) => a + b);
  const cumulative = [0];
  for (let i = 0, sum = 0; i < 256; i++) {
    sum += weights[i];
    cumulative.push(Math.floor((sum / total) * (2 ** precision - 256)) + i + 1);
  }
  const address = arena.allocate(8 * count);
  const intervals = new Uint32Array(kernel.memory.buffer, address, 2 * count);
  let entropy = 0;
  for (let i = 0; i < count; i++) {
    const position = Math.floor(Math.random() * cumulative[256]);
    const symbol = cumulative.findIndex((start) => start > position) - 1;
    intervals[2 * i] = cumulative[symbol];
    intervals[2 * i + 1] = cumulative[symbol + 1] - cumulative[symbol];
    entropy += precision - Math.log2(intervals[2 * i + 1]);
  }
  return { address, entropy };
}

function benchIntervals(precision, width) {
  const count = 1 << 20;
  const arena = new Arena(kernel);
  const { address, entropy } = laplacianIntervals(arena, count, precision, width);
  const message = Message.create(kernel, arena, count);
  const name = `given (start, frequency), ${(entropy / count).toFixed(2)} bits, 2^${precision}`;
  measure(
    name,
    count,
    () => kernel.exports.pushManyReverse(message.address, address, count, precision),
    () => {
      if (Math.abs(message.netBits / entropy - 1) > 1e-4) throw new Error('overhead above 0.01 %');
      kernel.exports.popMany(message.address, address, count, precision);
      message.assertRestored();
    },
  );
}

function benchLatents(log2) {
  const count = 1 << 16;
  const gaussian = {
    mu: Float32Array.from({ length: count }, () => 2 * Math.random() - 1),
    sigma: Float32Array.from({ length: count }, () => 0.05 + 0.3 * Math.random()),
  };
  const message = Message.create(kernel, new Arena(kernel), 1 << 18);
  for (let i = 0; i < 1 << 17; i++) message.push((Math.random() * 2 ** 32) >>> 0, 1, 32);
  const codec = gaussianLatents(standardBins(count, log2), gaussian);
  let latents = codec.pop(message);
  const push = () => codec.push(message, latents);
  const pop = () => {
    latents = codec.pop(message);
  };
  measure(`Gaussian posterior, 2^${log2} bins`, count, push, pop);
}

function benchLogistics(components) {
  const count = 1 << 16;
  const parameters = new Float32Array(count * 3 * components);
  const samples = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const mean = 255 * Math.random();
    for (let k = 0; k < components; k++) {
      parameters[i * 3 * components + k] = mean + 20 * (Math.random() - 0.5);
      parameters[i * 3 * components + components + k] = 2 * Math.random();
      parameters[i * 3 * components + 2 * components + k] = Math.random();
    }
    samples[i] = Math.max(0, Math.min(255, mean + 20 * (Math.random() - 0.5)));
  }
  const message = Message.create(kernel, new Arena(kernel), 1 << 18);
  const codec = discretizedLogistics({ parameters, components, depth: 8 });
  measure(
    `mixture of ${components} discretized logistics, 8 bits`,
    count,
    () => codec.push(message, samples),
    () => codec.pop(message),
  );
}

for (const [precision, width] of [
  [16, 8],
  [24, 8],
  [24, 0.6],
  [28, 8],
])
  benchIntervals(precision, width);
benchLatents(12);
for (const components of [1, 4]) benchLogistics(components);
