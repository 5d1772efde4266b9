// Which coder of JPEG XL there is on this machine.

import { versionOf } from '#dist/src/other-codecs/jpeg-xl-tools.js';

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
  return versionOf('djxl') && versionOf('cjxl');
}
