import {
  type CelInput,
  CelScalar,
  celEnv,
  celMethod,
  isCelError,
  parse,
  plan,
  run,
} from '@bufbuild/cel';

/** What a condition may ask of: the attributes that IAM gives it. */
export type Attributes = {
  readonly now: Date;
  readonly resource: { readonly name: string; readonly type: string; readonly service: string };
};

const { STRING, BOOL } = CelScalar;

/** `extract` as IAM defines it: the text at the braces of a template, an empty one when the template does not fit. */
const extract = celMethod('extract', STRING, [STRING], STRING, function (template) {
  const [before, after] = template.split(/\{[^}]*\}/) as [string, string?];
  if (after === undefined) throw new Error('the template of extract() has no {name}');
  const start = this.indexOf(before);
  if (start < 0) return '';
  const from = start + before.length;
  const end = after === '' ? this.length : this.indexOf(after, from);
  return end < 0 ? '' : this.slice(from, end);
});

// No resource of a local world has a tag.
const tags = [
  ...['matchTag', 'matchTagId'].map((name) =>
    celMethod(name, CelScalar.DYN, [STRING, STRING], BOOL, () => false),
  ),
  ...['hasTagKey', 'hasTagKeyId'].map((name) =>
    celMethod(name, CelScalar.DYN, [STRING], BOOL, () => false),
  ),
];

const env = celEnv({ funcs: [extract, ...tags] });

type Planned = (bindings: Record<string, CelInput>) => unknown;
const planned = new Map<string, Planned | undefined>();

/** Whether the text is an expression at all. */
export const isExpression = (expression: string): boolean => planOf(expression) !== undefined;

/** @returns none when it cannot be evaluated, or is not a boolean. */
export function evaluate(expression: string, { now, resource }: Attributes): boolean | undefined {
  const evaluated = planOf(expression)?.({
    request: { time: timestampOf(now) },
    resource: { ...resource },
  });
  return typeof evaluated === 'boolean' ? evaluated : undefined;
}

function timestampOf(time: Date): CelInput {
  const timestamp = run(`timestamp('${time.toISOString()}')`);
  if (isCelError(timestamp)) throw timestamp;
  return timestamp;
}

function planOf(expression: string): Planned | undefined {
  if (!planned.has(expression)) {
    try {
      planned.set(expression, plan(env, parse(expression)));
    } catch {
      planned.set(expression, undefined);
    }
  }
  return planned.get(expression);
}
