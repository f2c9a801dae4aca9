import { createServer } from 'node:http';
import { SecretCredential } from 'hopmint/reader';

// A service that calls another service, which checks the caller. The code does not handle expiry: each call gets a valid token.
const { SECRET = '', ACCOUNT = '', BACKEND_URL = '', PORT = '8080' } = process.env;

const credential = new SecretCredential({
  secret: SECRET,
  account: ACCOUNT,
  onStale: ({ ageSeconds, error }) =>
    console.error(`the ID token is ${ageSeconds} s old: ${error?.message ?? 'no newer version'}`),
});

const server = createServer(async (_request, response) => {
  try {
    const { data } = await credential.request<string>({ url: BACKEND_URL, responseType: 'text' });
    response.end(`the backend says: ${data}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    response.writeHead(502).end('the backend does not answer us\n');
  }
});
server.listen(Number(PORT), () => console.log(`listening on ${JSON.stringify(server.address())}`));
