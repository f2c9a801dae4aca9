import type { Bindings, Provider } from './bindings.ts';
import { identityOf } from './identities.ts';
import { type Attribute, type Block, schemaOf, type Type } from './schema.ts';
import { type ProviderServer, serveProvider } from './server.ts';
import { mapAttributes, readValue, UNKNOWN, type Value, type Wire, writeValue } from './values.ts';

type Subject = { readonly typeName: string; readonly value: Wire };
type Change = { readonly typeName: string; readonly prior: Wire; readonly planned: Wire };

/** The types of the resources and data sources in a configuration. */
export type Types = { readonly resources: readonly string[]; readonly data: readonly string[] };

/**
 * Starts a provider with the schema of Google's. With it the real Terraform validates, plans and applies a configuration on a machine that
 * can reach neither Google's provider nor Google. It creates nothing, and answers every apply as if it had. It checks what the provider's
 * schema and documentation say, and nothing that Google's provider checks only in its code.
 *
 * @param types the stand-in has those of them that Google's provider has
 */
export async function startStandIn(
  bindings: Bindings,
  name: Provider,
  types: Types,
): Promise<ProviderServer> {
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

  const blockOf = (schemas: ReadonlyMap<string, Block>, name: string): Block => {
    const block = schemas.get(name);
    if (!block) throw new Error(`Terraform uses ${name}, which is not in the schema.`);
    return block;
  };
  /** Google's provider, too, takes a missing project, region or zone from its settings. */
  const withDefault = ({ name, computed }: Attribute, value: unknown): unknown =>
    value === null && computed && ['project', 'region', 'zone'].includes(name)
      ? (defaults[name] ?? null)
      : value;
  const plan = ({ typeName, prior, planned }: Change): Value => {
    const proposed = readValue(planned);
    if (proposed === null || readValue(prior) !== null) return proposed;
    return mapAttributes(blockOf(resources, typeName), proposed, (attribute, configured) => {
      const value = withDefault(attribute, configured);
      return value === null && attribute.computed ? UNKNOWN : value;
    });
  };
  const apply = (type: string, block: Block, value: Value): Value => {
    if (value === null) return null;
    const known = { ...defaults, ...withoutUnknown(value) };
    const identity = identityOf(type, known);
    const name = known.name ?? known.project ?? 'one';
    return mapAttributes(block, value, (attribute, planned) => {
      if (planned !== UNKNOWN) return planned;
      const known = identity[attribute.name];
      return known ?? exampleOf(attribute.type, `${type}/${name}/${attribute.name}`);
    });
  };

  return serveProvider({
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
      value: writeValue(apply(typeName, blockOf(resources, typeName), readValue(planned))),
    }),
    ReadDataSource: ({ typeName, value }: Subject) => {
      const block = blockOf(data, typeName);
      const query = mapAttributes(block, readValue(value) ?? {}, (attribute, configured) =>
        configured === null && attribute.computed ? UNKNOWN : configured,
      );
      return { value: writeValue(apply(`data.${typeName}`, block, query)) };
    },
    Stop: () => ({}),
  });
}

/** The faults that a provider finds and Terraform does not. */
function faultsOf(block: Block, value: Value): object[] {
  const faults: string[] = [];
  mapAttributes(block, value ?? {}, ({ name, values, required, optional }, configured) => {
    if (configured === null) return;
    if (!required && !optional) faults.push(`${name} is set by Google, and cannot be configured`);
    if (values && typeof configured === 'string' && !values.includes(configured)) {
      faults.push(`${name} must be one of ${values.join(', ')}, and is ${configured}`);
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

/** Any value of the type. */
function exampleOf(type: Type, text: string): unknown {
  if (type === 'string') return text;
  if (type === 'number') return 1;
  if (type === 'bool') return false;
  if (type[0] === 'map') return {};
  return type[0] === 'object' ? exampleOfEach(type[1] as Record<string, Type>, text) : [];
}

const exampleOfEach = (types: Readonly<Record<string, Type>>, text: string) =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, exampleOf(type, `${text}/${name}`)]),
  );
