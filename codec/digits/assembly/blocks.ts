// Dense layers of a few rows whose weights are laid in blocks of 8 outputs, each block's inputs one after the other: a
// block is read from the first cache for all rows. Sums are those of network/assembly/product.ts: the bias, then each
// input's term in its order.

import { leaky } from '../../network/assembly/vector-product';

/** Bytes of 8 outputs. */
@inline const BLOCK: usize = 32;

/** Lays weights [inputs][outputs] in blocks; outputs are a multiple of 8. */
export function blocksOf(blocks: usize, weights: usize, inputs: i32, outputs: i32): void {
  const row = (<usize>outputs) << 2;
  for (let column: usize = 0; column < row; column += BLOCK) {
    for (let input: usize = 0; input < <usize>inputs; input++) {
      v128.store(blocks, v128.load(weights + input * row + column));
      v128.store(blocks, v128.load(weights + input * row + column, 16), 16);
      blocks += BLOCK;
    }
  }
}

/** out [rows][outputs] = bias + x [rows][inputs] times the weights, leaky if so; rows are computed in fours. */
@inline
export function addBlocks(
  out: usize,
  bias: usize,
  x: usize,
  rows: i32,
  inputs: i32,
  blocks: usize,
  outputs: i32,
  isLeaky: bool,
): void {
  const xStep = (<usize>inputs) << 2;
  const outStep = (<usize>outputs) << 2;
  const x2 = xStep << 1;
  const x3 = x2 + xStep;
  for (let column: usize = 0; column < outStep; column += BLOCK) {
    const b0 = v128.load(bias + column);
    const b1 = v128.load(bias + column, 16);
    let from = x;
    let to = out + column;
    for (let row: i32 = 0; row < rows; row += 4) {
      let p0 = b0;
      let p1 = b1;
      let q0 = b0;
      let q1 = b1;
      let r0 = b0;
      let r1 = b1;
      let s0 = b0;
      let s1 = b1;
      let weights = blocks;
      for (const end = from + xStep; from < end; from += 4) {
        const w0 = v128.load(weights);
        const w1 = v128.load(weights, 16);
        const p = v128.load32_splat(from);
        p0 = f32x4.add(p0, f32x4.mul(p, w0));
        p1 = f32x4.add(p1, f32x4.mul(p, w1));
        const q = v128.load32_splat(from + xStep);
        q0 = f32x4.add(q0, f32x4.mul(q, w0));
        q1 = f32x4.add(q1, f32x4.mul(q, w1));
        const r = v128.load32_splat(from + x2);
        r0 = f32x4.add(r0, f32x4.mul(r, w0));
        r1 = f32x4.add(r1, f32x4.mul(r, w1));
        const s = v128.load32_splat(from + x3);
        s0 = f32x4.add(s0, f32x4.mul(s, w0));
        s1 = f32x4.add(s1, f32x4.mul(s, w1));
        weights += BLOCK;
      }
      put(to, p0, p1, isLeaky);
      put(to + outStep, q0, q1, isLeaky);
      put(to + 2 * outStep, r0, r1, isLeaky);
      put(to + 3 * outStep, s0, s1, isLeaky);
      from += x3;
      to += outStep << 2;
    }
    blocks += (<usize>inputs) << 5;
  }
}

@inline
function put(to: usize, a: v128, b: v128, isLeaky: bool): void {
  v128.store(to, isLeaky ? leaky(a) : a);
  v128.store(to, isLeaky ? leaky(b) : b, 16);
}
