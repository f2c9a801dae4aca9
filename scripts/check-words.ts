import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import jsTokens from 'js-tokens';
import { fromMarkdown } from 'mdast-util-from-markdown';
import words from './plain-english.json' with { type: 'json' };

/** A place where somebody reads English: a comment, a string, an identifier, a paragraph. */
type Passage = { readonly text: string; readonly offset: number };

/** The list itself, the changelog, and files that other people or programs write. */
const EXCEPTED = [
  'scripts/plain-english.json',
  'CHANGELOG.md',
  'LICENSE',
  'package-lock.json',
  'local/authorization/roles.json',
];

const INSTEAD = new Map(Object.entries(words));
/** A phrase may continue on the next line of a comment, after its `*`, `//` or `#`. */
const PHRASE = new RegExp(
  `(?<![\\w-])(?:${Object.keys(words).join('|').replaceAll(' ', '\\s+(?:(?:\\*|//|#)\\s+)?')})(?![\\w-])`,
  'gi',
);

/** The words of an identifier, such as `report` and `Deadline` of `reportDeadline`, with their offsets. */
function wordsOfIdentifier(identifier: string): Passage[] {
  return [...identifier.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(({ 0: text, index }) => ({
    text,
    offset: index,
  }));
}

function* passagesOfCode(code: string): Generator<Passage> {
  let offset = 0;
  for (const { type, value } of jsTokens(code)) {
    if (type === 'IdentifierName' || type === 'PrivateIdentifier') {
      for (const word of wordsOfIdentifier(value)) {
        yield { text: word.text, offset: offset + word.offset };
      }
    } else if (/Comment|String|Template|RegularExpression/.test(type)) {
      yield { text: value, offset };
    }
    offset += value.length;
  }
}

type Node = ReturnType<typeof fromMarkdown> | ReturnType<typeof fromMarkdown>['children'][number];

function* passagesOfMarkdown(node: Node): Generator<Passage> {
  if (node.type === 'text' || node.type === 'html') {
    yield { text: node.value, offset: node.position?.start.offset ?? 0 };
  }
  if ('children' in node) for (const child of node.children) yield* passagesOfMarkdown(child);
}

function passagesOf(path: string, text: string): Iterable<Passage> {
  if (/\.[jt]s$/.test(path)) return passagesOfCode(text);
  if (path.endsWith('.md')) return passagesOfMarkdown(fromMarkdown(text));
  return [{ text, offset: 0 }];
}

/**
 * Every listed word in a file, as `path:line:column: "word": write …`.
 *
 * @param path decides how the text is read: TypeScript by its tokens, Markdown without its code, any other file as it is
 */
export function listedWordsIn(path: string, text: string): string[] {
  return [...passagesOf(path, text)].flatMap((passage) =>
    [...passage.text.matchAll(PHRASE)].map(({ 0: word, index }) => {
      const before = text.slice(0, passage.offset + index).split('\n');
      const place = `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
      const plain = word.toLowerCase().replace(/\W+/g, (gap) => (gap === "'" ? gap : ' '));
      return `${place}: "${plain}": write ${INSTEAD.get(plain)}`;
    }),
  );
}

if (import.meta.main) {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    encoding: 'utf8',
  });
  const faults = files
    .split('\n')
    .filter((path) => path !== '' && !EXCEPTED.includes(path) && !/\.(png|ico)$/.test(path))
    .flatMap((path) => listedWordsIn(path, readFileSync(path, 'utf8')));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
