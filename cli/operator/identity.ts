import type { Credentials } from '../../shared/cloud/credentials.ts';
import { Token } from '../../shared/domain/chain/credential.ts';
import type { CurrentIdentity } from '../../shared/google/wire/identity.ts';

/** An email, or the unique ID of a service account. The ID of an OAuth client, which other tokens have, names no account. */
const namesAccount = (name: string): boolean => /@/.test(name) || /^\d{21}$/.test(name);

/** The name of the account that this process runs as. None if neither its credentials nor Google name it. */
export async function whoAmI(
  { identity, email, source }: CurrentIdentity,
  introspect: Credentials['introspect'],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const own = await email();
    if (own !== undefined) return own;
    const { account } = (await source?.()) ?? {};
    if (account !== undefined) return account;
    const { token } = await (await identity()).getAccessToken();
    const info = await introspect(new Token(token ?? ''), signal);
    return info.ok
      ? [info.value.email, info.value.azp].find((n) => n && namesAccount(n))
      : undefined;
  } catch {
    return undefined; // a federated identity, for example, has a token that introspection does not know
  }
}
