// The page of a report: one file of HTML that loads nothing, reads in light and dark, and fits a narrow screen.
import { formatBits, formatBytes, formatChannels, formatShare } from '../text/format.ts';
import { printable } from '../text/printable.ts';
import { type Rate, ratesChart } from './chart.ts';
import type { PageMap, PagePicture } from './pictures.ts';
import type { Part } from './split.ts';

export interface Page {
  /** The image's name. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly dims: number;
  /** The model as the command line shows it. */
  readonly model: string;
  readonly picture: PagePicture;
  readonly maps: readonly PageMap[];
  readonly parts: readonly Part[];
  readonly rates: readonly (Rate & { readonly bytes: number })[];
  /** Sentences of what is to be known beside the figures. */
  readonly notes: readonly string[];
}

/** Nothing may be fetched, whatever a name or a picture may hold. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin-top: 2rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; }
figcaption { font-size: .9rem; }
img, svg { max-width: 100%; height: auto; }
img { display: block; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem 0; text-align: left; vertical-align: top; }
th span { display: block; font-size: .8rem; font-weight: normal; }
.figure { padding-left: .75rem; text-align: right; }
td.figure { white-space: nowrap; }
tr.sum > * { font-weight: bold; border-top: 1px solid; }
.notes { font-size: .9rem; }
`;

/** The file's text. */
export async function pageOf(page: Page): Promise<string> {
  const { name, width, height, channels, dims, model, rates, notes } = page;
  const title = `Where the bits of ${printable(name)} go`;
  const file = page.parts[page.parts.length - 1].bits;
  const [bytes, perDim] = [formatBytes(file / 8), formatBits(file / dims)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${width} x ${height} pixels, ${formatChannels(channels)}, 8 bits a sample. The model ${escaped(model)} codes them
in ${bytes}, ${perDim} bits for each of ${dims.toLocaleString('en')} samples.</p>
<div class="pictures">
${pictureFigure(page)}
${page.maps.map(mapFigure).join('\n')}
</div>
<h2>What the file holds</h2>
${partsTable(page)}
<h2>Beside other formats</h2>
<figure>
${await ratesChart(rates)}
<figcaption>Bits per sample of the whole file, lower is better.</figcaption>
</figure>
${ratesTable(rates)}
<ul class="notes">
${notes.map((note) => `<li>${escaped(printable(note))}</li>`).join('\n')}
</ul>
</main>
</body>
</html>
`;
}

/** Text as HTML shows it, in elements and in quoted attributes. */
export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}

function pictureFigure({ name, width, height, picture }: Page): string {
  const alt = `The image ${printable(name)}`;
  const caption =
    picture.width < width
      ? `scaled down from ${width} x ${height}`
      : picture.width > width
        ? 'magnified'
        : 'as it is';
  return `<figure>${image(picture, alt)}<figcaption>The image, ${caption}.</figcaption></figure>`;
}

function mapFigure(map: PageMap): string {
  const alt = `Map: ${map.title}, ${map.note}`;
  const caption = `${escaped(map.title)}: ${escaped(map.note)}.`;
  return `<figure>${image(map, alt)}${map.legend}<figcaption>${caption}</figcaption></figure>`;
}

function image({ uri, width, height }: PagePicture, alt: string): string {
  return `<img src="${uri}" width="${width}" height="${height}" alt="${escaped(alt)}">`;
}

function partsTable({ parts, dims }: Page): string {
  const rows = parts.map(({ name, what, bits, isSum }) =>
    tableRow({ name, what }, [figure(bits / 8, 1), figure(bits / dims, 4)], isSum),
  );
  return table(['Part', 'bytes', 'bits/dim'], rows);
}

function ratesTable(rates: Page['rates']): string {
  const own = rates.find(({ isOwn }) => isOwn)?.bytes ?? 0;
  const rows = rates.map(({ name, bytes, bitsPerDim, isOwn }) => {
    const against = isOwn ? '' : `${bytes < own ? '' : '+'}${formatShare(bytes / own - 1)}`;
    return tableRow({ name }, [bytes.toLocaleString('en'), formatBits(bitsPerDim), against], isOwn);
  });
  return table(['Format', 'bytes', 'bits/dim', 'against vaezip'], rows);
}

/** With so many decimals, and no sign before zeros. */
function figure(value: number, digits: number): string {
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString('en', { ...decimals, signDisplay: 'negative' });
}

/** Names, and figures behind them. */
function table([first, ...figures]: readonly string[], rows: readonly string[]): string {
  const titles = figures.map((title) => `<th scope="col" class="figure">${escaped(title)}</th>`).join('');
  const head = `<thead><tr><th scope="col">${escaped(first)}</th>${titles}</tr></thead>`;
  return `<div class="wide"><table>\n${head}\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table></div>`;
}

function tableRow(
  { name, what }: { readonly name: string; readonly what?: string },
  figures: readonly string[],
  isSum = false,
): string {
  const explained = what === undefined ? '' : `<span>${escaped(what)}</span>`;
  const cells = figures.map((figure) => `<td class="figure">${escaped(figure)}</td>`).join('');
  const head = `<th scope="row">${escaped(name)}${explained}</th>`;
  return `<tr${isSum ? ' class="sum"' : ''}>${head}${cells}</tr>`;
}
