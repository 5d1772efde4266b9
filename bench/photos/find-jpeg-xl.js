// Which coder of JPEG XL there is on this machine.

import { execFileSync } from 'node:child_process';

/**
 * The file in codecs/ to use; null, after a notice, where there is none.
 * @param {(line: string) => void} notice
 */
export async function findJpegXl(notice) {
  if (jpegXlToolsVersion()) return 'jpeg-xl-tools';
  try {
    import.meta.resolve('@jsquash/jxl/encode.js');
    return 'jpeg-xl-module';
  } catch {
    notice(
      'JPEG XL is left out: neither cjxl and djxl (Debian: apt install libjxl-tools) nor the package ' +
        '@jsquash/jxl is here',
    );
    return null;
  }
}

/** As cjxl tells it, v0.7.0; null where cjxl or djxl is missing. */
export function jpegXlToolsVersion() {
  try {
    const [cjxl] = ['cjxl', 'djxl'].map((tool) => execFileSync(tool, ['--version'], { encoding: 'utf8' }));
    return /v[\d.]+/.exec(cjxl)?.[0] ?? 'of unknown version';
  } catch {
    return null;
  }
}
