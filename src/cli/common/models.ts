// Models as the commands take and show them: by name, with the efforts that they are chosen for.
import { describeModel, findModel, type KnownModel } from '../../../models/models.ts';
import type { Entry } from './entry.ts';
import { fail, WRONG_USAGE } from './failures.ts';

/** Whether there is such a model; says so otherwise, as wrong usage. */
export async function modelExists(name: string): Promise<boolean> {
  try {
    await findModel(name);
    return true;
  } catch (error) {
    fail(error);
    process.exitCode = WRONG_USAGE;
    return false;
  }
}

export { describeModel as knownModel };

/** A model as entries name it: by its id, of which a file has the first digits, or of a report, which has its name. */
export async function modelOf(model: string | NamedModel | null): Promise<Entry['model']> {
  if (model === null) return null;
  const { id, name } = typeof model === 'string' ? { id: model, name: null } : model;
  const known = await describeModel(id);
  return { name: name ?? known?.name ?? null, id: known?.id ?? id, efforts: known?.efforts ?? null };
}

interface NamedModel {
  readonly id: string;
  readonly name: string;
}

/** As in 'photo (efforts 5 to 6)'. */
export function shownModel(name: string, efforts: KnownModel['efforts']): string {
  if (!efforts) return name;
  const { lowest, highest } = efforts;
  return `${name} (${lowest === highest ? `effort ${lowest}` : `efforts ${lowest} to ${highest}`})`;
}
