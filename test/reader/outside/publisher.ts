import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { v1 } from '@google-cloud/pubsub';
import { ReaderError, SecretCredential } from 'hopmint/reader';

// A workload as a stranger would write it. Each line of its standard input gives the time and the number of messages to publish at once.
const { SECRET: secret = '', TOPIC: topic = '', PORT: port = '' } = process.env;

let now = new Date();
let stale = 0;
const authClient = new SecretCredential({
  secret,
  now: () => now,
  onStale: () => {
    stale += 1;
  },
});
const client = new v1.PublisherClient({
  authClient,
  fallback: true,
  protocol: 'http',
  apiEndpoint: '127.0.0.1',
  port: Number(port),
});

const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const command = JSON.parse(line) as { now: string; calls: number };
  now = new Date(command.now);
  const messages = [{ data: Buffer.from('x') }];
  const published = await Promise.allSettled(
    Array.from({ length: command.calls }, () => client.publish({ topic, messages })),
  );
  const failed = published.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const reasons = failed.map((error) =>
    error instanceof ReaderError ? error.reason : `${error?.cause?.reason ?? error}`,
  );
  const version = await authClient.getCredential().then(
    (credential) => credential.version,
    () => 0,
  );
  process.stdout.write(
    `${JSON.stringify({ published: command.calls - failed.length, reasons, version, stale })}\n`,
  );
});
await once(lines, 'close');
await client.close();
