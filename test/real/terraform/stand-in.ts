import type { Bindings, Provider } from './bindings.ts';
import { identityOf } from './identities.ts';
import { type Attribute, type Block, schemaOf, type Type } from './schema.ts';
import { type Served, serve } from './server.ts';
import { mapAttributes, readValue, UNKNOWN, type Value, type Wire, writeValue } from './values.ts';

type Subject = { readonly typeName: string; readonly value: Wire };
type Change = { readonly typeName: string; readonly prior: Wire; readonly planned: Wire };

/** The types of a configuration that Terraform may ask the provider about. */
export type Types = { readonly resources: readonly string[]; readonly data: readonly string[] };

/**
 * A provider in place of Google's, with its schema, so that Terraform itself judges a configuration where neither the provider nor
 * Google can be reached. It makes nothing: what it is asked to make it answers as made. What the provider checks in code, and neither its
 * schema nor its documentation tells, it does not check.
 *
 * @param types those that the provider has not, it has not either
 */
export async function startStandIn(
  bindings: Bindings,
  name: Provider,
  types: Types,
): Promise<Served> {
  const schemas = async (kind: 'resource' | 'data', names: readonly string[]) => {
    const found = await Promise.all(
      names.map(async (type) => [type, await bindings.source(name, kind, type)] as const),
    );
    return new Map(
      found.flatMap(([type, source]) => (source ? [[type, schemaOf(source)] as const] : [])),
    );
  };
  const provider = schemaOf((await bindings.source(name, 'provider', name)) ?? '');
  const resources = await schemas('resource', types.resources);
  const data = await schemas('data', types.data);
  let defaults: Readonly<Record<string, unknown>> = {};

  const blockOf = (of: ReadonlyMap<string, Block>, name: string): Block => {
    const block = of.get(name);
    if (!block) throw new Error(`Terraform asks for ${name}, which it was not told of`);
    return block;
  };
  /** As the provider does, which takes some of what is not said from its own settings. */
  const withDefault = ({ name, computed }: Attribute, value: unknown): unknown =>
    value === null && computed && ['project', 'region', 'zone'].includes(name)
      ? (defaults[name] ?? null)
      : value;
  const plan = ({ typeName, prior, planned }: Change): Value => {
    const proposed = readValue(planned);
    if (proposed === null || readValue(prior) !== null) return proposed;
    return mapAttributes(blockOf(resources, typeName), proposed, (attribute, value) => {
      const said = withDefault(attribute, value);
      return said === null && attribute.computed ? UNKNOWN : said;
    });
  };
  const make = (type: string, block: Block, value: Value): Value => {
    if (value === null) return null;
    const known = { ...defaults, ...withoutUnknown(value) };
    const identity = identityOf(type, known);
    const of = known.name ?? known.project ?? 'one';
    return mapAttributes(block, value, (attribute, planned) => {
      if (planned !== UNKNOWN) return planned;
      const made = identity[attribute.name];
      return made ?? someOf(attribute.type, `${type}/${of}/${attribute.name}`);
    });
  };

  return serve({
    GetSchema: () => ({
      provider: toSchema(provider),
      resourceSchemas: toSchemas(resources),
      dataSourceSchemas: toSchemas(data),
    }),
    PrepareProviderConfig: ({ value }: { value: Wire }) => ({ value }),
    ValidateResourceTypeConfig: ({ typeName, value }: Subject) => ({
      diagnostics: faultsOf(blockOf(resources, typeName), readValue(value)),
    }),
    ValidateDataSourceConfig: ({ typeName, value }: Subject) => ({
      diagnostics: faultsOf(blockOf(data, typeName), readValue(value)),
    }),
    Configure: ({ value }: Subject) => {
      const { project, region, zone } = readValue(value) ?? {};
      defaults = { project, region, zone };
      return {};
    },
    UpgradeResourceState: ({ rawState }: { rawState: Wire }) => ({
      value: { json: rawState.json },
    }),
    ReadResource: ({ value }: Subject) => ({ value }),
    PlanResourceChange: (change: Change) => ({ value: writeValue(plan(change)) }),
    ApplyResourceChange: ({ typeName, planned }: Change) => ({
      value: writeValue(make(typeName, blockOf(resources, typeName), readValue(planned))),
    }),
    ReadDataSource: ({ typeName, value }: Subject) => {
      const block = blockOf(data, typeName);
      const asked = mapAttributes(block, readValue(value) ?? {}, (attribute, said) =>
        said === null && attribute.computed ? UNKNOWN : said,
      );
      return { value: writeValue(make(`data.${typeName}`, block, asked)) };
    },
    Stop: () => ({}),
  });
}

/** What Terraform leaves to providers to check. */
function faultsOf(block: Block, value: Value): object[] {
  const faults: string[] = [];
  mapAttributes(block, value ?? {}, ({ name, values, required, optional }, said) => {
    if (said === null) return;
    if (!required && !optional) faults.push(`${name} is told by Google, and cannot be set`);
    if (values && typeof said === 'string' && !values.includes(said)) {
      faults.push(`${name} is one of ${values.join(', ')}, and not ${said}`);
    }
  });
  return faults.map((summary) => ({ severity: 'ERROR', summary }));
}

const toSchemas = (schemas: ReadonlyMap<string, Block>) =>
  Object.fromEntries([...schemas].map(([name, block]) => [name, toSchema(block)]));
const toSchema = (block: Block) => ({ version: 0, block: toBlock(block) });
const toBlock = ({ attributes, blockTypes }: Block): object => ({
  attributes: attributes.map(({ name, required, optional, computed, type }) => ({
    ...{ name, required, optional, computed },
    type: Buffer.from(JSON.stringify(type)),
  })),
  blockTypes: blockTypes.map(({ block, ...rest }) => ({ ...rest, block: toBlock(block) })),
});

const withoutUnknown = (value: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== UNKNOWN && one !== null));

/** Something of the type: text that tells where it is from. */
function someOf(type: Type, text: string): unknown {
  if (type === 'string') return text;
  if (type === 'number') return 1;
  if (type === 'bool') return false;
  if (type[0] === 'map') return {};
  return type[0] === 'object' ? someOfEach(type[1] as Record<string, Type>, text) : [];
}

const someOfEach = (types: Readonly<Record<string, Type>>, text: string) =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, someOf(type, `${text}/${name}`)]),
  );
