import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';
import type { Attribute, Block } from './schema.ts';

/** The value of an attribute that is known only after the apply. */
export const UNKNOWN = Symbol('unknown');

export type Value = Readonly<Record<string, unknown>> | null;
export type Wire = { readonly msgpack?: Uint8Array; readonly json?: Uint8Array };

// Terraform's MessagePack extension 0 is an unknown value. Extension 12 is one about which something is known, such as that it is not null.
const extensions = new ExtensionCodec();
for (const type of [0, 12]) {
  extensions.register({
    type,
    encode: (value) => (type === 0 && value === UNKNOWN ? new Uint8Array(1) : null),
    decode: () => UNKNOWN,
  });
}

export const readValue = ({ msgpack }: Wire): Value =>
  decode(msgpack ?? new Uint8Array([0xc0]), { extensionCodec: extensions }) as Value;

export const writeValue = (value: Value): Wire => ({
  msgpack: encode(value, { extensionCodec: extensions }),
});

/** A copy of the value in which `map` has replaced each attribute, also in nested blocks. */
export function mapAttributes(
  block: Block,
  value: Readonly<Record<string, unknown>>,
  map: (attribute: Attribute, value: unknown) => unknown,
): Record<string, unknown> {
  const nested = (one: unknown, inner: Block): unknown => {
    if (Array.isArray(one)) return one.map((each) => nested(each, inner));
    return typeof one === 'object' && one !== null
      ? mapAttributes(inner, one as Record<string, unknown>, map)
      : one;
  };
  return Object.fromEntries([
    ...block.attributes.map((attribute) => [
      attribute.name,
      map(attribute, value[attribute.name] ?? null),
    ]),
    ...block.blockTypes.map((inner) => [
      inner.typeName,
      nested(value[inner.typeName] ?? null, inner.block),
    ]),
  ]);
}
