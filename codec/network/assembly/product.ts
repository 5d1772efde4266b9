// Matrix products of the inference engine: out += x times weights, f32, for the dense and convolutional layers. Each
// output starts from what is there (a bias) and adds its inputs' terms in their order, one product and one sum each, so
// that blocking changes no bit: a row comes out the same alone or among others. Outputs come in fours.

/**
 * out[r][o] += sum over i of x[r][i] * weights[i][o] for `rows` rows that begin `outStep` and `xStep` bytes apart;
 * weights are [inputs][outputs], outputs is a multiple of 4.
 */
export function addProduct(
  out: usize,
  outStep: usize,
  x: usize,
  xStep: usize,
  rows: i32,
  inputs: i32,
  weights: usize,
  outputs: i32,
): void {
  const weightStep = (<usize>outputs) << 2;
  let row: i32 = 0;
  for (; row + 4 <= rows; row += 4) {
    let column: usize = 0;
    for (; column + 32 <= weightStep; column += 32) {
      block4x8(out + column, outStep, x, xStep, inputs, weights + column, weightStep);
    }
    for (; column < weightStep; column += 16) {
      for (let r: usize = 0; r < 4; r++) {
        block1x4(out + column + r * outStep, x + r * xStep, inputs, weights + column, weightStep);
      }
    }
    out += outStep << 2;
    x += xStep << 2;
  }
  for (; row < rows; row++) {
    let column: usize = 0;
    for (; column + 128 <= weightStep; column += 128) {
      block1x32(out + column, x, inputs, weights + column, weightStep);
    }
    for (; column < weightStep; column += 16) block1x4(out + column, x, inputs, weights + column, weightStep);
    out += outStep;
    x += xStep;
  }
}

@inline
function block4x8(
  out: usize,
  outStep: usize,
  x: usize,
  xStep: usize,
  inputs: i32,
  weights: usize,
  weightStep: usize,
): void {
  const out1 = out + outStep;
  const out2 = out1 + outStep;
  const out3 = out2 + outStep;
  const x1 = xStep;
  const x2 = xStep << 1;
  const x3 = x1 + x2;
  let a0 = v128.load(out);
  let a1 = v128.load(out, 16);
  let b0 = v128.load(out1);
  let b1 = v128.load(out1, 16);
  let c0 = v128.load(out2);
  let c1 = v128.load(out2, 16);
  let d0 = v128.load(out3);
  let d1 = v128.load(out3, 16);
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const w0 = v128.load(weights);
    const w1 = v128.load(weights, 16);
    const a = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(a, w0));
    a1 = f32x4.add(a1, f32x4.mul(a, w1));
    const b = v128.load32_splat(x + x1);
    b0 = f32x4.add(b0, f32x4.mul(b, w0));
    b1 = f32x4.add(b1, f32x4.mul(b, w1));
    const c = v128.load32_splat(x + x2);
    c0 = f32x4.add(c0, f32x4.mul(c, w0));
    c1 = f32x4.add(c1, f32x4.mul(c, w1));
    const d = v128.load32_splat(x + x3);
    d0 = f32x4.add(d0, f32x4.mul(d, w0));
    d1 = f32x4.add(d1, f32x4.mul(d, w1));
    x += 4;
    weights += weightStep;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out1, b0);
  v128.store(out1, b1, 16);
  v128.store(out2, c0);
  v128.store(out2, c1, 16);
  v128.store(out3, d0);
  v128.store(out3, d1, 16);
}

@inline
function block1x32(out: usize, x: usize, inputs: i32, weights: usize, weightStep: usize): void {
  let a = v128.load(out);
  let b = v128.load(out, 16);
  let c = v128.load(out, 32);
  let d = v128.load(out, 48);
  let e = v128.load(out, 64);
  let f = v128.load(out, 80);
  let g = v128.load(out, 96);
  let h = v128.load(out, 112);
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    const xi = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(xi, v128.load(weights)));
    b = f32x4.add(b, f32x4.mul(xi, v128.load(weights, 16)));
    c = f32x4.add(c, f32x4.mul(xi, v128.load(weights, 32)));
    d = f32x4.add(d, f32x4.mul(xi, v128.load(weights, 48)));
    e = f32x4.add(e, f32x4.mul(xi, v128.load(weights, 64)));
    f = f32x4.add(f, f32x4.mul(xi, v128.load(weights, 80)));
    g = f32x4.add(g, f32x4.mul(xi, v128.load(weights, 96)));
    h = f32x4.add(h, f32x4.mul(xi, v128.load(weights, 112)));
    x += 4;
    weights += weightStep;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  v128.store(out, e, 64);
  v128.store(out, f, 80);
  v128.store(out, g, 96);
  v128.store(out, h, 112);
}

@inline
function block1x4(out: usize, x: usize, inputs: i32, weights: usize, weightStep: usize): void {
  let a = v128.load(out);
  const end = x + ((<usize>inputs) << 2);
  while (x < end) {
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(x), v128.load(weights)));
    x += 4;
    weights += weightStep;
  }
  v128.store(out, a);
}
