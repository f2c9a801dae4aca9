import { parse, quote } from 'shell-quote';

/** Words that may come before the name of a command. */
const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'while',
  'until',
  'do',
  '!',
  '{',
  'time',
  'exec',
  'sudo',
  'env',
]);
const isBefore = (word: string) => KEYWORDS.has(word) || /^[A-Za-z_]\w*=/.test(word);

/** One command as words, split as a shell splits them. A variable stays as `$NAME`. */
export type Words = readonly string[];

/** One line, or several when a quotation spans them. Comments come first, because an apostrophe in a comment quotes nothing. */
const LINE = /(?:(?<=^|\s)#[^\n]*|\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|[^\n'"\\])+/gm;

/**
 * The lines of a script. Lines joined by a backslash or a quotation count as one.
 *
 * @throws {Error} if a quotation has no end
 */
export function linesOf(script: string): string[] {
  if (/['"]/.test(script.replaceAll(LINE, ''))) {
    throw new Error(`a quotation has no end: ${script}`);
  }
  const lines = script.replaceAll(/\\\n\s*/g, '').match(LINE) ?? [];
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** Every command of a script, also those in `$( … )`, line by line. */
export const commandsIn = (script: string): Words[] => linesOf(script).flatMap(commandsOnLine);

/** `${NAME:-default}` and similar forms. */
const EXPANSION = /\$\{(\w+)[^}]*\}/g;

function commandsOnLine(line: string): Words[] {
  const found: string[][] = [[]];
  const within: Words[] = [];
  for (const token of parse(line.replaceAll(EXPANSION, '$$$1'), (name) => `$${name}`)) {
    if (typeof token === 'string') {
      found.at(-1)?.push(token);
      for (const [, inner = ''] of token.matchAll(/\$\((.*)\)/g))
        within.push(...commandsOnLine(inner));
    } else if ('comment' in token) {
      break;
    } else if (token.op === 'glob') {
      found.at(-1)?.push(token.pattern);
    } else {
      found.push([]);
    }
  }
  const commands = found.map((words) => {
    const first = words.findIndex((word) => !isBefore(word));
    return first === -1 ? [] : words.slice(first);
  });
  return [...commands.filter((words) => words.length > 0), ...within];
}

/** The command on one line, with quotes where they are needed. */
export const lineOf = (words: Words): string =>
  words.map((word) => (/^[\w@%+=:,./$-]+$/.test(word) ? word : quote([word]))).join(' ');
