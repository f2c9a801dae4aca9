import { programOf } from '../../cli/arguments/program.ts';
import { recordingIo } from '../cli/recording-io.ts';
import { filesNamed, textOf } from './markdown.ts';

/** All files that people read, and all code that prints text: pages, messages, help, Terraform, templates, scripts. */
const FILES = filesNamed().filter((path) => !/^test\/|^package-lock\.json$|\.png$/.test(path));

const COMMANDS = programOf(recordingIo().io, { exit: 0 })
  .commands.map((command) => command.name())
  .join('|');
/** A message may begin with the command that prints it. */
const PREFIX = /hopmint (?:\w+|local env): /g;
const BARE = new RegExp(`(?<![\\w./-])hopmint (?:(?:${COMMANDS})\\b|--?[a-z])|\\bnpx\\b`);

/** The lines that name a command which does not exist on the machine of a reader, or which npm would fetch from the registry. */
const wrongIn = (path: string, text: string): string[] =>
  text
    .split('\n')
    .flatMap((line, i) =>
      BARE.test(line.replaceAll(PREFIX, '')) ? [`${path}:${i + 1}: ${line.trim()}`] : [],
    );

describe('a command of ours', () => {
  it('is written as ./hopmint in each page, message, help text, template and script', () => {
    expect(FILES.length).toBeGreaterThan(300);
    expect(FILES.flatMap((path) => wrongIn(path, textOf(path)))).toEqual([]);
  });

  it.each([
    { line: 'run hopmint publish', isWrong: true },
    { line: '`hopmint --help`', isWrong: true },
    { line: 'npx hopmint audit', isWrong: true },
    { line: 'npx --yes some-tool', isWrong: true },
    { line: 'run ./hopmint publish', isWrong: false },
    { line: 'hopmint publish: there is no terminal to ask on', isWrong: false },
    { line: 'hopmint publish: run hopmint apply', isWrong: true },
    { line: 'the package hopmint/reader of hopmint is small', isWrong: false },
    { line: 'the grant "hopmint until 2027-02-21"', isWrong: false },
  ])('is found where it is wrong: $line', ({ line, isWrong }) => {
    expect(wrongIn('a.md', line)).toEqual(isWrong ? [`a.md:1: ${line}`] : []);
  });
});
