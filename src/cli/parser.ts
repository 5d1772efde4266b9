// The command line's words: commands, options, help, and what is wrong usage. Each command's work is loaded when it is
// called: --help loads yargs alone.
import yargs, { type Argv, type CommandModule } from 'yargs';
import { VaezipError } from '../../codec/error.ts';
import { nearest } from '../text/nearest.ts';
import { addCommand } from './commands/add.ts';
import { compressCommand } from './commands/compress.ts';
import { decompressCommand } from './commands/decompress.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { heatmapCommand } from './commands/heatmap.ts';
import { infoCommand } from './commands/info.ts';
import { listCommand } from './commands/list.ts';
import { modelsCommand } from './commands/models.ts';
import { packCommand } from './commands/pack.ts';
import { reportCommand } from './commands/report.ts';
import { studyCommand } from './commands/study.ts';
import { sweepCommand } from './commands/sweep.ts';
import { trainCommand } from './commands/train.ts';
import { unpackCommand } from './commands/unpack.ts';
import { verifyCommand } from './commands/verify.ts';
import { stdoutColumns } from './common/stdout.ts';
import { optionsOf, wordOf, wordsForYargs } from './common/words.ts';

/** yargs' types want commands in a list to take the same arguments. */
const COMMANDS = [
  compressCommand,
  decompressCommand,
  verifyCommand,
  infoCommand,
  packCommand,
  addCommand,
  listCommand,
  unpackCommand,
  modelsCommand,
  evaluateCommand,
  heatmapCommand,
  reportCommand,
  trainCommand,
  sweepCommand,
  studyCommand,
] as unknown as readonly CommandModule[];
const NAMES = COMMANDS.flatMap(({ command = '', aliases = [] }) => [command, aliases].flat()).map(
  (usage) => usage.split(' ')[0],
);

/** Those that take any number of values; of all others the last one counts. */
const LISTS = ['_', 'files', 'paths', 'hold-out', 'holdOut'];

/**
 * Does what the words behind `vaezip` say; the text that they ask for, such as by --help, '' where they ask for none.
 * Rejects with VaezipError 'bad-argument' for wrong usage, and with whatever a command throws.
 */
export async function runWords(words: readonly string[], version: string): Promise<string> {
  checkCommand(words[0] === 'help' ? words[1] : words[0]);
  let text = '';
  await parserOf(words, version).parseAsync(wordsForYargs(words), {}, (_error, _args, output) => {
    text = output && `${output}\n`;
  });
  return text;
}

function checkCommand(word: string | undefined): void {
  if (word === undefined || word.startsWith('-') || NAMES.includes(word)) return;
  const meant = nearest(word, NAMES);
  const remedy = meant ? `did you mean ${meant}?` : 'see vaezip --help';
  throw new VaezipError('bad-argument', `there is no command ${word}; ${remedy}`);
}

function parserOf(words: readonly string[], version: string): Argv {
  return yargs()
    .scriptName('vaezip')
    .locale('en')
    .updateStrings({
      'Not enough non-option arguments: got %s, need at least %s': {
        one: 'got %s arguments, need at least %s; see --help',
        other: 'got %s arguments, need at least %s; see --help',
      } as unknown as string, // yargs' types know no plural forms
      'Not enough arguments following: %s': 'the option %s needs a value; see --help',
      'Unknown argument: %s': {
        one: '%s means nothing here; see --help',
        other: '%s mean nothing here; see --help',
      } as unknown as string,
    })
    .parserConfiguration({
      // Otherwise an unknown option takes the file behind it as its value, and that file is what seems to be missing.
      'unknown-options-as-args': true,
      'parse-positional-numbers': false,
      'dot-notation': false,
    })
    .middleware((args) => {
      for (const [name, value] of Object.entries(args))
        if (Array.isArray(value) && !LISTS.includes(name)) args[name] = value.at(-1);
    }, true)
    .check((args) => checkNames([args.files, args.paths].flat()))
    .check((_, ...rest: unknown[]) => checkFlags(words, rest[0] as { boolean: string[] }))
    .middleware((args) => {
      for (const [name, value] of Object.entries(args))
        args[name] = Array.isArray(value) ? value.map(wordOf) : wordOf(value);
    })
    .usage('$0 <command>\n\nLossless image compression with a variational autoencoder and bits-back coding.')
    .command([...COMMANDS])
    .demandCommand(1, 'a command is missing; see vaezip --help')
    .strict()
    .alias('help', 'h')
    .version(version)
    .epilogue('vaezip <command> --help shows a command with examples.')
    .wrap(Math.min(100, stdoutColumns() ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      // yargs' own complaints come with a message, those of commands as errors alone; both end the parsing
      throw message ? new VaezipError('bad-argument', message) : error;
    });
}

/** Of what a command takes as files, by their words for yargs: true, or throws with what is wrong. */
function checkNames(names: readonly unknown[]): true {
  const option = names.find((name) => typeof name === 'string' && /^-./.test(name));
  if (option)
    throw new Error(`there is no option ${option}; see --help (a file of that name is ./${option})`);
  if (names.includes('')) throw new Error("a file's name is empty");
  return true;
}

/** Flags that are given a value: true, or throws with what is wrong. yargs would take anything but true for false. */
function checkFlags(
  words: readonly string[],
  { boolean: flags }: { readonly boolean: readonly string[] },
): true {
  for (const word of optionsOf(words)) {
    const [, name, value] = /^--?([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name && flags.includes(name) && !/^(true|false)$/.test(value))
      throw new Error(`${word} is neither =true nor =false; see --help`);
  }
  return true;
}
