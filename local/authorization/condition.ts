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

/** The attributes that the expression of a condition can read. */
export type ConditionAttributes = {
  readonly now: Date;
  readonly resource: { readonly name: string; readonly type: string; readonly service: string };
};

const { STRING, BOOL } = CelScalar;

/** IAM's `extract`: the text at the braces of the template, or an empty string when the template does not match. */
const extract = celMethod('extract', STRING, [STRING], STRING, function (template) {
  const [before, after] = template.split(/\{[^}]*\}/) as [string, string?];
  if (after === undefined) throw new Error('the template of extract() has no {name}');
  const match = this.indexOf(before);
  if (match < 0) return '';
  const start = match + before.length;
  const end = after === '' ? this.length : this.indexOf(after, start);
  return end < 0 ? '' : this.slice(start, end);
});

// No resource of the local cloud has a tag.
const tags = [
  ...['matchTag', 'matchTagId'].map((name) =>
    celMethod(name, CelScalar.DYN, [STRING, STRING], BOOL, () => false),
  ),
  ...['hasTagKey', 'hasTagKeyId'].map((name) =>
    celMethod(name, CelScalar.DYN, [STRING], BOOL, () => false),
  ),
];

const env = celEnv({ funcs: [extract, ...tags] });

type CompiledExpression = (bindings: Record<string, CelInput>) => unknown;
const compiledExpressions = new Map<string, CompiledExpression | undefined>();

export const isExpression = (expression: string): boolean => compiled(expression) !== undefined;

/** @returns undefined when the expression cannot be evaluated, or its value is not a boolean */
export function evaluateCondition(
  expression: string,
  { now, resource }: ConditionAttributes,
): boolean | undefined {
  const value = compiled(expression)?.({
    request: { time: timestampOf(now) },
    resource: { ...resource },
  });
  return typeof value === 'boolean' ? value : undefined;
}

function timestampOf(time: Date): CelInput {
  const timestamp = run(`timestamp('${time.toISOString()}')`);
  if (isCelError(timestamp)) throw timestamp;
  return timestamp;
}

function compiled(expression: string): CompiledExpression | undefined {
  if (!compiledExpressions.has(expression)) {
    try {
      compiledExpressions.set(expression, plan(env, parse(expression)));
    } catch {
      compiledExpressions.set(expression, undefined);
    }
  }
  return compiledExpressions.get(expression);
}
