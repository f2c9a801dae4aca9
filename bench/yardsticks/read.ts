import { OAuth2Client } from 'google-auth-library';

/** A client of google-auth-library that holds a token, as every one of them does between two refreshes. */
export function holderOf(token: string, expiresAt: Date): () => Promise<unknown> {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token, expiry_date: expiresAt.getTime() });
  return () => client.getAccessToken();
}
