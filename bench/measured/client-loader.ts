import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';

// Loads Google's clients until they are ready for their first call. Argument: the transport, `REST` or `gRPC`.

const transport = { fallback: process.argv[2] === 'REST' };

process.on('message', async (message) => {
  if (message !== 'load') return;
  await new SecretManagerServiceClient(transport).initialize();
  await new v1.PublisherClient(transport).initialize();
  process.send?.('loaded');
});
