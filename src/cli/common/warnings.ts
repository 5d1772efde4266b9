// What a command tells before its work, although it can be done.
import { tell } from './stderr.ts';

/** Warns of folders in VAEZIP_MODELS in which no models can be found. */
export async function warnOfModels(quiet = false): Promise<void> {
  if (quiet || !process.env.VAEZIP_MODELS) return;
  const { modelProblems } = await import('../../../models/models.ts');
  for (const problem of await modelProblems()) tell(`vaezip: warning: ${problem}`);
}
