import { describe, expect, it } from 'vitest';
import { kernel } from '../kernel/fixture.ts';
import { normalCdf } from './reference.ts';

const { exports } = kernel;

describe('elementary functions of the kernel', () => {
  it('exp64 is within 4e-16 of Math.exp', () => {
    for (let x = -700; x < 700; x += 0.0371)
      expect(Math.abs(exports.exp64(x) / Math.exp(x) - 1)).toBeLessThan(4e-16);
  });

  it('log64 is within 4e-16 of Math.log', () => {
    for (let x = 1e-300; x < 1e300; x *= 1.0137)
      expect(Math.abs(exports.log64(x) - Math.log(x))).toBeLessThan(
        4e-16 * Math.max(1, Math.abs(Math.log(x))),
      );
    expect(exports.log2of(8)).toBeCloseTo(3, 14);
  });

  it('log64 keeps its relative error near 1', () => {
    for (let i = 1; i < 2000; i++)
      expect(Math.abs(exports.log64(1 + i / 65536) / Math.log(1 + i / 65536) - 1)).toBeLessThan(1e-15);
  });

  it('are finite on everything', () => {
    for (const x of [0, -0, 1e-320, -1, Infinity, -Infinity, Number.NaN, 1e308, -1e308, 745, -745])
      for (const f of [exports.exp64, exports.log64, exports.normalCdf, exports.normalQuantile])
        expect(Number.isFinite(f(x))).toBe(true);
  });
});

describe('the normal distribution of the kernel', () => {
  it('normalCdf is within 1e-15 of a series and of a continued fraction', () => {
    for (let x = -12; x < 12; x += 0.00371)
      expect(Math.abs(exports.normalCdf(x) - normalCdf(x))).toBeLessThan(1e-15);
  });

  it('normalCdf keeps its relative error in the lower tail', () => {
    for (let x = -37; x < -4; x += 0.0137)
      expect(Math.abs(exports.normalCdf(x) / normalCdf(x) - 1)).toBeLessThan(2e-13);
    expect(exports.normalCdf(-40)).toBe(0);
    expect(exports.normalCdf(40)).toBe(1);
  });

  it('normalQuantile inverts normalCdf within 2e-14', () => {
    for (let i = 1; i < 4096; i++)
      expect(Math.abs(exports.normalCdf(exports.normalQuantile(i / 4096)) / (i / 4096) - 1)).toBeLessThan(
        2e-14,
      );
    for (let k = 12; k <= 36; k++)
      expect(Math.abs(exports.normalCdf(exports.normalQuantile(2 ** -k)) * 2 ** k - 1)).toBeLessThan(2e-14);
  });
});
