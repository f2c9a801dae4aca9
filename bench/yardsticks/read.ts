import { OAuth2Client } from 'google-auth-library';

/** A client of google-auth-library with a cached token: its state between two refreshes. */
export function cachedTokenReader(token: string, expiresAt: Date): () => Promise<unknown> {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: token, expiry_date: expiresAt.getTime() });
  return () => client.getAccessToken();
}
