import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { parseCredential } from 'hopmint/reader';

// A Cloud Run service with its credential mounted as a file (see service.yaml). Cloud Run fetches the secret each time that the file is read. So
// read the file for every call, and not once at the start. If the chain's format is raw, you need no library: `await readFile(file, 'utf8')`.
const { CREDENTIAL_FILE = '/secrets/partner-api/credential', PARTNER_URL = '', PORT } = process.env;

const server = createServer(async (_request, response) => {
  try {
    const { token, expiresAt } = parseCredential(await readFile(CREDENTIAL_FILE, 'utf8'));
    if (expiresAt && expiresAt < new Date()) throw new Error('the credential has expired');
    const headers = { authorization: `Bearer ${token.reveal()}` };
    const answer = await fetch(PARTNER_URL, { headers });
    response.writeHead(answer.ok ? 200 : 502).end(`the partner says: ${await answer.text()}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    response.writeHead(502).end('the partner cannot be reached\n');
  }
});
server.listen(Number(PORT ?? 8080), () =>
  console.log(`listening on ${JSON.stringify(server.address())}`),
);
