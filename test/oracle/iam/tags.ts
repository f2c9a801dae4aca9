import type { Power } from './power.ts';
import { accountResource, containersOf, lineOf, type Resource, type World } from './world.ts';

/**
 * The tags of a resource, as KEY=VALUE with the namespaced key. It inherits them from the resources above it. The nearest value of a key
 * counts.
 *
 * @see https://cloud.google.com/iam/docs/tags-access-control
 */
export function tagsOf(world: World, resource: Resource): ReadonlySet<string> {
  const tags = new Map<string, string>();
  if (world.tagBindings.length === 0) return new Set();
  for (const holder of lineOf(world, resource).toReversed()) {
    for (const { resource: tagged, tagValue } of world.tagBindings) {
      if (tagged !== holder) continue;
      for (const key of world.tagKeys) {
        const value = key.values.find(({ name }) => name === tagValue);
        const name = `${key.parent.replace('organizations/', '')}/${key.shortName}`;
        if (value) tags.set(name, value.shortName);
      }
    }
  }
  return new Set([...tags].map(([key, value]) => `${key}=${value}`));
}

/** A tag can give access, and take it away. */
export function taggingsIn(world: World): Power[] {
  if (!/resource\.matchTag/.test(JSON.stringify(world))) return [];
  const resources = [
    ...containersOf(world),
    ...world.accounts.filter(({ deleted }) => !deleted).map(({ email }) => accountResource(email)),
  ];
  return resources.flatMap((on) =>
    world.tagKeys.flatMap(({ values }) => {
      const isOfKey = (tagValue: string) => values.some(({ name }) => name === tagValue);
      const others = (changed: World) =>
        changed.tagBindings.filter((one) => one.resource !== on || !isOfKey(one.tagValue));
      const bound = world.tagBindings.find((one) => one.resource === on && isOfKey(one.tagValue));
      // A resource has one value of each key.
      if (bound) return [unbinding(on, bound.tagValue)];
      return values.map(({ name: tagValue }) => ({
        name: 'bind a tag',
        needs: [
          ['resourcemanager.tagValueBindings.create', tagValue],
          ['resourcemanager.tagValueBindings.create', on],
        ] as const,
        on,
        to: tagValue,
        use(changed: World) {
          changed.tagBindings = [...others(changed), { resource: on, tagValue }];
        },
      }));
    }),
  );
}

const unbinding = (on: Resource, tagValue: string): Power => ({
  name: 'remove a tag',
  needs: [
    ['resourcemanager.tagValueBindings.delete', tagValue],
    ['resourcemanager.tagValueBindings.delete', on],
  ],
  on,
  to: tagValue,
  use(changed: World) {
    changed.tagBindings = changed.tagBindings.filter(
      (one) => one.resource !== on || one.tagValue !== tagValue,
    );
  },
});
