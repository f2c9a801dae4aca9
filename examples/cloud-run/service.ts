import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { parseCredential } from 'hopmint/reader';

// A Cloud Run service whose credential is mounted, as service.yaml says. Cloud Run reads the secret anew whenever the file is read: so read it
// for every call, and never once at the start. Without this library it is `await readFile(file, 'utf8')` of a chain whose format is raw.
const { CREDENTIAL_FILE = '/secrets/partner-api/credential', PARTNER_URL = '', PORT } = process.env;

const server = createServer(async (_request, response) => {
  try {
    const { token, expiresAt } = parseCredential(await readFile(CREDENTIAL_FILE, 'utf8'));
    if (expiresAt && expiresAt < new Date()) throw new Error('the credential is over');
    const headers = { authorization: `Bearer ${token.reveal()}` };
    const answer = await fetch(PARTNER_URL, { headers });
    response.writeHead(answer.ok ? 200 : 502).end(`the partner says: ${await answer.text()}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    response.writeHead(502).end('the partner cannot be asked\n');
  }
});
server.listen(Number(PORT ?? 8080), () =>
  console.log(`listening on ${JSON.stringify(server.address())}`),
);
