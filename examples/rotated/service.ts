import { createServer, type IncomingMessage } from 'node:http';
import { SecretCredential } from 'hopmint/reader';

// A service that reads a new version as soon as a message of the topic `hopmint-rotated` names it. Pub/Sub pushes the messages to /rotated, with
// the identity of the subscription, and Cloud Run lets only that identity call. A push reaches one instance, and Pub/Sub may lose or repeat it.
// So the credential refreshes by its expiry too, and a message only makes it refresh earlier.
const { SECRET = '', ACCOUNT = '', PARTNER_URL = '', PORT = '8080' } = process.env;

const credential = new SecretCredential({ secret: SECRET, account: ACCOUNT });

/** Reads the version that a message names. Everything else in the message may come from anyone who may publish. */
async function rotated(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { message } = JSON.parse(String(Buffer.concat(chunks)));
  const { secret, version } = JSON.parse(String(Buffer.from(message.data, 'base64')));
  if (secret !== SECRET || !Number.isSafeInteger(version)) return; // the topic has the messages of all chains
  await credential.refresh({ version });
  console.log(`read version ${(await credential.getCredential()).version}`);
}

const server = createServer(async (request, response) => {
  if (request.url === '/rotated') {
    // A failed refresh is no reason to push again: the service refreshes by expiry.
    await rotated(request).catch((error: Error) => console.error(error.message));
    response.writeHead(204).end();
    return;
  }
  try {
    const { data } = await credential.request<string>({ url: PARTNER_URL, responseType: 'text' });
    response.end(`the partner says: ${data}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    response.writeHead(502).end('the partner does not answer us\n');
  }
});
server.listen(Number(PORT), () => console.log(`listening on ${JSON.stringify(server.address())}`));
