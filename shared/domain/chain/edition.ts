/** Which edition of the chain file was audited. */
export type Source = { readonly digest: string; readonly generation: string };
