import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const PROTO = fileURLToPath(new URL('./plugin.proto', import.meta.url));

/** A running provider. Terraform connects to it, and does not start one. */
export type ProviderServer = {
  /** The value for TF_REATTACH_PROVIDERS. */
  readonly address: object;
  close(): Promise<void>;
};

/** @param calls the functions that answer Terraform's calls, by the names of `plugin.proto` */
export async function serveProvider(
  calls: Readonly<Record<string, (request: never) => object>>,
): Promise<ProviderServer> {
  const { tfplugin5 } = loadPackageDefinition(
    loadSync(PROTO, { longs: Number, enums: String }),
  ) as unknown as { tfplugin5: { Provider: ServiceClientConstructor } };
  const server = new Server();
  server.addService(
    tfplugin5.Provider.service,
    Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, unaryCall(call)])),
  );
  const directory = await mkdtemp(join(tmpdir(), 'provider-'));
  const socket = join(directory, 'socket');
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return {
    address: {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true, // Terraform does not stop the process at its end
      Addr: { Network: 'unix', String: socket },
    },
    async close() {
      server.forceShutdown();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const unaryCall =
  (call: (request: never) => object) =>
  ({ request }: ServerUnaryCall<unknown, object>, respond: sendUnaryData<object>): void => {
    try {
      respond(null, call(request as never));
    } catch (error) {
      respond(error instanceof Error ? error : new Error(String(error)));
    }
  };
