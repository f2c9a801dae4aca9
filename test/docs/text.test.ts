import { readFileSync } from 'node:fs';
import { programOf } from '../../cli/arguments/program.ts';
import { dispositionOf, REASONS } from '../../shared/domain/basics/failure.ts';
import { KINDS } from '../../shared/report/words/kinds.ts';
import { recordingIo } from '../cli/recording-io.ts';
import { filesNamed, textOf } from './markdown.ts';
import { cellsOf, missingTests, namedTestsIn } from './named-tests.ts';
import { commandsIn, lineOf } from './shell.ts';

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

const found = (script: string) => commandsIn(script).map(lineOf);

describe('the commands that are found in a script', () => {
  it.each([
    { title: 'one command', script: 'gcloud secrets list', commands: ['gcloud secrets list'] },
    {
      title: 'a command on two lines',
      script: 'gcloud secrets list \\\n  --limit=1',
      commands: ['gcloud secrets list --limit=1'],
    },
    {
      title: 'the commands of a pipe and a list',
      script: 'a b | c && d; e',
      commands: ['a b', 'c', 'd', 'e'],
    },
    { title: 'a command after a variable', script: 'A=1 gcloud a', commands: ['gcloud a'] },
    {
      title: 'a command after a keyword',
      script: 'if ! gcloud a; then b; fi',
      commands: ['gcloud a', 'b', 'fi'],
    },
    { title: 'a command inside another', script: 'x=$(gcloud a | b)', commands: ['gcloud a', 'b'] },
    {
      title: 'a command inside a quotation',
      script: 'echo "$(gcloud a "$B")"',
      commands: ["echo '$(gcloud a $B)'", 'gcloud a $B'],
    },
    { title: 'a comment is left out', script: '# gcloud a\nb # gcloud c', commands: ['b'] },
    {
      title: 'a word with blanks',
      script: 'a --filter=\'b="c d"\'',
      commands: ['a \'--filter=b="c d"\''],
    },
    { title: 'variables keep their names', script: 'a "$B" $C', commands: ['a $B $C'] },
    { title: 'a quotation on two lines', script: "a 'b\nc'\nd", commands: ["a 'b\nc'", 'd'] },
    { title: 'an apostrophe in a comment quotes nothing', script: "# it's\na", commands: ['a'] },
    { title: 'a redirection splits a command', script: 'a > b 2>&1', commands: ['a', 'b 2', '1'] },
  ])('are right: $title', ({ script, commands }) => {
    expect(found(script)).toEqual(commands);
  });

  it('are not guessed when a quotation has no end', () => {
    expect(() => found("a 'b\nc")).toThrow('has no end');
  });
});

const SOURCES = filesNamed('cli/*.ts', 'shared/*.ts').map(textOf).join('\n');

/** The first column of the table of messages. */
const messagesOfPlan = (): string[] => {
  const [, section = ''] = textOf('docs/plan-and-apply.md').split('\n## When it says …\n');
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message);
};
/** The headings that quote a message. */
const messagesOfTerminal = (): string[] => {
  const [, section = ''] = textOf('docs/troubleshooting.md').split('\n## On the command line\n');
  return [...section.matchAll(/^### `([^`]+)`$/gm)].map(([, message = '']) => message);
};

/** In the code, names and numbers of an example are `${…}`. */
const asWritten = (message: string): RegExp =>
  new RegExp(
    message
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/(?:constraints\/)?iam\\[\w.\\]+|\d+h?|…/g, '(?:constraints/)?\\$\\{[^}]+\\}'),
  );

describe('the messages that the documentation quotes', () => {
  it.each([...messagesOfPlan(), ...messagesOfTerminal()])('exist in the code: %s', (message) => {
    expect(asWritten(message).test(SOURCES)).toBe(true);
  });

  it('are found on both pages', () => {
    expect(messagesOfPlan().length).toBeGreaterThan(7);
    expect(messagesOfTerminal().length).toBeGreaterThan(0);
  });

  it('may have a value where the code has an expression, and no other difference', () => {
    const code = 'it lives for $' + '{formatDuration(ttl)}, and no longer';
    expect(asWritten('it lives for 24h, and no longer').test(code)).toBe(true);
    expect(asWritten('it lasts for 24h, and no longer').test(code)).toBe(false);
  });
});

const ROWS = cellsOf(textOf('docs/invariants.md'))
  .slice(1)
  .map(([name = '', , tests = '']) => ({ name, tests: namedTestsIn(tests) }));

describe('the table of invariants', () => {
  it('has a row for each of the ten invariants', () => {
    expect(ROWS.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `I${i + 1}`));
  });

  it.each(ROWS)('names tests of $name that exist', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    expect(missingTests(tests)).toEqual([]);
  });
});

const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => {
      const [heading = '', ...body] = section.split('\n');
      return [heading, body.join(' ')];
    }),
);

describe('docs/troubleshooting.md', () => {
  it.each(REASONS)('has a section with the disposition of the reason %s', (reason) => {
    const disposition = dispositionOf(reason);
    expect(sections.get(`\`${reason}\``)).toMatch(
      new RegExp(`\\*${disposition[0]?.toUpperCase()}${disposition.slice(1)}\\.\\*`),
    );
  });

  it.each(Object.keys(KINDS))('has a section on the finding %s', (kind) => {
    expect(sections.get(`\`${kind}\``)?.trim().length).toBeGreaterThan(80);
  });

  it('has each heading once', () => {
    const headings = [...page.matchAll(/^### .*/gm)].map(([heading]) => heading);
    expect(headings.filter((heading, i) => headings.indexOf(heading) !== i)).toEqual([]);
  });
});
