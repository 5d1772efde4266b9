// Products of one vector with a layer's weights, biases and activations, for networks that see one sample at a time.
// Weights lie [inputs][outputs], inputs even in number; `row` is the number of outputs in a row of weights. The order
// of each sum is fixed: over the inputs in their order, or over the even ones, then the odd ones, and both added.
//
// Two inputs a turn are up to twice as fast as one. Engines may load all weights of a turn before they use the first,
// so a turn's sums, weights and inputs are to fit into 15 registers.

/** Of the leaky ReLU where its input is negative. */
@inline export const SLOPE: f32 = 0.1;

/** out[0..12) = x * weights[][0..12), even and odd inputs apart. */
@inline
export function dense12(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  let e = f32x4.splat(0);
  let f = f32x4.splat(0);
  const step = (<usize>row) << 2;
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const even = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    weights += step;
    const odd = v128.load32_splat(x, 4);
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights)));
    e = f32x4.add(e, f32x4.mul(odd, v128.load(weights, 16)));
    f = f32x4.add(f, f32x4.mul(odd, v128.load(weights, 32)));
    x += 8;
    weights += step;
  }
  v128.store(out, f32x4.add(a, d));
  v128.store(out, f32x4.add(b, e), 16);
  v128.store(out, f32x4.add(c, f), 32);
}

/** out[0..16) = x * weights[][0..16), even and odd inputs apart. */
@inline
export function dense16(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  evenAndOdd8(out, x, inputs, weights, row);
  evenAndOdd8(out + 32, x, inputs, weights + 32, row);
}

/** out[0..32) = x * weights[][0..32), inputs in their order. */
@inline
export function dense32(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  inOrder16(out, x, inputs, weights, row);
  inOrder16(out + 64, x, inputs, weights + 64, row);
}

/** out[0..8) = x * weights[][0..8), even and odd inputs apart. */
@inline
export function evenAndOdd8(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  const step = (<usize>row) << 2;
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const even = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    weights += step;
    const odd = v128.load32_splat(x, 4);
    c = f32x4.add(c, f32x4.mul(odd, v128.load(weights)));
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights, 16)));
    x += 8;
    weights += step;
  }
  v128.store(out, f32x4.add(a, c));
  v128.store(out, f32x4.add(b, d), 16);
}

/** out[0..12) = x * weights[][0..12), even and odd inputs apart. */
@inline
export function evenAndOdd12(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  let e = f32x4.splat(0);
  let f = f32x4.splat(0);
  const step = (<usize>row) << 2;
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const even = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    weights += step;
    const odd = v128.load32_splat(x, 4);
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights)));
    e = f32x4.add(e, f32x4.mul(odd, v128.load(weights, 16)));
    f = f32x4.add(f, f32x4.mul(odd, v128.load(weights, 32)));
    x += 8;
    weights += step;
  }
  v128.store(out, f32x4.add(a, d));
  v128.store(out, f32x4.add(b, e), 16);
  v128.store(out, f32x4.add(c, f), 32);
}

/** out[0..4) = x * weights[][0..4), even and odd inputs apart. */
@inline
export function evenAndOdd4(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  const step = (<usize>row) << 2;
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(x), v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(x, 4), v128.load(weights + step)));
    x += 8;
    weights += step << 1;
  }
  v128.store(out, f32x4.add(a, b));
}

@inline
function inOrder16(out: usize, x: usize, inputs: i32, weights: usize, row: i32): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  const step = (<usize>row) << 2;
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const even = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    d = f32x4.add(d, f32x4.mul(even, v128.load(weights, 48)));
    weights += step;
    const odd = v128.load32_splat(x, 4);
    a = f32x4.add(a, f32x4.mul(odd, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(odd, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(odd, v128.load(weights, 32)));
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights, 48)));
    x += 8;
    weights += step;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

/** out[0..24) = x * weights[][0..24) of rows of 24, inputs in their order. */
@inline
export function dense24(out: usize, x: usize, inputs: i32, weights: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  let e = f32x4.splat(0);
  let f = f32x4.splat(0);
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const even = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(even, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(even, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(even, v128.load(weights, 32)));
    d = f32x4.add(d, f32x4.mul(even, v128.load(weights, 48)));
    e = f32x4.add(e, f32x4.mul(even, v128.load(weights, 64)));
    f = f32x4.add(f, f32x4.mul(even, v128.load(weights, 80)));
    const odd = v128.load32_splat(x, 4);
    a = f32x4.add(a, f32x4.mul(odd, v128.load(weights, 96)));
    b = f32x4.add(b, f32x4.mul(odd, v128.load(weights, 112)));
    c = f32x4.add(c, f32x4.mul(odd, v128.load(weights, 128)));
    d = f32x4.add(d, f32x4.mul(odd, v128.load(weights, 144)));
    e = f32x4.add(e, f32x4.mul(odd, v128.load(weights, 160)));
    f = f32x4.add(f, f32x4.mul(odd, v128.load(weights, 176)));
    x += 8;
    weights += 192;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  v128.store(out, e, 64);
  v128.store(out, f, 80);
}

/** max(x, x / 10). */
@inline
export function leaky(x: v128): v128 {
  return f32x4.pmax(x, f32x4.mul(x, f32x4.splat(SLOPE)));
}

/** x[i] += bias[i] for n values, n a multiple of 4. */
@inline
export function addBias(x: usize, bias: usize, n: i32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    v128.store(x + i, f32x4.add(v128.load(x + i), v128.load(bias + i)));
  }
}

/** The same, then leaky. */
@inline
export function addBiasLeaky(x: usize, bias: usize, n: i32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    v128.store(x + i, leaky(f32x4.add(v128.load(x + i), v128.load(bias + i))));
  }
}

/** x[i] = leaky(x[i] * scale[i] + bias[i]) for n values, n a multiple of 4. */
@inline
export function modulate(x: usize, scale: usize, bias: usize, n: i32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    v128.store(
      x + i,
      leaky(f32x4.add(f32x4.mul(v128.load(x + i), v128.load(scale + i)), v128.load(bias + i))),
    );
  }
}
