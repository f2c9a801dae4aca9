import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';

/** The port of the gRPC server, and the certificate of its authority as PEM. The first call starts the server. */
export const grpc: ApiMethod = {
  api: 'local',
  name: 'grpc',
  httpMethod: 'POST',
  path: '/_local/grpc',
  anonymous: true,
  async run({ startGrpc }) {
    if (!startGrpc) throw new ApiError('UNAVAILABLE', 'This local cloud has no gRPC server.');
    const { port, roots } = await startGrpc();
    return { host: `localhost:${port}`, roots };
  },
};
