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

/** A provider that Terraform finds running, and does not start. */
export type Served = {
  /** Where it is, as Terraform reads it in TF_REATTACH_PROVIDERS. */
  readonly address: object;
  close(): Promise<void>;
};

/**
 * Answers Terraform's calls.
 *
 * @param calls by the names of `plugin.proto`
 */
export async function serve(
  calls: Readonly<Record<string, (request: never) => object>>,
): Promise<Served> {
  const { tfplugin5 } = loadPackageDefinition(
    loadSync(PROTO, { longs: Number, enums: String }),
  ) as unknown as { tfplugin5: { Provider: ServiceClientConstructor } };
  const server = new Server();
  server.addService(
    tfplugin5.Provider.service,
    Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, answering(call)])),
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
      Test: true, // Terraform leaves the process alone when it has done
      Addr: { Network: 'unix', String: socket },
    },
    async close() {
      server.forceShutdown();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const answering =
  (call: (request: never) => object) =>
  ({ request }: ServerUnaryCall<unknown, object>, answer: sendUnaryData<object>): void => {
    try {
      answer(null, call(request as never));
    } catch (error) {
      answer(error instanceof Error ? error : new Error(String(error)));
    }
  };
