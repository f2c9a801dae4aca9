import { createServer } from 'node:http';
import { OAuth2Client } from 'google-auth-library';

// The called service. It does not depend on Hopmint, because it checks ID tokens in the standard way. On Cloud Run the platform can do this check.
const { AUDIENCE = '', CALLER = '', HOPMINT_CLOUD, PORT = '8080' } = process.env;

const google = HOPMINT_CLOUD ?? 'https://www.googleapis.com';
const verifier = new OAuth2Client({
  endpoints: { oauth2FederatedSignonPemCertsUrl: `${google}/oauth2/v1/certs` },
});

async function callerOf(authorization = ''): Promise<string | undefined> {
  const idToken = authorization.replace(/^Bearer /, '');
  try {
    const ticket = await verifier.verifyIdToken({ idToken, audience: AUDIENCE });
    const { email, email_verified } = ticket.getPayload() ?? {};
    return email_verified ? email : undefined;
  } catch {
    return undefined;
  }
}

const server = createServer(async (request, response) => {
  const caller = await callerOf(request.headers.authorization);
  if (caller === undefined) response.writeHead(401).end('who are you?\n');
  else if (caller !== CALLER) response.writeHead(403).end('not you\n');
  else response.end(`hello ${caller}\n`);
});
server.listen(Number(PORT), () => console.log(`listening on ${JSON.stringify(server.address())}`));
