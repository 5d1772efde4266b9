// The work of the command `models`: prints those found, with what their cards say.
import { type KnownModel, listModels } from '../../../models/models.ts';
import { formatBytes } from '../../text/format.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import { knownModel } from '../common/models.ts';
import { print } from '../common/stdout.ts';

export interface ModelsArguments {
  json: boolean;
}

export async function printModels({ json }: ModelsArguments): Promise<void> {
  const models = await listModels();
  if (json) {
    for (const model of models) print(`${JSON.stringify(model)}\n`);
    return;
  }
  if (models.length === 0) {
    print('no models; train makes one\n');
    return;
  }
  const columns = [
    nameColumn(
      'name',
      models.map(({ name }) => name),
    ),
    figureColumn('size', 8),
    { title: 'efforts', width: 7, align: 'left' } as const,
    { title: 'id (first digits)', width: 16, align: 'left' } as const,
    nameColumn('data', []),
  ];
  print(`${titleLine(columns)}\n`);
  for (const { name, bytes, id, card, problem } of models) {
    const data = problem ?? (typeof card?.data === 'string' ? card.data : '');
    const efforts = (await knownModel(id))?.efforts;
    const range = efforts ? rangeOf(efforts) : '';
    print(`${rowLine(columns, [name, formatBytes(bytes), range, id.slice(0, 16), data])}\n`);
  }
}

/** As in '4-6', or '9' for a single effort. */
function rangeOf({ lowest, highest }: NonNullable<KnownModel['efforts']>): string {
  return lowest === highest ? String(lowest) : `${lowest}-${highest}`;
}
