export { Token } from '../domain/chain/credential.ts';
export { ReaderError, type ReaderReason } from './error.ts';
export type { AccountOption, Duration, SecretCredentialOptions, Stale } from './options.ts';
export type { ReadCredential } from './read-credential.ts';
export { type GetOptions, type RefreshOptions, SecretCredential } from './secret-credential.ts';
export {
  type Format,
  type Kind,
  parseCredential,
  type StoredCredential,
} from './version/payload.ts';
export type { Authorizer } from './wire/http.ts';
