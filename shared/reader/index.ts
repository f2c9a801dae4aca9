export { Token } from '../domain/chain/credential.ts';
export { ReaderError, type ReaderReason } from './error.ts';
export type { Authorizer } from './http.ts';
export type { AccountOption, Duration, SecretCredentialOptions, Stale } from './options.ts';
export { type Format, type Kind, parseCredential, type StoredCredential } from './payload.ts';
export type { ReadCredential } from './refresh-schedule.ts';
export { type GetOptions, SecretCredential } from './secret-credential.ts';
