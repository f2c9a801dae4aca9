import type { PubsubMessage } from '../../../state/pubsub.ts';

/** Whether a filter lets a message pass. */
export type MessageFilter = (message: Pick<PubsubMessage, 'attributes'>) => boolean;

const MAX_BYTES = 256;
/** A quoted text, a word, or a sign. `-` negates in front of a term, and may be inside a word. */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*|!=|[-=:.,()])/y;

/**
 * Parses the filter of a subscription: `attributes:KEY`, `attributes.KEY = "v"`, `attributes.KEY != "v"`, `hasPrefix(attributes.KEY, "p")`,
 * `NOT` or `-`, `AND`, `OR` and parentheses. AND and OR in one expression need parentheses.
 *
 * @returns undefined for a filter that Google refuses
 * @see https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax
 */
export function parseMessageFilter(text: string): MessageFilter | undefined {
  if (Buffer.byteLength(text) > MAX_BYTES) return undefined;
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  let next = 0;
  const skip = (wanted: string): boolean => {
    const isNext = tokens[next] === wanted;
    if (isNext) next++;
    return isNext;
  };
  const expect = (wanted: string): void => {
    if (!skip(wanted)) throw new SyntaxError(wanted);
  };
  const textOf = (isWanted: (token: string) => boolean): string => {
    const token = tokens[next++] ?? '';
    if (!isWanted(token)) throw new SyntaxError(token);
    return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;
  };
  const isQuoted = (token: string) => token.startsWith('"');
  const key = () => textOf((token) => isQuoted(token) || /^\w/.test(token));
  const keyAfterDot = () => {
    expect('attributes');
    expect('.');
    return key();
  };

  function expression(): MessageFilter {
    const terms = [term()];
    const joins = new Set<string>();
    for (let join = tokens?.[next]; join === 'AND' || join === 'OR'; join = tokens?.[next]) {
      joins.add(join);
      next++;
      terms.push(term());
    }
    if (joins.size > 1) throw new SyntaxError('AND and OR need parentheses');
    return joins.has('OR')
      ? (message) => terms.some((matches) => matches(message))
      : (message) => terms.every((matches) => matches(message));
  }
  function term(): MessageFilter {
    if (skip('NOT') || skip('-')) {
      const inner = term();
      return (message) => !inner(message);
    }
    if (skip('(')) {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (skip('hasPrefix')) {
      expect('(');
      const name = keyAfterDot();
      expect(',');
      const prefix = textOf(isQuoted);
      expect(')');
      return ({ attributes }) => attributes[name]?.startsWith(prefix) ?? false;
    }
    expect('attributes');
    if (skip(':')) {
      const name = key();
      return ({ attributes }) => Object.hasOwn(attributes, name);
    }
    expect('.');
    const name = key();
    const isEqual = !skip('!=');
    if (isEqual) expect('=');
    const value = textOf(isQuoted);
    return ({ attributes }) => (attributes[name] === value) === isEqual;
  }

  try {
    const filter = expression();
    return next === tokens.length ? filter : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const [, token] = TOKEN.exec(trimmed) ?? [];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}
