import { cloudEvent, http } from '@google-cloud/functions-framework';

// The cost of the framework itself: these functions load nothing else and do nothing.

cloudEvent('fanout', async (_event: unknown) => {});
cloudEvent('mint', async (_event: unknown) => {});
http('audit', (_request, response) => {
  response.status(204).end();
});
