/** A type in Terraform's JSON: `"string"`, `["list", "string"]`, `["object", {…}]`. */
export type Type = string | readonly [string, Type] | readonly ['object', Record<string, Type>];

export type Attribute = {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  /** The values that the documentation lists, if it does. */
  readonly values?: readonly string[];
};

export type NestedBlock = {
  readonly typeName: string;
  readonly nesting: 'SINGLE' | 'LIST' | 'SET';
  readonly minItems: number;
  /** 0 means no limit. */
  readonly maxItems: number;
  readonly block: Block;
};

export type Block = {
  readonly attributes: readonly Attribute[];
  readonly blockTypes: readonly NestedBlock[];
};

type Flags = Pick<Attribute, 'required' | 'optional' | 'computed'>;
type Member = Flags & { readonly name: string; readonly text: string };

/**
 * The schema of a provider, a resource or a data source.
 *
 * @param source the TypeScript of its bindings. The generator put the schema of each member above it:
 * `// name - computed: false, optional: false, required: true`.
 * @throws {Error} on code that this function does not know: it never guesses
 */
export function schemaOf(source: string): Block {
  const parts = new Map(
    [
      ...source.matchAll(
        /^export (?:class|interface) (\w+)(?: extends cdktf\.(\w+))? \{\n(.*?)^\}/gms,
      ),
    ].map(([, name = '', base = '', body = '']) => [name, { base, body }]),
  );
  const [root] =
    [...parts].find(([, { base }]) =>
      ['TerraformResource', 'TerraformDataSource', 'TerraformProvider'].includes(base),
    ) ?? [];
  if (!root) throw new Error('The bindings contain no resource, data source or provider.');

  const bodyOf = (name: string): string => {
    const found = parts.get(name);
    if (!found) throw new Error(`The bindings contain no class ${name}.`);
    return found.body;
  };
  const blockOf = (name: string): Block => {
    const body = bodyOf(name);
    const documentation =
      parts.get(name === root ? `${name}Config` : name.replace(/OutputReference$/, ''))?.body ?? '';
    const attributes: Attribute[] = [];
    const blockTypes: NestedBlock[] = [];
    for (const member of membersOf(body)) {
      // A block of the provider's settings has no class. We set none, so the schema leaves them out: Terraform would refuse such a block.
      if (/private _\w+\?: \w+\[\] \| cdktf\.IResolvable/.test(member.text)) continue;
      const nested = nestedIn(member.text);
      if (nested && (member.optional || member.required) && !member.computed) {
        blockTypes.push(nestedBlock(member, nested, blockOf(nested.of)));
      } else {
        const type = nested ? objectsOf(blockOf(nested.of), nested) : typeOf(member);
        const values = type === 'string' ? valuesIn(documentation, member.name) : undefined;
        attributes.push({ ...flagsOf(member), name: member.name, type, ...(values && { values }) });
      }
    }
    return { attributes, blockTypes };
  };
  return blockOf(root);
}

function membersOf(body: string): Member[] {
  const parts = body.split(/^ {2}\/\/ (?=\w+ - computed: )/m).slice(1);
  return parts.map((text) => {
    const [, name = '', computed, optional, required] =
      /^(\w+) - computed: (\w+), optional: (\w+), required: (\w+)$/m.exec(text) ?? [];
    return {
      name,
      text,
      computed: computed === 'true',
      optional: optional === 'true',
      required: required === 'true',
    };
  });
}

function valuesIn(documentation: string, name: string): string[] | undefined {
  const of = documentation.split('/**').find((text) => text.includes(`#${name} `));
  const [, list] = /Possible values: (\[".*?"\])/.exec(of ?? '') ?? [];
  return list && JSON.parse(list);
}

const flagsOf = ({ required, optional, computed }: Flags): Flags => ({
  required,
  optional,
  computed,
});

type Nested = { readonly of: string; readonly nesting: NestedBlock['nesting']; isMany: boolean };

/** The class of a member that is a block, or a list of objects that the provider computes. */
function nestedIn(text: string): Nested | undefined {
  const [, name = '', isSet] =
    /private _\w+ = new (\w+(?:List|OutputReference))\(this, "\w+"(?:, (true|false))?\);/.exec(
      text,
    ) ?? [];
  if (name.endsWith('TimeoutsOutputReference'))
    return { of: name, nesting: 'SINGLE', isMany: false };
  if (name.endsWith('OutputReference')) return { of: name, nesting: 'LIST', isMany: false };
  if (!name) return undefined;
  const of = name.replace(/List$/, 'OutputReference');
  return { of, nesting: isSet === 'true' ? 'SET' : 'LIST', isMany: true };
}

function nestedBlock({ name, required }: Member, nested: Nested, block: Block): NestedBlock {
  const isSingle = nested.nesting === 'SINGLE';
  return {
    typeName: name,
    nesting: nested.nesting,
    minItems: required && !isSingle ? 1 : 0,
    maxItems: nested.isMany || isSingle ? 0 : 1,
    block,
  };
}

function objectsOf({ attributes }: Block, { nesting }: Nested): Type {
  const object = Object.fromEntries(attributes.map(({ name, type }) => [name, type]));
  return [nesting === 'SET' ? 'set' : 'list', ['object', object]];
}

const TYPES: readonly [pattern: RegExp, type: Type][] = [
  [/return this\.getStringAttribute\(/, 'string'],
  [/return this\.getNumberAttribute\(/, 'number'],
  [/return this\.getBooleanAttribute\(/, 'bool'],
  [/return this\.getListAttribute\(/, ['list', 'string']],
  [/return this\.getNumberListAttribute\(/, ['list', 'number']],
  [/return cdktf\.Fn\.tolist\(this\.getListAttribute\(/, ['set', 'string']],
  [
    /return cdktf\.Token\.asNumberList\(cdktf\.Fn\.tolist\(this\.getNumberListAttribute\(/,
    ['set', 'number'],
  ],
  [/return this\.getStringMapAttribute\(|new cdktf\.StringMap\(/, ['map', 'string']],
  [/return this\.getBooleanMapAttribute\(|new cdktf\.BooleanMap\(/, ['map', 'bool']],
  // The settings of a provider have no getter.
  [/private _\w+\?: string \| undefined;|private _\w+\?: string;/, 'string'],
  [/private _\w+\?: number( \| undefined)?;/, 'number'],
  [/private _\w+\?: boolean \| cdktf\.IResolvable( \| undefined)?;/, 'bool'],
  [/private _\w+\?: string\[\]( \| undefined)?;/, ['list', 'string']],
  [/private _\w+\?: \{ \[key: string\]: string \}( \| undefined)?;/, ['map', 'string']],
];

function typeOf({ name, text }: Member): Type {
  const found = TYPES.find(([pattern]) => pattern.test(text));
  if (!found) throw new Error(`The type of ${name} is unknown: ${text.slice(0, 200)}`);
  return found[1];
}
