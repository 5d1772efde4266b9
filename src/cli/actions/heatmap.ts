// The work of the command `heatmap`: draws where the bits of images go.
import { withPackages } from '../../optional-packages.ts';
import { type MeasureArguments, measureFiles } from '../common/measuring.ts';

export type HeatmapArguments = MeasureArguments;

/** Mpx/s that are drawn and packed as PNG. */
const SPEED = 2;

export async function drawHeatmaps(args: HeatmapArguments): Promise<void> {
  // Before anything is coded, which may take minutes.
  const { heatmapPicture } = await withPackages(
    'the plot library vega',
    ['vega'],
    () => import('../../heatmap/picture.ts'),
  );
  const { mapsOf } = await import('../../heatmap/map.ts');
  await measureFiles(args, {
    ending: '.bits.png',
    speed: SPEED,
    draw: ({ measured }) => heatmapPicture(mapsOf(measured)),
  });
}
