import type { State } from '../../state/state.ts';
import type { TagKey, TagValue } from '../../state/tag.ts';
import { ancestryOf } from '../ancestry.ts';

/** A tag that a resource has itself or inherits. */
export type EffectiveTag = {
  readonly key: TagKey;
  readonly value: TagValue;
  /** The resource that the value is bound to. */
  readonly boundTo: string;
};

/** The tags of a resource. For each key the value that is bound nearest to the resource counts. @see https://cloud.google.com/resource-manager/docs/tags/tags-overview#inheritance */
export function effectiveTags(state: State, resource: string): EffectiveTag[] {
  if (state.tagBindings.size === 0) return [];
  const tags = new Map<string, EffectiveTag>();
  for (const boundTo of ancestryOf(state, resource)) {
    for (const name of state.tagBindings.get(boundTo) ?? []) {
      const value = state.tagValues.get(name);
      const key = value && state.tagKeys.get(value.parent);
      if (key && !tags.has(key.name)) tags.set(key.name, { key, value, boundTo });
    }
  }
  return [...tags.values()];
}

/** `900000000001/env`: the ID of the parent, and the short name. @see https://cloud.google.com/resource-manager/docs/tags/tags-overview#definitions-identifiers */
export const namespacedKey = ({ parent, shortName }: TagKey): string =>
  `${parent.split('/')[1]}/${shortName}`;
