/** Whether something is so. `unknown`: this checker does not decide it. */
export type Truth = 'yes' | 'no' | 'unknown';
type TruthAt = (nanos: bigint) => Truth;

const DATE = String.raw`((?!0000)\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)`;
const TIME = new RegExp(String.raw`^${DATE}(?:\.(\d{1,9}))?(Z|[+-]\d\d:[0-5]\d)$`);
const COMPARISON = /^request\.time ?(<|>|==|!=)(=?) ?timestamp\( ?(?:"([^"]*)"|'([^']*)') ?\)$/;
/** A longer condition, a deeper one, and one with other text than this is not decided: two readers of CEL could differ. */
const [LENGTH_MAX, DEPTH_MAX] = [4096, 20];
const PLAIN = /^(?:[\t\n !$-&(-.0->@-[\]-_a-~]|"[ !#-[\]-~]*"|'[ -&(-[\]-~]*')*$/;

/** Nanoseconds since 1970; undefined if the text is not an instant of RFC 3339. */
export function nanosOf(text: string): bigint | undefined {
  const [, day = '', time, fraction = '', zone] = TIME.exec(text) ?? [];
  const ms = Date.parse(`${day}T${time}${zone}`);
  // JavaScript takes February 30 for March 2.
  const isDay = !Number.isNaN(ms) && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  return isDay ? BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')) : undefined;
}

/** Does a condition hold at an instant from `from` until just before `to`? It decides only comparisons with constants. */
export function holdsWithin(expression: string, from: bigint, to: bigint): Truth {
  const isPlain = PLAIN.test(expression) && !/"""|'''/.test(expression);
  if (expression.length > LENGTH_MAX || !isPlain) return 'unknown';
  const cuts = [from];
  const truthAt = parse(expression.replace(/\s+/g, ' '), cuts, DEPTH_MAX);
  return any(cuts.filter((at) => at >= from && at < to).map(truthAt));
}

export function any(truths: readonly Truth[]): Truth {
  if (truths.includes('yes')) return 'yes';
  return truths.includes('unknown') ? 'unknown' : 'no';
}

export const not = (truth: Truth): Truth =>
  truth === 'unknown' ? truth : truth === 'yes' ? 'no' : 'yes';

/** @param cuts gets the instants from which the truth may be another one */
function parse(given: string, cuts: bigint[], depth: number): TruthAt {
  const text = given.trim();
  if (depth === 0 || !partsOf(text, '')) return () => 'unknown';
  for (const operator of ['||', '&&']) {
    const parts = partsOf(text, operator) ?? [];
    if (parts.length < 2) continue;
    const truths = parts.map((part) => parse(part, cuts, depth - 1));
    if (operator === '||') return (at) => any(truths.map((truth) => truth(at)));
    return (at) => not(any(truths.map((truth) => not(truth(at)))));
  }
  const [, sign, inner = ''] = /^(! ?)?\((.*)\)$/.exec(text) ?? [];
  // In `(a) == (b)` the first bracket does not close at the end.
  if (inner !== '' && partsOf(inner, '')) {
    const truth = parse(inner, cuts, depth - 1);
    return sign === undefined ? truth : (at) => not(truth(at));
  }
  if (text === 'true' || text === 'false') return () => (text === 'true' ? 'yes' : 'no');
  const [, operator, orSame, double, single] = COMPARISON.exec(text) ?? [];
  const constant = nanosOf(double ?? single ?? '');
  if (constant === undefined || (orSame && operator?.endsWith('='))) return () => 'unknown';
  cuts.push(constant, constant + 1n);
  return (at) => {
    const isSame = at === constant;
    if (operator === '==' || operator === '!=')
      return isSame === (operator === '==') ? 'yes' : 'no';
    return (isSame ? orSame : at < constant === (operator === '<')) ? 'yes' : 'no';
  };
}

/** The parts between an operator outside of brackets and texts; undefined if brackets do not match. */
function partsOf(text: string, operator: string): string[] | undefined {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: found, index } of text.matchAll(/"[^"]*"|'[^']*'|[([{]|[)\]}]|\|\||&&/g)) {
    if (/^[([{]/.test(found)) depth += 1;
    if (/^[)\]}]/.test(found)) depth -= 1;
    if (depth < 0) return undefined;
    if (found !== operator || depth > 0) continue;
    parts.push(text.slice(start, index));
    start = index + operator.length;
  }
  return depth === 0 ? [...parts, text.slice(start)] : undefined;
}
