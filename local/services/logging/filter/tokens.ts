import { FilterError } from './filter-error.ts';

export type Token = {
  /** `text`: a field, a value or a keyword. `quoted`: a value in quotes, without them. */
  readonly kind: 'symbol' | 'text' | 'quoted';
  readonly text: string;
};

/** White space and comments, an operator or a parenthesis, a value in quotes, or other text. A part of a field may be in quotes. */
const TOKEN =
  /(\s+|--[^\n]*)|(=~|!~|!=|<=|>=|[()=:<>])|"((?:[^"\\]|\\.)*)"|((?:[^\s()=:<>!"~]|(?<=\.)"(?:[^"\\]|\\.)*")+)/y;

/** @throws {FilterError} */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < filter.length) {
    const at = pattern.lastIndex;
    const [, space, symbol, quoted, text] = pattern.exec(filter) ?? [];
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: unescaped(quoted) });
    else if (text !== undefined) tokens.push(...withoutMinus(text));
    else if (space === undefined) {
      throw new FilterError(
        `there is a syntax error at ${JSON.stringify(filter.slice(at, at + 20))}`,
      );
    }
  }
  return tokens;
}

/** A minus before a term means NOT. */
const withoutMinus = (text: string): Token[] =>
  text.startsWith('-')
    ? [
        { kind: 'text', text: 'NOT' },
        ...(text.length > 1 ? [{ kind: 'text', text: text.slice(1) } as const] : []),
      ]
    : [{ kind: 'text', text }];

/** In a regular expression a backslash before another character than a quote or a backslash stays. */
export const unescaped = (quoted: string): string => quoted.replace(/\\(["\\])/g, '$1');
