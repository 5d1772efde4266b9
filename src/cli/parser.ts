// The command line's words: commands, options, help, and what is wrong usage. Each command's work is loaded when it is
// called: --help loads yargs alone.
import yargs, { type Argv } from 'yargs';
import { VaezipError } from '../../codec/error.ts';
import { compressCommand } from './commands/compress.ts';
import { decompressCommand } from './commands/decompress.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { infoCommand } from './commands/info.ts';
import { modelsCommand } from './commands/models.ts';
import { sweepCommand } from './commands/sweep.ts';
import { trainCommand } from './commands/train.ts';

/** yargs loses a bare - among the arguments of a command, so it passes under another name that no file has. */
const DASH = '\0';
const withDash = <T>(value: T) => (value === DASH ? '-' : value);

/**
 * A parser of the words behind `vaezip`; its parseAsync() does what they say. It rejects with VaezipError
 * 'bad-argument' for wrong usage, and with whatever a command throws.
 */
export function parserOf(words: readonly string[], version: string): Argv {
  const parser = yargs(words.map((word) => (word === '-' ? DASH : word)))
    .scriptName('vaezip')
    .locale('en')
    .updateStrings({
      'Not enough non-option arguments: got %s, need at least %s': {
        one: 'got %s arguments, need at least %s; see --help',
        other: 'got %s arguments, need at least %s; see --help',
      } as unknown as string, // yargs' types know no plural forms
    })
    .middleware((args) => {
      for (const [name, value] of Object.entries(args))
        args[name] = Array.isArray(value) ? value.map(withDash) : withDash(value);
    })
    // Otherwise an unknown option takes the file behind it as its value, and that file is what seems to be missing.
    .parserConfiguration({ 'unknown-options-as-args': true })
    .check(({ files, paths }) => {
      const option = [files, paths].flat().find((name) => typeof name === 'string' && /^-./.test(name));
      if (option)
        throw new Error(`there is no option ${option}; see --help (a file of that name is ./${option})`);
      return true;
    })
    .recommendCommands()
    .usage('$0 <command>\n\nLossless image compression with a variational autoencoder and bits-back coding.')
    .command(compressCommand)
    .command(decompressCommand)
    .command(infoCommand)
    .command(modelsCommand)
    .command(evaluateCommand)
    .command(trainCommand)
    .command(sweepCommand)
    .demandCommand(1, 'a command is missing; see vaezip --help')
    .strict()
    .alias('help', 'h')
    .version(version)
    .epilogue('vaezip <command> --help shows a command with examples.')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      // yargs' own complaints come with a message, those of commands as errors alone; both end the parsing
      throw message ? new VaezipError('bad-argument', message) : error;
    });
  return parser;
}
