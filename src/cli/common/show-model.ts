// A model as the commands show it: its name, and the efforts that it is chosen for.
import { describeModel, type KnownModel } from '../../../models/models.ts';

/** What is known here of a model; null where it is not here. What is wrong with the models' folders is not told. */
export function knownModel(id: string): Promise<KnownModel | null> {
  return describeModel(id).catch(() => null);
}

/** As in 'photo (efforts 4 to 6)'. */
export function shownModel(name: string, efforts: KnownModel['efforts']): string {
  if (!efforts) return name;
  const { lowest, highest } = efforts;
  return `${name} (${lowest === highest ? `effort ${lowest}` : `efforts ${lowest} to ${highest}`})`;
}
