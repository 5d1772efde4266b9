// The screens: a page each, its size in CSS pixels, the scale, how text is smoothed, and the seed of all choices.

import { articlePage } from './pages/article.js';
import { chatPage } from './pages/chat.js';
import { classicPage } from './pages/classic.js';
import { dashboardPage } from './pages/dashboard.js';
import { desktopPage } from './pages/desktop.js';
import { editorPage } from './pages/editor.js';
import { mapPage } from './pages/map.js';
import { pixelArtPage } from './pages/pixel-art.js';
import { plotPage } from './pages/plot.js';
import { settingsPage } from './pages/settings.js';
import { slidePage } from './pages/slide.js';
import { spreadsheetPage } from './pages/spreadsheet.js';
import { terminalPage } from './pages/terminal.js';

/**
 * @typedef {{name: string, seed: number, page: import('./page.js').Page}} Named
 * @typedef {{text?: import('./browser.js').TextSmoothing}} Smoothed grey unless it says otherwise
 * @type {(Named & Smoothed & import('./page.js').Size)[]}
 */
export const SCREENS = [
  { name: 'article', seed: 1, page: articlePage, width: 1024, height: 768, scale: 1 },
  { name: 'article-2x', seed: 18, page: articlePage, width: 900, height: 640, scale: 2 },
  { name: 'editor', seed: 3, page: editorPage, width: 1280, height: 800, scale: 1 },
  { name: 'editor-2x', seed: 4, page: editorPage, width: 800, height: 600, scale: 2 },
  { name: 'terminal', seed: 5, page: terminalPage, width: 960, height: 640, scale: 1 },
  {
    name: 'spreadsheet',
    seed: 6,
    page: spreadsheetPage,
    width: 1366,
    height: 768,
    scale: 1,
    text: 'subpixel',
  },
  { name: 'chat', seed: 7, page: chatPage, width: 1100, height: 760, scale: 1 },
  { name: 'dashboard', seed: 8, page: dashboardPage, width: 1440, height: 900, scale: 1 },
  { name: 'dashboard-2x', seed: 20, page: dashboardPage, width: 960, height: 640, scale: 2 },
  { name: 'desktop', seed: 10, page: desktopPage, width: 1440, height: 900, scale: 1 },
  { name: 'settings', seed: 11, page: settingsPage, width: 800, height: 600, scale: 1, text: 'subpixel' },
  { name: 'plot', seed: 12, page: plotPage, width: 1024, height: 768, scale: 1 },
  { name: 'map', seed: 13, page: mapPage, width: 1200, height: 800, scale: 1 },
  { name: 'classic', seed: 14, page: classicPage, width: 1024, height: 768, scale: 1, text: 'aliased' },
  { name: 'pixel-art', seed: 15, page: pixelArtPage, width: 800, height: 600, scale: 1, text: 'aliased' },
  { name: 'slide', seed: 16, page: slidePage, width: 1280, height: 720, scale: 1 },
];
