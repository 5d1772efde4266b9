// A screenshot of a page by headless Chromium, in a profile of its own that is removed afterwards. How text is
// smoothed is fontconfig's business on Linux: each way is a configuration that includes the system's.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

const SECONDS = 60;
/** The window's height holds the browser's own bars, too, which are not in the picture: this is more than they take. */
const BARS = 200;

/** @typedef {'grey' | 'subpixel' | 'aliased'} TextSmoothing */

/** @type {Record<TextSmoothing, {edits: string, flags: string[]}>} */
const SMOOTHING = {
  grey: { edits: edit('antialias', '<bool>true</bool>') + edit('rgba', '<const>none</const>'), flags: [] },
  subpixel: {
    edits: edit('antialias', '<bool>true</bool>') + edit('rgba', '<const>rgb</const>'),
    flags: ['--enable-lcd-text'],
  },
  aliased: {
    edits: edit('antialias', '<bool>false</bool>') + edit('hintstyle', '<const>hintfull</const>'),
    flags: ['--font-render-hinting=full'],
  },
};

/**
 * The PNG file of width times scale by height times scale pixels, RGB without alpha.
 * @param {string} browser
 * @param {string} html
 * @param {{width: number, height: number, scale: number, text: TextSmoothing}} view in CSS pixels
 * @throws {Error} where the browser does not start, or gives no picture of that size
 */
export async function shoot(browser, html, { width, height, scale, text }) {
  const folder = mkdtempSync(join(tmpdir(), 'render-screens-'));
  const [page, picture, fonts] = ['page.html', 'picture.png', 'fonts.conf'].map((name) => join(folder, name));
  const { edits, flags } = SMOOTHING[text];
  try {
    writeFileSync(page, html);
    writeFileSync(fonts, fontConfiguration(edits));
    const options = [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-color-profile=srgb'],
      ...flags,
      `--force-device-scale-factor=${scale}`,
      `--window-size=${width},${height + BARS}`,
      `--user-data-dir=${join(folder, 'profile')}`,
      `--screenshot=${picture}`,
    ];
    await promisify(execFile)(browser, [...options, `file://${page}`], {
      env: { ...process.env, FONTCONFIG_FILE: fonts },
      timeout: SECONDS * 1000,
    }).catch((error) => {
      throw new Error(`${browser} gives no screenshot, --browser names another: ${error.message}`);
    });
    const part = { left: 0, top: 0, width: width * scale, height: height * scale };
    return await sharp(picture).extract(part).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} edits */
function fontConfiguration(edits) {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include>
<match target="pattern">${edits}</match><match target="font">${edits}</match></fontconfig>`;
}

/** @param {string} name @param {string} value */
function edit(name, value) {
  return `<edit name="${name}" mode="assign">${value}</edit>`;
}
