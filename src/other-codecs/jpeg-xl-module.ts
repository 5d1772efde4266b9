// JPEG XL by libjxl in WebAssembly, on one thread: for machines without its tools.
import { readFileSync } from 'node:fs';

interface Image {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The package's two functions. */
interface JpegXl {
  encode(image: Image, options: { lossless: boolean; effort: number }): Promise<ArrayBuffer>;
  decode(file: ArrayBuffer): Promise<Image>;
}

/** One of them, ready. The package is not installed with vaezip: its types are declared here. Throws without it. */
export async function loadJpegXl<Name extends keyof JpegXl>(name: Name): Promise<JpegXl[Name]> {
  const short = name.slice(0, 3);
  const specifier = `@jsquash/jxl/${name}.js`;
  const module = await import(specifier);
  const wasm = new URL(import.meta.resolve(`@jsquash/jxl/codec/${short}/jxl_${short}.wasm`));
  await module.init(await WebAssembly.compile(readFileSync(wasm)));
  return module.default;
}
