import type { IncomingHttpHeaders } from 'node:http';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { fromProto3JSON, toProto3JSON } from 'proto3-json-serializer';
import type protobuf from 'protobufjs';
import { type CanonicalCode, CODE_NUMBERS } from '../core/api-error.ts';
import { respond } from '../server/respond.ts';
import type { State } from '../state/state.ts';
import { authorityAndServer } from './certificates.ts';
import { type GrpcMethod, grpcMethods } from './services.ts';
import { statusDetails } from './status-details.ts';
import { transcode } from './transcode.ts';

export type GrpcServer = {
  /** Any free port. */
  readonly port: number;
  /** The certificate of the local authority, as PEM. Clients find it by `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH`. */
  readonly roots: string;
  close(): void;
};

/**
 * Serves the same methods over gRPC with TLS on `localhost`: each request is transcoded by the annotations of Google's protos to the HTTP request
 * of the method, and its response back.
 */
export async function startGrpc(state: State, log: (line: string) => void): Promise<GrpcServer> {
  const { roots, certificate, privateKey } = authorityAndServer(state.machineTime());
  const server = new Server();
  for (const method of await grpcMethods()) {
    const { definition, handlers } = serviceOf(state, method, log);
    server.addService(definition, handlers);
  }
  // Without roots of its own, the server would read the file of `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH`.
  const credentials = ServerCredentials.createSsl(Buffer.from(roots), [
    { cert_chain: Buffer.from(certificate), private_key: Buffer.from(privateKey) },
  ]);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, actual) =>
      error ? reject(error) : resolve(actual),
    );
  });
  return {
    port: bound,
    roots,
    close: () => server.forceShutdown(),
  };
}

type Message = protobuf.Message;

function serviceOf(
  state: State,
  method: GrpcMethod,
  log: (line: string) => void,
): { definition: ServiceDefinition; handlers: { call: handleUnaryCall<Message, Message> } } {
  const { path, request, response } = method;
  const definition: ServiceDefinition = {
    call: {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: Message) => Buffer.from(request.encode(value).finish()),
      requestDeserialize: (bytes: Buffer) => request.decode(bytes),
      responseSerialize: (value: Message) => Buffer.from(response.encode(value).finish()),
      responseDeserialize: (bytes: Buffer) => response.decode(bytes),
    },
  };
  const call = (
    { request: message, metadata }: ServerUnaryCall<Message, Message>,
    callback: sendUnaryData<Message>,
  ) => {
    run(state, method, message, metadata, log).then(
      (result) => callback(null, result),
      (error: unknown) => callback(error as never),
    );
  };
  return { definition, handlers: { call } };
}

/** @throws an error with `code`, `details` and `metadata`, which grpc-js sends */
async function run(
  state: State,
  { path, rules, response }: GrpcMethod,
  message: Message,
  metadata: Metadata,
  log: (line: string) => void,
): Promise<Message> {
  const json = toProto3JSON(message) as Readonly<Record<string, unknown>>;
  const request = transcode(rules, json);
  if (request === undefined) throw grpcError('INVALID_ARGUMENT', `${path}: bad resource name`, []);
  const { httpMethod, target, body } = request;
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = await respond(
    state,
    { httpMethod, target, headers: headersOf(metadata), body: async () => Buffer.from(text) },
    log,
  );
  if (answer === 'reset') throw grpcError('UNAVAILABLE', 'Connection dropped', []);
  const parsed = JSON.parse(answer.body.toString() || '{}') as { error?: RestError };
  if (answer.status !== 200) {
    const { status = 'INTERNAL', message: text = '', details = [] } = parsed.error ?? {};
    throw grpcError(status, text, details);
  }
  return fromProto3JSON(response as never, parsed as never) as unknown as Message;
}

type RestError = { status?: CanonicalCode; message?: string; details?: object[] };

function headersOf(metadata: Metadata): IncomingHttpHeaders {
  const entries = Object.entries(metadata.getMap()).filter(
    ([, value]) => typeof value === 'string',
  );
  return { ...(Object.fromEntries(entries) as IncomingHttpHeaders), host: 'localhost' };
}

function grpcError(status: CanonicalCode, message: string, details: readonly object[]): object {
  const code = CODE_NUMBERS[status];
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', statusDetails(code, message, details));
  return { code, details: message, metadata };
}
