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
import { calendar } from './calendar.ts';
import { type EffectiveTag, namespacedKey } from './tags.ts';

/** The attributes that the expression of a condition can read. */
export type ConditionAttributes = {
  readonly now: Date;
  readonly tags: readonly EffectiveTag[];
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

/** The tags of the resource, while a condition is evaluated. CEL gives no other way to pass them to its functions. */
let evaluatedTags: readonly EffectiveTag[] = [];
const hasTag = (matches: (tag: EffectiveTag) => boolean): boolean => evaluatedTags.some(matches);

/** @see https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-tags */
const tags = [
  celMethod('matchTag', CelScalar.DYN, [STRING, STRING], BOOL, (name, shortName) =>
    hasTag(({ key, value }) => namespacedKey(key) === name && value.shortName === shortName),
  ),
  celMethod('matchTagId', CelScalar.DYN, [STRING, STRING], BOOL, (keyId, valueId) =>
    hasTag(({ key, value }) => key.name === keyId && value.name === valueId),
  ),
  celMethod('hasTagKey', CelScalar.DYN, [STRING], BOOL, (name) =>
    hasTag(({ key }) => namespacedKey(key) === name),
  ),
  celMethod('hasTagKeyId', CelScalar.DYN, [STRING], BOOL, (id) =>
    hasTag(({ key }) => key.name === id),
  ),
];

const env = celEnv({ funcs: [extract, ...tags, ...calendar] });

type CompiledExpression = (bindings: Record<string, CelInput>) => unknown;
const compiledExpressions = new Map<string, CompiledExpression | undefined>();

export const isExpression = (expression: string): boolean => compiled(expression) !== undefined;

/** @returns undefined when the expression cannot be evaluated, or its value is not a boolean */
export function evaluateCondition(
  expression: string,
  { now, resource, tags }: ConditionAttributes,
): boolean | undefined {
  evaluatedTags = tags;
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
