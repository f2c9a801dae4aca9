import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import jsTokens from 'js-tokens';
import { fromMarkdown } from 'mdast-util-from-markdown';
import words from './plain-english.json' with { type: 'json' };

/** A part of a passage that is in the file as it is, at this offset. */
type Piece = { readonly text: string; readonly offset: number };
/** A place where somebody reads English: a comment, a string, an identifier, a paragraph. */
type Passage = readonly Piece[];

/** The list itself, the changelog, and files that other people or programs write. */
const EXCEPTED = [
  'scripts/plain-english.json',
  'CHANGELOG.md',
  'LICENSE',
  'package-lock.json',
  'local/authorization/roles.json',
  'local/discovery/google-apis.json',
  'local/grpc/protos.json',
];

const INSTEAD = new Map(Object.entries(words));
/** Between two words of a phrase: a space or a new line, with the marks of a comment (`*`, `//`, `#`) or of emphasis. */
const GAP = '[*_]*\\s[\\s*_/#]*';
const PHRASE = new RegExp(
  `(?<![a-z0-9-])(?:${Object.keys(words).join('|').replaceAll(' ', GAP).replaceAll("'", "\\\\?['’]")})(?![a-z0-9-])`,
  'gi',
);

/** The words of an identifier, such as `report` and `Deadline` of `reportDeadline`, with their offsets. */
function wordsOfIdentifier(identifier: string): Piece[] {
  return [...identifier.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(({ 0: text, index }) => ({
    text,
    offset: index,
  }));
}

function* passagesOfCode(code: string): Generator<Passage> {
  let offset = 0;
  // Comments on consecutive lines are one passage.
  let comment: Piece | undefined;
  for (const { type, value } of jsTokens(code)) {
    if (type === 'SingleLineComment') {
      const start = comment?.offset ?? offset;
      comment = { text: code.slice(start, offset + value.length), offset: start };
    } else if (comment && !/WhiteSpace|LineTerminator/.test(type)) {
      yield [comment];
      comment = undefined;
    }
    if (type === 'IdentifierName' || type === 'PrivateIdentifier') {
      for (const word of wordsOfIdentifier(value)) {
        yield [{ text: word.text, offset: offset + word.offset }];
      }
    } else if (/MultiLineComment|String|Template|RegularExpression/.test(type)) {
      yield [{ text: value, offset }];
    }
    offset += value.length;
  }
  if (comment) yield [comment];
}

type Node = ReturnType<typeof fromMarkdown> | ReturnType<typeof fromMarkdown>['children'][number];

/** The text of a paragraph, without emphasis. Code in it is one character that no word contains. */
function piecesOf(node: Node): Piece[] {
  if ('children' in node) return node.children.flatMap(piecesOf);
  const offset = node.position?.start.offset ?? 0;
  if (node.type === 'text') return [{ text: node.value, offset }];
  return [{ text: node.type === 'html' || node.type === 'break' ? ' ' : '`', offset }];
}

function* passagesOfMarkdown(node: Node): Generator<Passage> {
  if (node.type === 'html') yield [{ text: node.value, offset: node.position?.start.offset ?? 0 }];
  if (node.type === 'paragraph' || node.type === 'heading') yield piecesOf(node);
  if ('children' in node) for (const child of node.children) yield* passagesOfMarkdown(child);
}

function passagesOf(path: string, text: string): Iterable<Passage> {
  if (/\.[jt]s$/.test(path)) return passagesOfCode(text);
  if (path.endsWith('.md')) return passagesOfMarkdown(fromMarkdown(text));
  return [[{ text, offset: 0 }]];
}

/** Where a character of a passage is in its file. */
function offsetIn(passage: Passage, index: number): number {
  let before = 0;
  for (const { text, offset } of passage) {
    if (index < before + text.length) return offset + index - before;
    before += text.length;
  }
  throw new Error(`a passage has no character ${index}`);
}

/**
 * Every listed word in a file, as `path:line:column: "word": write …`.
 *
 * @param path decides how the text is read: TypeScript by its tokens, Markdown without its code, any other file as it is
 */
export function listedWordsIn(path: string, text: string): string[] {
  return [...passagesOf(path, text)].flatMap((passage) =>
    [
      ...passage
        .map((piece) => piece.text)
        .join('')
        .matchAll(PHRASE),
    ].map(({ 0: word, index }) => {
      const before = text.slice(0, offsetIn(passage, index)).split('\n');
      const place = `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
      const plain = word.toLowerCase().replace(/[\W_]+/g, (gap) => (/['’]/.test(gap) ? "'" : ' '));
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
