// PNG files by oxipng in WebAssembly, on one thread, where the package is installed.
import { readFileSync } from 'node:fs';
import { withPackages } from '../optional-packages.ts';

export type Oxipng = (rgba: Uint8ClampedArray, width: number, height: number, level: number) => Uint8Array;

/** Throws VaezipError 'missing-package' where it is not there. */
export function loadOxipng(): Promise<Oxipng> {
  return withPackages('oxipng', ['@jsquash/oxipng'], async () => {
    const { init } = await import('@jsquash/oxipng/optimise.js');
    const wasm = new URL(import.meta.resolve('@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm'));
    // Not the package's own function: it asks for the browsers' ImageData.
    const { optimise_raw: optimise } = await init(readFileSync(wasm));
    return (rgba, width, height, level) => optimise(rgba, width, height, level, false, false);
  });
}
