// p(x | z1) of the thumbs model as docs/FORMAT.md says it, in JavaScript's numbers: slow, and without the kernel.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';

const elu = (x: number) => (x > 0 ? x : Math.expm1(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** out[o] = bias[o] + sum of x[i] * weight[i][o]. */
function affine(x: readonly number[], weight: Float32Array, bias: ArrayLike<number>): number[] {
  return Array.from(bias, (b, o) => x.reduce((sum, xi, i) => sum + xi * weight[i * bias.length + o], b));
}

/**
 * Bits of an image's levels [height][width][3], from what the latents say: f32 [cells][2x2][32], cells of a grid whose
 * rows have `cells` of them.
 */
export function referenceBits(
  tensors: NamedArrays,
  image: Uint8Array,
  { width, height, cells }: { width: number; height: number; cells: number },
  said: Float32Array,
): number {
  const of = (name: string) => tensors[name].data;
  const level = (x: number, y: number, channel: number): number => {
    if (y < 0) return 128;
    if (x < 0) return level(0, y - 1, channel);
    return image[3 * (y * width + Math.min(x, width - 1)) + channel];
  };
  let bits = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const differences: number[] = [];
      const colours: number[] = [];
      const changes: number[] = [];
      for (let channel = 0; channel < 3; channel++) {
        const [w, n, nw, ne] = [level(x - 1, y, channel), level(x, y - 1, channel)].concat(
          level(x - 1, y - 1, channel),
          level(x + 1, y - 1, channel),
        );
        const centre = 0.375 * (w + n) + 0.125 * (nw + ne);
        differences.push((w - centre) / 32, (n - centre) / 32, (nw - centre) / 32, (ne - centre) / 32);
        colours.push(centre);
        changes.push(Math.log2(1 + Math.abs(w - nw) + Math.abs(n - nw) + Math.abs(n - ne)) / 4);
      }
      const edges = [x === 0 ? 1 : 0, y === 0 ? 1 : 0];
      const context = [...differences, ...colours.map((c) => (c - 128) / 64), ...changes, ...edges];
      const place = 32 * (4 * ((y >> 1) * cells + (x >> 1)) + 2 * (y & 1) + (x & 1));
      const features = affine(context, of('pixel.context.weight'), said.subarray(place, place + 32)).map(elu);
      const known: number[] = [];
      for (const [channel, name] of [
        [1, 'green'],
        [0, 'red'],
        [2, 'blue'],
      ] as const) {
        const part = (layer: string) => of(`pixel.${name}.${layer}`);
        const hidden = affine([...features, ...known], part('hidden.weight'), part('hidden.bias')).map(elu);
        const direct = affine([...context, ...known], part('direct.weight'), part('output.bias'));
        const outputs = affine(hidden, part('output.weight'), direct);
        bits -= Math.log2(probability(outputs, colours[channel], level(x, y, channel)));
        known.push((level(x, y, channel) - colours[channel]) / 32);
      }
    }
  }
  return bits;
}

function probability(outputs: readonly number[], centre: number, level: number): number {
  const weights = outputs.slice(8).map((logit) => Math.exp(logit - Math.max(...outputs.slice(8))));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let mass = 0;
  for (let i = 0; i < 4; i++) {
    const mean = centre + 16 * outputs[i];
    const scale = Math.max(1 / 40, 16 * Math.exp(Math.min(4, Math.max(-4, outputs[4 + i]))));
    const below = level === 0 ? 0 : sigmoid((level - 0.5 - mean) / scale);
    const above = level === 255 ? 1 : sigmoid((level + 0.5 - mean) / scale);
    mass += (weights[i] / total) * (above - below);
  }
  return (mass * (2 ** 22 - 1024) + 4) / 2 ** 22;
}
