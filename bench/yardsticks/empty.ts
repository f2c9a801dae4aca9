import { cloudEvent, http } from '@google-cloud/functions-framework';

// What the framework itself costs: nothing is loaded beside it.

cloudEvent('fanout', async (_event: unknown) => {});
cloudEvent('mint', async (_event: unknown) => {});
http('audit', (_request, response) => {
  response.status(204).end();
});
