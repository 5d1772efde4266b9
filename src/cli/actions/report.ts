// The work of the command `report`: a page of where the bits of each image go, and what other formats make of it.
import { withPackages } from '../../optional-packages.ts';
import { type MeasureArguments, measureFiles } from '../common/measuring.ts';
import { modelOf, shownModel } from '../common/models.ts';

export type ReportArguments = MeasureArguments;

/** Mpx/s of the other formats, one after the other, and of the page. */
const SPEED = 0.3;

export async function writeReports(args: ReportArguments): Promise<void> {
  // Before anything is coded, which may take minutes.
  const { reportPage } = await withPackages(
    'the plot library vega',
    ['vega', 'vega-lite'],
    () => import('../../report/report.ts'),
  );
  await measureFiles(args, {
    ending: '.report.html',
    speed: SPEED,
    draw: async (subject, onProgress) => {
      const model = await modelOf(subject.measured.report.model);
      const shown = shownModel(model?.name ?? '', model?.efforts ?? null);
      return Buffer.from(await reportPage({ ...subject, model: shown }, onProgress));
    },
  });
}
