import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

// A webhook that accepts only messages signed by one account. It needs no library, because Google publishes the public keys of every account.
const { SENDER = '', HOPMINT_CLOUD, PORT = '8080' } = process.env;

const google = HOPMINT_CLOUD ?? 'https://www.googleapis.com';
const keysUrl = `${google}/service_accounts/v1/metadata/jwk/${encodeURIComponent(SENDER)}`;
const SIGNATURE = /^keyId="([\w-]+)",algorithm="rsa-sha256",signature="([A-Za-z0-9+/=]+)"$/;

type Key = JsonWebKey & { kid?: string };
let keys: Key[] = [];

/** Uses the cached keys, and fetches them again for an unknown key ID. */
async function keyCalled(keyId: string): Promise<Key | undefined> {
  const known = keys.find(({ kid }) => kid === keyId);
  if (known) return known;
  const answer = await fetch(keysUrl);
  ({ keys } = (await answer.json()) as { keys: Key[] });
  return keys.find(({ kid }) => kid === keyId);
}

async function isSigned(body: Buffer, header: unknown): Promise<boolean> {
  const [, keyId, signature] = SIGNATURE.exec(String(header)) ?? [];
  if (keyId === undefined || signature === undefined) return false;
  const key = await keyCalled(keyId);
  if (!key) return false;
  const publicKey = createPublicKey({ key, format: 'jwk' });
  return verify('RSA-SHA256', body, publicKey, Buffer.from(signature, 'base64'));
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!(await isSigned(body, request.headers.signature))) {
    response.writeHead(401).end();
    return;
  }
  console.log(`received ${body}`);
  response.writeHead(204).end();
});
server.listen(Number(PORT), () => console.log(`listening on ${JSON.stringify(server.address())}`));
