import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';
import type { Attribute, Block } from './schema.ts';

/** A value that Terraform will know only when it has been made. */
export const UNKNOWN = Symbol('unknown');

export type Value = Readonly<Record<string, unknown>> | null;
export type Wire = { readonly msgpack?: Uint8Array; readonly json?: Uint8Array };

// Terraform's extension 0 is a value of which nothing is known, and 12 one of which something is, as that it is not null.
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

/** The same value, with what `of` gives in place of each attribute, also those of the blocks in it. */
export function mapAttributes(
  block: Block,
  value: Readonly<Record<string, unknown>>,
  of: (attribute: Attribute, value: unknown) => unknown,
): Record<string, unknown> {
  const nested = (one: unknown, inner: Block): unknown => {
    if (Array.isArray(one)) return one.map((each) => nested(each, inner));
    return typeof one === 'object' && one !== null
      ? mapAttributes(inner, one as Record<string, unknown>, of)
      : one;
  };
  return Object.fromEntries([
    ...block.attributes.map((attribute) => [
      attribute.name,
      of(attribute, value[attribute.name] ?? null),
    ]),
    ...block.blockTypes.map((inner) => [
      inner.typeName,
      nested(value[inner.typeName] ?? null, inner.block),
    ]),
  ]);
}
