import type { FunctionLogEntry, LogEntry } from '../../../state/log-entry.ts';
import { comparisonOf, OPERATORS, type Operator } from './comparison.ts';
import { fieldOf } from './field.ts';
import { FilterError } from './filter-error.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Whether a filter matches an entry. */
export type LogFilter = (entry: LogEntry | FunctionLogEntry) => boolean;

/**
 * Parses a filter: the logical operators, parentheses, `=`, `!=`, `:`, `=~`, `!~`, `<`, `<=`, `>`, `>=`, `field:*`, lists of values as in
 * `field=("a" OR "b")`, and `log_id`.
 *
 * Adjacent terms are joined by AND. OR binds tighter than AND, and NOT binds tighter than OR.
 *
 * @throws {FilterError} says what the local cloud does not support
 * @see https://cloud.google.com/logging/docs/view/logging-query-language
 */
export function parseFilter(text: string): LogFilter {
  const tokens = tokensOf(text);
  let next = 0;
  const peek = (): Token | undefined => tokens[next];
  const skip = (...texts: string[]): boolean => {
    const token = peek();
    const found = token !== undefined && token.kind !== 'quoted' && texts.includes(token.text);
    if (found) next++;
    return found;
  };
  const expect = (text: string): void => {
    if (!skip(text)) throw new FilterError(`${JSON.stringify(text)} is missing ${where()}`);
  };
  const where = (): string => {
    const token = peek();
    return token ? `before ${JSON.stringify(token.text)}` : 'at the end';
  };

  /** Terms that AND and OR join, up to the end or to a closing parenthesis. */
  function expression(term: () => LogFilter): LogFilter {
    const all = [anyOf(term)];
    while (peek() && !isSymbol(peek(), ')')) {
      skip('AND');
      all.push(anyOf(term));
    }
    return (entry) => all.every((matches) => matches(entry));
  }
  function anyOf(term: () => LogFilter): LogFilter {
    const any = [negated(term)];
    while (skip('OR')) any.push(negated(term));
    return (entry) => any.some((matches) => matches(entry));
  }
  function negated(term: () => LogFilter): LogFilter {
    if (!skip('NOT')) return skip('(') ? group(term) : term();
    const inner = negated(term);
    return (entry) => !inner(entry);
  }
  function group(term: () => LogFilter): LogFilter {
    const inner = expression(term);
    expect(')');
    return inner;
  }

  function restriction(): LogFilter {
    const token = peek();
    if (token === undefined || token.kind === 'symbol' || isKeyword(token)) {
      throw new FilterError(`a term is missing ${where()}`);
    }
    next++;
    if (isSymbol(peek(), '(')) return call(token.text);
    const operator = peek();
    if (token.kind === 'quoted' || operator?.kind !== 'symbol') {
      throw new FilterError(
        `a search in all fields is not supported: write field:${JSON.stringify(token.text)}`,
      );
    }
    next++;
    if (!isOperator(operator.text)) {
      throw new FilterError(`the operator ${operator.text} is not supported`);
    }
    const { text } = operator as { text: Operator };
    const values = fieldOf(token.text);
    const comparison = (): LogFilter => {
      const operand = peek();
      if (operand === undefined || operand.kind === 'symbol' || isKeyword(operand)) {
        throw new FilterError(`a value is missing ${where()}`);
      }
      next++;
      const matches = comparisonOf(text, operand);
      return (entry) => matches(values(entry));
    };
    return skip('(') ? group(comparison) : comparison();
  }

  function call(name: string): LogFilter {
    if (name !== 'log_id') throw new FilterError(`the function ${name} is not supported`);
    expect('(');
    const id = peek();
    if (id?.kind !== 'quoted') throw new FilterError(`log_id needs a value in quotes`);
    next++;
    expect(')');
    const suffix = `/logs/${encodeURIComponent(decodeURIComponent(id.text))}`;
    return ({ logName }) => logName.endsWith(suffix);
  }

  if (tokens.length === 0) return () => true;
  const filter = expression(restriction);
  if (peek()) throw new FilterError(`an opening parenthesis is missing ${where()}`);
  return filter;
}

const isSymbol = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'symbol' && token.text === text;

const isKeyword = ({ kind, text }: Token): boolean =>
  kind === 'text' && ['AND', 'OR', 'NOT'].includes(text);

const isOperator = (text: string): text is Operator => OPERATORS.some((known) => known === text);
