/** The type of a value in Google's JSON. `any` is any JSON. */
export type JsonType =
  | 'string'
  | 'int32'
  | 'int64'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'any'
  | { readonly enum: readonly string[] }
  | { readonly list: JsonType }
  | { readonly map: JsonType }
  | { readonly message: string };

export type Api = {
  readonly methods: Readonly<Record<string, DescribedMethod>>;
  readonly types: Readonly<Record<string, Readonly<Record<string, JsonType>>>>;
};
type DescribedMethod = {
  /** As in `secretmanager.projects.secrets.patch`. */
  readonly id: string;
  readonly query: Readonly<Record<string, JsonType>>;
  readonly request: JsonType | null;
  readonly response: JsonType;
};

/** What Google's discovery document says of a method. */
export type Description = { readonly api: Api; readonly method: DescribedMethod };
